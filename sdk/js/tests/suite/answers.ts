/** Fault matrix: answers that are not what the contract says, and connections that are lost. */

import { policiesOf } from '../../src/index.js';
import type { Bench, Case } from './bench.js';
import { equal, failure, ok } from './check.js';
import {
  answer,
  chunk,
  drop,
  encode,
  head,
  join,
  REQUEST_ID,
  RUN,
  raw,
  reply,
  reset,
  type Step,
  truncated,
} from './steps.js';

const PAGE = `<!doctype html><html><body>${'Sign in to the wireless network. '.repeat(40)}</body></html>`;
const CHUNKED = head(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
/** What it is, how it begins where that is known, and whether a runtime may report the connection instead. */
const SPOILT: Record<string, [Step, (string | undefined)?, 'lost'?]> = {
  html: [reply(200, PAGE, { 'Content-Type': 'text/html' }), PAGE.slice(0, 512)],
  'html said to be json': [reply(200, PAGE), PAGE.slice(0, 512)],
  'broken json': [reply(200, '{"id": "run_1", '), '{"id": "run_1", '],
  empty: [reply(200, ''), ''],
  'an empty list': [reply(200, []), '[]'],
  null: [reply(200, 'null'), 'null'],
  'a string': [reply(200, '"run_1"'), '"run_1"'],
  'deep nesting': [reply(200, '['.repeat(100_000)), '['.repeat(512)],
  'json of another type': [reply(200, 'id=run_1', { 'Content-Type': 'application/x-www-form-urlencoded' }), 'id=run_1'],
  '204 for a run': [reply(204, ''), ''],
  truncated: [truncated()],
  'truncated at once': [truncated(0)],
  'reset inside the body': [truncated(40, { end: 'reset' })],
  'a cut chunk': [raw(`${CHUNKED}20\r\n{"id": "run_1"`)],
  'garbage for a chunk': [raw(`${CHUNKED}zz\r\n{}`), undefined, 'lost'],
};
const LOST: Record<string, Step> = {
  'dropped before the head': drop(),
  'reset before the head': reset(),
  'dropped inside the head': raw('HTTP/1.1 200 OK\r\nContent-Le'),
  'reset inside the head': raw('HTTP/1.1 200 OK\r\nContent-Le', { end: 'reset' }),
};
const GARBAGE: Record<string, string | Uint8Array> = {
  'another protocol': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'binary noise': new Uint8Array(800).fill(255),
};

const spoilt: Case[] = Object.entries(SPOILT).flatMap(([kind, [step, body, lost]]) => [
  {
    name: `${kind}: an SDK error with status, request id and the first bytes`,
    run: async (bench) => {
      await bench.play(step);
      const error = await failure(bench.client({ maxRetries: 0 }).get());
      ok(error.name === 'ResponseInvalid' || (lost && error.name === 'ConnectionFailed'), `it is ${error.stack}`);
      if (error.name === 'ResponseInvalid') {
        ok(error.status === 200 || error.status === 204, `the status is ${error.status}`);
        equal(error.requestId, REQUEST_ID, 'request id');
      }
      if (body !== undefined) equal(error.body, body, 'body');
      ok(encode(error.body ?? '').length <= 512, 'the body is cut');
    },
  },
  ...(['get', 'query'] as const).map((call) => ({
    name: `${kind}: ${call} is repeated, since that is safe`,
    run: async (bench: Bench): Promise<void> => {
      await bench.play(step, reply());
      const run = await bench.client()[call]();
      equal([run.id, run.meta.attempts], ['run_1', 2], 'run and attempts');
      const keys = (await bench.seen()).map(({ headers }) => headers['idempotency-key']);
      equal([keys.length, new Set(keys).size], [2, 1], 'requests and keys');
    },
  })),
]);

const lost: Case[] = Object.entries(LOST).map(([kind, step]) => ({
  name: `${kind}: ConnectionFailed without a status, after two more tries`,
  run: async (bench) => {
    await bench.play(step);
    const error = await failure(bench.client().get());
    ok(error.name === 'ConnectionFailed', `it is ${error.stack}`);
    equal([error.status, (await bench.seen()).length, bench.delays.length], [undefined, 3, 2], 'status, tries, waits');
    await bench.play(step, reply());
    equal((await bench.client().query()).meta.attempts, 2, 'attempts');
  },
}));

const garbage: Case[] = Object.entries(GARBAGE).map(([kind, bytes]) => ({
  name: `${kind} instead of HTTP is an SDK error`,
  run: async (bench) => {
    await bench.play(raw(bytes));
    const { name } = await failure(bench.client({ maxRetries: 0 }).get());
    ok(name === 'ConnectionFailed' || name === 'ResponseInvalid', `it is ${name}`);
  },
}));

/** A label that is longer than a name may have: no resolver has to be asked to fail. */
const NOWHERE = `${'a'.repeat(64)}.invalid`;
/** Nothing listens there, and no system hands it out. */
const CLOSED = '127.0.0.1:2';

const dead: Case[] = [
  ['a refused connection', CLOSED],
  ['a name that does not resolve', NOWHERE],
].map(([kind, host]) => ({
  name: `${kind}: ConnectionFailed that names the address`,
  run: async (bench) => {
    const error = await failure(bench.client({ baseUrl: `http://${host}` }).get(), 'ConnectionFailed');
    ok(error.message.includes(host as string), error.message);
    equal([error.status, bench.delays.length], [undefined, 2], 'status and waits');
  },
}));

const times: Case[] = [
  ['a silent server', { end: 'hang' } as Step, undefined],
  ['a head that stops in the middle', raw('HTTP/1.1 200 OK\r\nContent-Type: appl', { end: 'hang' }), undefined],
  ['a body that stops in the middle', raw(answer().subarray(0, -20), { end: 'hang' }), 200],
].map(([kind, step, status]) => ({
  name: `${kind}: TimedOut, and the connection is closed`,
  run: async (bench) => {
    await bench.play(step as Step);
    const timeout = status ? 1500 : 250;
    const error = await failure(bench.client({ maxRetries: 0, timeout }).get(), 'TimedOut');
    equal(error.status, status, 'status');
    await bench.left();
  },
}));

const whole: Case[] = [
  {
    name: 'an error body that stops in the middle: the status is told after the timeout, and the connection is closed',
    run: async (bench) => {
      await bench.play(raw(answer(503).subarray(0, -20), { end: 'hang' }));
      equal((await failure(bench.client({ maxRetries: 0, timeout: 1000 }).get())).status, 503, 'status');
      await bench.left();
    },
  },
  {
    name: 'an answer that comes byte by byte arrives whole',
    run: async (bench) => {
      await bench.play(raw(answer(), { pieces: 7 }));
      equal((await bench.client().get()).output, 'hello', 'output');
    },
  },
  {
    name: 'a slow head within the timeout is no error',
    run: async (bench) => {
      await bench.play(raw(answer(), { wait: 150 }));
      equal((await bench.client({ maxRetries: 0 }).get()).meta.attempts, 1, 'attempts');
    },
  },
  {
    name: 'a chunked answer that splits letters arrives whole',
    run: async (bench) => {
      const bytes = encode(JSON.stringify({ ...RUN, output: 'Grüße, 世界 🌍' }));
      const chunks = Array.from({ length: bytes.length }, (_, at) => chunk(bytes.subarray(at, at + 1)));
      await bench.play(raw(join(CHUNKED, ...chunks, '0\r\n\r\n')));
      equal((await bench.client().get()).output, 'Grüße, 世界 🌍', 'output');
    },
  },
  {
    name: 'unknown fields and values are kept',
    run: async (bench) => {
      await bench.play(reply(200, { ...RUN, status: 'paused', mood: 'good' }));
      const run = await bench.client().get();
      equal([run.status, run.mood], ['paused', 'good'], 'fields');
    },
  },
  {
    name: 'a result has its meta, which is not in its JSON',
    run: async (bench) => {
      const headers = {
        'RateLimit-Policy': '"burst";q=200;w=20, "key";q=1000;w=3600',
        RateLimit: '"burst";r=198;t=1, "key";r=7;t=60',
        'X-RateLimit-Limit': '1000',
        'X-RateLimit-Remaining': '7',
        'X-RateLimit-Reset': '1795257000',
      };
      await bench.play(reply(200, RUN, headers));
      const run = await bench.client().query();
      const { requestId, status, attempts, costUsd, rateLimit } = run.meta;
      equal([requestId, status, attempts, costUsd], [REQUEST_ID, 200, 1, '0.002000'], 'meta');
      equal([rateLimit.limit, rateLimit.remaining, policiesOf(run.meta).length], [1000, 7, 2], 'rate limit');
      equal(rateLimit.resetsAt.getTime(), 1_795_257_000_000, 'reset');
      equal(JSON.parse(JSON.stringify(run)), RUN, 'json');
    },
  },
];

export const answers: Case[] = [...spoilt, ...lost, ...garbage, ...dead, ...times, ...whole];
