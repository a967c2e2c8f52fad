/** Fault matrix: streams that are whole, broken, resumed, refused, late and left. */

import type { Bench, Case } from './bench.js';
import { type Any, equal, failure, ok, reason } from './check.js';
import * as steps from './steps.js';
import { COMPLETED, chunk, cut, delta, encode, event, frame, join, problem, STARTED, stream, WHOLE } from './steps.js';

const types = (events: Any[]): string[] => events.map(({ type }) => type);
const ALL = ['run.started', 'output.delta', 'output.delta', 'run.completed'];
const text = (events: Any[]): string => events.map(({ delta }) => delta ?? '').join('');
const FRAMES = [1, 2, 3, 4].map((id, at) => frame(id, [STARTED, said('Grü'), said('ße 🌍'), COMPLETED][at] as Any));

function said(words: string): { type: string } {
  return { type: 'output.delta', delta: words } as { type: string };
}

/** The same stream, written and cut in every way that the format allows. */
const FRAMINGS: Record<string, Uint8Array[]> = {
  'byte by byte': [...encode(FRAMES.join(''))].map((byte) => chunk(new Uint8Array([byte]))),
  'in chunks of seven': sliced(encode(FRAMES.join('')), 7),
  'in one chunk': [chunk(FRAMES.join(''))],
  'with CRLF': [chunk(FRAMES.join('').replaceAll('\n', '\r\n'))],
  'with CRLF, byte by byte': sliced(encode(FRAMES.join('').replaceAll('\n', '\r\n')), 1),
  'with CR': [chunk(FRAMES.join('').replaceAll('\n', '\r'))],
  'after a byte order mark': sliced(encode(`\ufeff${FRAMES.join('')}`), 2),
  'with comments and unknown fields': [chunk(`: beat\n\nfoo: bar\n\n${FRAMES.join(': beat\n\n')}`)],
  'without a space after the colon': [chunk(FRAMES.join('').replaceAll(/^(id|event|data): /gm, '$1:'))],
};

function sliced(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => chunk(bytes.subarray(at * size, (at + 1) * size)));
}

const whole: Case[] = [
  ...Object.entries(FRAMINGS).map(
    ([kind, chunks]): Case => ({
      name: `a stream ${kind} gives the same events`,
      run: async (bench) => {
        await bench.play(stream(...chunks));
        const { events, run } = await bench.client({ maxRetries: 0 }).whole();
        equal([types(events), text(events), run.output], [ALL, 'Grüße 🌍', 'hello'], 'events');
      },
    }),
  ),
  {
    name: 'an event of a newer server is kept',
    run: async (bench) => {
      await bench.play(stream(event(1, STARTED), event(2, { type: 'output.image' }), event(3, COMPLETED)));
      const { events } = await bench.client().whole();
      equal(events[1], { type: 'output.image' }, 'event');
    },
  },
  {
    name: 'meta is of the stream, and nothing is sent before it is read',
    run: async (bench) => {
      await bench.play(stream(WHOLE));
      const client = bench.client();
      client.stream();
      const { stream: read } = await client.whole();
      equal([read.meta.requestId, (await bench.seen()).length], ['req_1', 1], 'request id and requests');
    },
  },
];

/**
 * Reads a stream whose connection breaks after each of these events has been handed over. Not before: a runtime may drop
 * what it has when it learns of the break.
 */
async function broke(
  bench: Bench,
  after: number[],
  how: 'end' | 'reset' = 'end',
  maxRetries = 2,
): Promise<{ events: Any[] }> {
  const events: Any[] = [];
  for await (const one of bench.client({ maxRetries }).stream()) {
    if (after.includes(events.push(one))) await bench.breakOff(how);
  }
  return { events };
}

const broken: Case[] = [
  ...(['end', 'reset'] as const).map(
    (how): Case => ({
      name: `a stream that ${how === 'reset' ? 'is reset' : 'breaks off'} goes on after its last event`,
      run: async (bench) => {
        const rest = stream(delta(3, 'lo'), event(4, COMPLETED));
        await bench.play(cut('hang', event(1, STARTED), delta(2, 'Hel'), delta(3, 'lo').subarray(0, -9)), rest);
        const { events } = await broke(bench, [2], how);
        equal([types(events), text(events)], [ALL, 'Hello'], 'events');
        const [one, two] = await bench.seen();
        equal(
          [one, two].map((seen) => seen?.headers['last-event-id']),
          [undefined, '2'],
          'last event ids',
        );
        equal(two?.headers['idempotency-key'], one?.headers['idempotency-key'], 'idempotency key');
        equal(two?.body, one?.body, 'body');
        equal(bench.delays.length, 1, 'waits');
      },
    }),
  ),
  {
    name: 'a stream that ends without its last event is an error, not an end',
    run: async (bench) => {
      await bench.play(stream(event(1, STARTED), delta(2, 'Hel')));
      const error = await failure(bench.client({ maxRetries: 0 }).whole(), 'ResponseInvalid');
      equal([error.status, error.requestId], [200, 'req_1'], 'facts');
    },
  },
  {
    name: 'a stream that ends without its last event is resumed',
    run: async (bench) => {
      await bench.play(stream(event(1, STARTED), delta(2, 'Hel')), stream(delta(3, 'lo'), event(4, COMPLETED)));
      const { events } = await bench.client().whole();
      equal([types(events), text(events)], [ALL, 'Hello'], 'events');
    },
  },
  {
    name: 'events that come twice after a resume are given once',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED), delta(2, 'Hel')), stream(WHOLE));
      const { events } = await broke(bench, [2]);
      equal([types(events), text(events)], [ALL, 'Hello'], 'events');
    },
  },
  {
    name: 'a resume that skips events is an error',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)), stream(delta(3, 'lo'), event(4, COMPLETED)));
      const error = await failure(broke(bench, [1]), 'ResponseInvalid');
      ok(error.message.includes('lost'), error.message);
    },
  },
  {
    name: 'a resume that the server refuses throws its refusal',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)), problem(404, 'not_found'));
      await failure(broke(bench, [1]), 'NotFound');
      equal((await bench.seen()).length, 2, 'requests');
    },
  },
  {
    name: 'a stream that breaks again and again throws when the retries are used up',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)), steps.drop());
      await failure(broke(bench, [1]), 'ConnectionFailed');
      equal((await bench.seen()).length, 3, 'requests');
    },
  },
  {
    name: 'a stream that makes progress is resumed for ever',
    run: async (bench) => {
      const parts = [event(1, STARTED), ...[2, 3, 4, 5, 6].map((id) => delta(id, 'x'))];
      await bench.play(...parts.map((part) => cut('hang', part)), stream(event(7, COMPLETED)));
      const { events } = await broke(bench, [1, 2, 3, 4, 5, 6], 'end', 1);
      equal(events.length, 7, 'events');
      const ids = (await bench.seen()).map(({ headers }) => headers['last-event-id']);
      equal(ids, [undefined, '1', '2', '3', '4', '5', '6'], 'last event ids');
    },
  },
  {
    name: 'a stream without ids that breaks after an event is not sent again',
    run: async (bench) => {
      await bench.play(cut('hang', chunk(`data: ${JSON.stringify(STARTED)}\n\n`)), stream(WHOLE));
      await failure(broke(bench, [1]));
      equal((await bench.seen()).length, 1, 'requests');
    },
  },
];

const ended: Case[] = [
  {
    name: 'an error event throws its class after what came before, and is not repeated',
    run: async (bench) => {
      const told = { title: 't', status: 502, detail: 'It failed.', code: 'upstream_error', retryable: true };
      const failed = { type: 'error', error: { ...told, request_id: 'req_1' } };
      await bench.play(stream(event(1, STARTED), delta(2, 'Hel'), event(3, failed)));
      const events: Any[] = [];
      const error = await failure(
        (async () => {
          for await (const one of bench.client().stream()) events.push(one);
        })(),
        'UpstreamError',
      );
      equal([types(events), error.status, error.code], [ALL.slice(0, 2), 502, 'upstream_error'], 'events and error');
      equal((await bench.seen()).length, 1, 'requests');
    },
  },
  {
    name: 'a refused stream throws before its first event',
    run: async (bench) => {
      await bench.play(problem(402, 'cost_limit_exceeded', { retryable: false }));
      await failure(bench.client().whole(), 'CostLimitExceeded');
    },
  },
  {
    name: 'an answer that is no event stream is an error with its first bytes',
    run: async (bench) => {
      await bench.play(steps.reply(200, '<html>', { 'Content-Type': 'text/html' }));
      const error = await failure(bench.client({ maxRetries: 0 }).whole(), 'ResponseInvalid');
      equal([error.status, error.body], [200, '<html>'], 'facts');
    },
  },
  {
    name: 'an event that is not JSON is an error with its data',
    run: async (bench) => {
      await bench.play(stream(event(1, STARTED), chunk('id: 2\ndata: {"type":\n\n')));
      const error = await failure(bench.client({ maxRetries: 0 }).whole(), 'ResponseInvalid');
      equal(error.body, '{"type":', 'body');
    },
  },
  {
    name: 'a stream that falls silent times out, and is resumed',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)), stream(delta(2, 'Hello'), event(3, COMPLETED)));
      const { events } = await bench.client({ timeout: 1000 }).whole();
      equal([events.length, (await bench.seen())[1]?.headers['last-event-id']], [3, '1'], 'events and resume');
    },
  },
  {
    name: 'the deadline holds for the whole stream',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)));
      const error = await failure(bench.client({ timeout: 0, deadline: 1000 }).whole(), 'TimedOut');
      ok(error.message.includes('deadline'), error.message);
      await bench.left();
    },
  },
  {
    name: 'a stream that drips is not late while something comes',
    run: async (bench) => {
      const bytes = join(steps.STREAM_HEAD, WHOLE, steps.END);
      await bench.play(steps.raw(bytes, { pieces: Math.ceil(bytes.length / 12), pause: 130 }));
      equal((await bench.client({ timeout: 1300, maxRetries: 0 }).whole()).events.length, 4, 'events');
    },
  },
  {
    name: "the time that the caller takes for an event is not the server's",
    run: async (bench) => {
      await bench.play(steps.raw(join(steps.STREAM_HEAD, WHOLE, steps.END)));
      let count = 0;
      for await (const _ of bench.client({ timeout: 400, maxRetries: 0 }).stream()) {
        if (!count++) await new Promise((resolve) => setTimeout(resolve, 900));
      }
      equal(count, 4, 'events');
    },
  },
];

const left: Case[] = [
  {
    name: 'break closes the connection, and the client goes on',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)), stream(WHOLE));
      const client = bench.client();
      for await (const _ of client.stream()) break;
      await bench.left();
      equal((await client.whole()).events.length, 4, 'events');
    },
  },
  {
    name: 'a stream can be read once, and its run is not guessed when it was left',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)));
      const read = bench.client().stream();
      for await (const _ of read) break;
      await failure(read[Symbol.asyncIterator]().next(), 'RequestInvalid');
      await failure(read.finalRun(), 'RequestInvalid');
    },
  },
  {
    name: 'an exception in the loop closes the connection and comes out as it is',
    run: async (bench) => {
      await bench.play(cut('hang', event(1, STARTED)));
      const own = new Error('of the caller');
      const looped = async (): Promise<void> => {
        for await (const _ of bench.client().stream()) throw own;
      };
      ok((await reason(looped())) === own, 'the error is another');
      await bench.left();
    },
  },
];

export const streams: Case[] = [...whole, ...broken, ...ended, ...left];
