/** Fault matrix: ids that climb, malformed keys and addresses, secrets that could leak. */

import { NodAIBrowser } from '../../src/browser.js';
import { ConfigurationError, isNodAIError, NodAI } from '../../src/index.js';
import { type Bench, type Case, HIDDEN, PUBLIC, SECRET } from './bench.js';
import { type Any, equal, failure, ok, thrown } from './check.js';
import { drop, problem, raw, reply, type Step, truncated } from './steps.js';

const CLIMBING = ['../../admin', '..', '.', '', 'a/b', '/', '\\..\\admin', 'a\r\nX-Evil: 1', '\0', 'a\x7f', '\ud800'];
const ODD: Record<string, string> = {
  '?': '%3F',
  '#': '%23',
  'a?b=c': 'a%3Fb%3Dc',
  '%2e%2e': '%252e%252e',
  '%2F': '%252F',
  'a b': 'a%20b',
  é: '%C3%A9',
  '...': '...',
  'a:b@c': 'a%3Ab%40c',
  ';': '%3B',
};
const HEADERS: Record<string, string>[] = [{ 'X-A': '1\r\nX-Evil: 1' }, { 'X A': '1' }, { 'X-A\n': '1' }];
const ODD_HEADERS: Record<string, string>[] = [{ '': '1' }, { 'X-A': '\u20ac' }];
const URLS = ['ftp://h', 'h:80', 'http://', 'http://u:secret@h', 'http://h?k=1', 'http://h#x', 'http://a b', '/api'];

const sending: Case[] = [
  {
    name: 'an id that would change the path is refused before anything is sent',
    run: async (bench) => {
      await bench.play(reply());
      const client = bench.client();
      for (const id of [...CLIMBING, null, 7, ['run_1']] as string[]) {
        await failure(client.get({}, id), 'RequestInvalid');
        await failure(client.query({}, id), 'RequestInvalid');
      }
      equal(await bench.seen(), [], 'requests');
    },
  },
  {
    name: 'an odd id is percent-encoded',
    run: async (bench) => {
      await bench.play(reply());
      for (const id of Object.keys(ODD)) await bench.client().get({}, id);
      const sent = (await bench.seen()).map(({ target }) => target.replace('/feedback', ''));
      equal(sent, Object.values(ODD).map((text) => `/api/v1/runs/${text}`), 'paths'); // biome-ignore format: one line
    },
  },
  {
    name: 'a header that could smuggle is refused before anything is sent',
    run: async (bench) => {
      await bench.play(reply());
      for (const headers of HEADERS) await failure(bench.client().get({ headers }), 'RequestInvalid');
      equal(await bench.seen(), [], 'requests');
    },
  },
  {
    name: 'a header without a name, or with a letter that none has, is refused before anything is sent',
    run: async (bench) => {
      await bench.play(reply());
      for (const headers of ODD_HEADERS) await failure(bench.client().get({ headers }), 'RequestInvalid');
      equal(await bench.seen(), [], 'requests');
    },
  },
  {
    name: 'what cannot be sent is refused before anything is sent',
    run: async (bench) => {
      await bench.play(reply());
      const { workflows } = bench.client().sdk;
      await failure(workflows.query('wf_1', { input: 1n }), 'RequestInvalid');
      const ring: Any = {};
      ring.self = ring;
      await failure(workflows.query('wf_1', { input: ring }), 'RequestInvalid');
      for (const idempotencyKey of ['', 'a b', 'x'.repeat(256), 'é']) {
        await failure(bench.client().query({ idempotencyKey }), 'RequestInvalid');
      }
      equal(await bench.seen(), [], 'requests');
    },
  },
  {
    name: "a caller's own credential replaces the key",
    run: async (bench) => {
      await bench.play(reply());
      await bench.client().get({ headers: { Authorization: 'Bearer nk_other' } });
      const [seen] = await bench.seen();
      equal([seen?.headers.authorization, seen?.headers['x-api-key']], ['Bearer nk_other', undefined], 'credentials');
    },
  },
  {
    name: 'the key goes into a header, and nowhere else',
    run: async (bench) => {
      await bench.play(reply());
      await bench.client().query();
      const [seen] = await bench.seen();
      equal(seen?.headers['x-api-key'], bench.key, 'key');
      ok(!`${seen?.target}${seen?.body}`.includes(HIDDEN), 'the key is in the address or the body');
    },
  },
  {
    name: 'the client says who it is, with the version of the package',
    run: async (bench) => {
      await bench.play(reply());
      await bench.client().get();
      equal((await bench.seen())[0]?.headers['user-agent'], `nodai-js/${bench.world.data.version}`, 'agent');
    },
  },
];

const setting: Case[] = [
  {
    name: 'a malformed key is a ConfigurationError that does not show it',
    run: async () => {
      const wrong = (key: string): string[] => [`${key}\n`, `\n${key}`, `${key} `, `${key}\0`, `${key}é`];
      const errors = [
        ...[...wrong(SECRET), ''].map((apiKey) => thrown(() => new NodAI({ apiKey }))),
        ...wrong(PUBLIC).map((publishableKey) => thrown(() => new NodAIBrowser({ publishableKey }))),
      ];
      for (const error of errors) {
        equal(error.name, 'ConfigurationError', 'name');
        ok(!reveal(error).includes(HIDDEN), 'the error shows the key');
      }
    },
  },
  {
    name: 'a malformed address is a ConfigurationError',
    run: async (bench) => {
      for (const baseUrl of URLS) {
        const error = thrown(() => bench.client({ baseUrl }));
        ok(error.name === 'ConfigurationError', `${baseUrl}: ${error.name}`);
        ok(!error.message.includes('secret'), error.message);
      }
    },
  },
  {
    name: 'an address with a port that no address has is told by the first call',
    run: async (bench) => {
      const error = await failure(bench.client({ baseUrl: 'http://h:99999' }).get(), 'ConnectionFailed');
      ok(error.message.includes('http://h:99999'), error.message);
    },
  },
  {
    name: 'a secret key is refused in a browser, with the way out',
    run: async ({ world }) => {
      const error = world.page ? thrown(() => new NodAI({ apiKey: SECRET })) : inPage();
      equal(error.name, 'ConfigurationError', 'name');
      ok(/publishable key.*client sessions/.test(error.message), error.message);
      equal(thrown(() => new NodAIBrowser({ publishableKey: SECRET })) instanceof ConfigurationError, true, 'class');
    },
  },
  {
    name: 'a token is fetched for each try, and a secret one is refused',
    run: async (bench) => {
      await bench.play(problem(503, 'unavailable', { retryable: true }), reply());
      const set = { baseUrl: bench.url, sleep: async () => undefined };
      let count = 0;
      const client = new NodAIBrowser({ ...set, getToken: async () => `nk_ses_${++count}` });
      await client.workflows.query('wf_1', { input: 'hi' });
      equal(
        (await bench.seen()).map(({ headers }) => headers['x-api-key']),
        ['nk_ses_1', 'nk_ses_2'],
        'tokens',
      );
      const wrong = new NodAIBrowser({ ...set, getToken: () => SECRET });
      const error = await failure(wrong.runs.feedback('run_1', { rating: 'up' }), 'ConfigurationError');
      ok(!reveal(error).includes(HIDDEN), 'the error shows the key');
      equal((await bench.seen()).length, 2, 'requests');
    },
  },
];

/** What the constructor does where there is a document and no Node. */
function inPage(): Any {
  const scope = globalThis as Any;
  const kept = ['document', 'process'].map((name) => [name, Object.getOwnPropertyDescriptor(scope, name)] as const);
  Object.defineProperty(scope, 'document', { value: {}, configurable: true });
  Object.defineProperty(scope, 'process', { value: undefined, configurable: true });
  try {
    return thrown(() => new NodAI({ apiKey: SECRET }));
  } finally {
    for (const [name, was] of kept) {
      if (was) Object.defineProperty(scope, name, was);
      else delete scope[name];
    }
  }
}

const BREAKING: Record<string, Step> = {
  'a dropped connection': drop(),
  'an answer cut short': truncated(),
  noise: raw(new Uint8Array(300).fill(255)),
  'a refusal': problem(401, 'invalid_api_key'),
  html: reply(200, '<html>'),
};
const showing: Case[] = Object.entries(BREAKING).map(([kind, step]) => ({
  name: `after ${kind} no log, JSON, error or hook shows the key`,
  run: async (bench) => {
    await bench.play(step);
    const told: unknown[] = [];
    const watch = (event: unknown): void => void told.push(event);
    const hooks = { onRequest: watch, onResponse: watch, onRetry: watch, onError: watch };
    const client = bench.client({ maxRetries: 1, hooks });
    const error = await failure(client.query());
    ok(isNodAIError(error) && told.length > 1, 'an error, and hooks that were called');
    equal((await bench.seen())[0]?.headers['x-api-key'], bench.key, 'key');
    for (const thing of [client.sdk, error, error.meta, told]) {
      ok(!reveal(thing).includes(HIDDEN), 'the key is shown');
      log(bench, thing);
    }
  },
}));

/** The driver looks for the key in what each runtime has written. */
function log({ world }: Bench, thing: unknown): void {
  if (world.kind !== 'vitest') console.log(thing);
}

/** All that a log could show: its JSON, its own properties hidden or not, and what the runtime's own printer shows. */
export function reveal(thing: unknown, depth = 6): string {
  const { Deno, Bun, process } = globalThis as Any;
  const printers = [Deno?.inspect, Bun?.inspect, process?.getBuiltinModule?.('node:util')?.inspect];
  const options = { depth: 9, showHidden: true };
  return printers.map((print) => print?.(thing, options) ?? '').join() + parts(thing, depth);
}

function parts(thing: unknown, depth: number): string {
  if (typeof thing !== 'object' || thing === null || !depth) return String(thing);
  const own = Reflect.ownKeys(thing).map((key) => parts((thing as Any)[key], depth - 1));
  let json = '';
  try {
    json = JSON.stringify(thing);
  } catch {
    // A ring has no JSON.
  }
  return [...own, json, String(thing)].join();
}

export const safety: Case[] = [...sending, ...setting, ...showing];
