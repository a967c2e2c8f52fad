/** Signals, listeners, hooks, pages: how a call lives and ends. */

import { isNodAIError } from '../../src/index.js';
import type { Bench, Case } from './bench.js';
import { type Any, equal, failure, ok, reason } from './check.js';
import { busy, COMPLETED, cut, event, problem, reply, STARTED, type Step, stream, WHOLE } from './steps.js';

interface Counted {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  readonly listeners: () => number;
}

/** A signal that many calls share, and that counts who listens. */
function counted(): Counted {
  const controller = new AbortController();
  const { signal } = controller;
  const live = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  Object.defineProperty(signal, 'addEventListener', {
    value: (type: string, listener: Any, options: Any) => {
      live.add(listener);
      add(type, listener, options);
    },
  });
  Object.defineProperty(signal, 'removeEventListener', {
    value: (type: string, listener: Any) => {
      live.delete(listener);
      remove(type, listener);
    },
  });
  return { signal, abort: (why) => controller.abort(why), listeners: () => live.size };
}

const aborted: Case[] = [
  {
    name: "abort before the call: the signal's reason, and nothing is sent",
    run: async (bench) => {
      await bench.play(reply());
      const why = new Error('enough');
      const signal = AbortSignal.abort(why);
      ok((await reason(bench.client().get({ signal }))) === why, 'the reason is another');
      ok((await reason(bench.client().whole({ signal }))) === why, 'the reason is another');
      equal(await bench.seen(), [], 'requests');
    },
  },
  {
    name: "abort in flight: the signal's reason, the connection closed, no listener left, no more tries",
    run: async (bench) => {
      await bench.play({ end: 'hang' });
      const { signal, abort, listeners } = counted();
      const call = reason(bench.client().query({ signal }));
      await bench.arrived();
      const why = new Error('enough');
      abort(why);
      ok((await call) === why, 'the reason is another');
      await bench.left();
      equal([listeners(), (await bench.seen()).length], [0, 1], 'listeners and requests');
    },
  },
  {
    name: 'abort inside a body ends it, and leaves no listener',
    run: async (bench) => {
      await bench.play(cutBody());
      const { signal, abort, listeners } = counted();
      const hooks = { onResponse: () => void setTimeout(() => abort('stop'), 0) };
      equal(await reason(bench.client({ hooks }).query({ signal })), 'stop', 'reason');
      await bench.left();
      equal(listeners(), 0, 'listeners');
    },
  },
  {
    name: 'abort in backoff ends the wait at once, and leaves no listener',
    run: async (bench) => {
      await bench.play(busy({ 'Retry-After': '50' }));
      const { signal, abort, listeners } = counted();
      const hooks = { onRetry: () => void setTimeout(() => abort('stop'), 0) };
      const client = bench.client({ hooks, sleep: undefined });
      equal(await reason(client.query({ signal })), 'stop', 'reason');
      equal([listeners(), (await bench.seen()).length], [0, 1], 'listeners and requests');
    },
  },
  {
    name: "abort in a stream: the signal's reason, the connection closed, no listener left, no resume",
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)));
      const { signal, abort, listeners } = counted();
      const read = async (): Promise<void> => {
        for await (const _ of bench.client().stream({ signal })) abort('stop');
      };
      equal(await reason(read()), 'stop', 'reason');
      await bench.left();
      equal([listeners(), (await bench.seen()).length], [0, 1], 'listeners and requests');
    },
  },
  {
    name: 'AbortSignal.timeout ends a call with its TimeoutError',
    run: async (bench) => {
      await bench.play({ end: 'hang' });
      const error = (await reason(bench.client().query({ signal: AbortSignal.timeout(200) }))) as Error;
      equal(error.name, 'TimeoutError', 'name');
    },
  },
  {
    name: 'a shared signal keeps no listener of calls that ended well, badly, or were repeated',
    run: async (bench) => {
      const { signal, listeners } = counted();
      await bench.play(busy(), reply(), problem(404, 'not_found'), stream(WHOLE), cut('hang', event(1, STARTED)));
      const client = bench.client();
      await client.get({ signal });
      await failure(client.get({ signal }), 'NotFound');
      await client.whole({ signal });
      for await (const _ of client.stream({ signal })) break;
      equal(listeners(), 0, 'listeners');
    },
  },
];

/** A head and a first piece, then nothing more. */
function cutBody(): Step {
  return cut('hang', '5\r\n{"id"\r\n');
}

const hooked: Case[] = [
  {
    name: 'hooks are told of each try, and what they throw breaks nothing',
    run: async (bench) => {
      await bench.play(busy(), reply());
      const told: Any[] = [];
      const hook = (kind: string) => (event: Any) => {
        told.push([kind, event.operation, event.attempt, event.status]);
        throw new Error('of a hook');
      };
      const kinds = ['onRequest', 'onResponse', 'onRetry', 'onError'];
      const hooks = Object.fromEntries(kinds.map((kind) => [kind, hook(kind)]));
      await bench.client({ hooks }).query();
      equal(
        told,
        [
          ['onRequest', 'workflows.query', 1, undefined],
          ['onResponse', 'workflows.query', 1, 503],
          ['onRetry', 'workflows.query', 1, undefined],
          ['onRequest', 'workflows.query', 2, undefined],
          ['onResponse', 'workflows.query', 2, 200],
        ],
        'events',
      );
    },
  },
  {
    name: 'errors are known by a brand, and of other things nothing is taken for one',
    run: async (bench) => {
      await bench.play(problem(404, 'not_found'));
      const error = await failure(bench.client().get());
      const foreign = { [Symbol.for('nodai.error')]: true };
      equal([error, foreign, new Error('x'), null, 'x'].map(isNodAIError), [true, true, false, false, false], 'brands');
      ok(error instanceof Error && String(error).startsWith('NotFound: '), String(error));
    },
  },
  {
    name: 'a token that does not come ends with the signal or the deadline',
    run: async (bench) => {
      await bench.play(reply());
      const { NodAIBrowser } = await import('../../src/browser.js');
      const client = new NodAIBrowser({ baseUrl: bench.url, getToken: () => new Promise(() => undefined) });
      const call = (options: Any): Promise<unknown> => client.workflows.query('wf_1', { input: 'hi' }, options);
      await failure(call({ deadline: 5 }), 'TimedOut');
      const { signal, abort } = counted();
      setTimeout(() => abort('stop'), 0);
      equal(await reason(call({ signal })), 'stop', 'reason');
      equal(await bench.seen(), [], 'requests');
    },
  },
];

const listed: Case[] = [
  {
    name: 'a list turns its pages by itself, and stops when the caller does',
    run: async (bench) => {
      const page = (ids: string[], next: string | null): Step =>
        reply(200, { data: ids.map((id) => ({ id })), has_more: next !== null, next_cursor: next });
      await bench.play(page(['a', 'b'], 'c1'), page(['c'], 'c2'), page(['d'], null));
      const { workflows } = bench.client().sdk;
      const ids: string[] = [];
      for await (const { id } of workflows.list({ limit: 2 })) ids.push(id);
      equal(ids, ['a', 'b', 'c', 'd'], 'items');
      const targets = (await bench.seen()).map(({ target }) => target.split('?')[1]);
      equal(targets, ['limit=2', 'limit=2&cursor=c1', 'limit=2&cursor=c2'], 'queries');
      await bench.play(page(['a', 'b'], 'c1'));
      for await (const _ of bench.client().sdk.workflows.list()) break;
      equal((await bench.seen()).length, 1, 'requests');
    },
  },
  {
    name: 'a list whose cursor leads in a circle is an error',
    run: async (bench) => {
      await bench.play(reply(200, { data: [{ id: 'a' }], has_more: true, next_cursor: 'c1' }));
      await failure(bench.client().sdk.workflows.list().toArray(), 'ResponseInvalid');
      equal((await bench.seen()).length, 2, 'requests');
    },
  },
];

/** What shows that rejections are noticed at all. */
export const CONTROL = 'a rejection that nobody handles';

/** The last of all: by now every call has ended. */
export function unhandled(rejections: Iterable<unknown>): Case {
  return {
    name: 'no rejection was left unhandled in the whole run',
    run: async (bench: Bench) => {
      await bench.play(stream(event(1, COMPLETED)));
      await bench.client().whole();
      await new Promise((resolve) => setTimeout(resolve, 100));
      equal([...rejections].map(String), [`Error: ${CONTROL}`], 'rejections');
    },
  };
}

export const life: Case[] = [...aborted, ...hooked, ...listed];
