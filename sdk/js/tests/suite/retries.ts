/** Fault matrix: which failures are repeated, how long the SDK waits, and when it gives up at once. */

import type { Bench, Case } from './bench.js';
import { type Any, equal, failure, ok } from './check.js';
import { answer, busy, drop, problem, raw, reply, reset, type Step, truncated } from './steps.js';

const NOW = Date.parse('2026-11-21T10:15:30Z');
const date = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();
const rfc850 = (seconds: number): string => {
  const [day, number, month, year, time] = date(seconds).replace(',', '').split(' ') as string[];
  const long = ['Sun', 'Mon', 'Tues', 'Wednes', 'Thurs', 'Fri', 'Satur'].find((name) => name.startsWith(day as string));
  return `${long}day, ${number}-${month}-${year?.slice(2)} ${time} GMT`;
};

/** Headers, more of the problem, and the milliseconds to wait: exactly, or undefined for the usual backoff. */
const WAITS: Record<string, [Record<string, string>, Any, number | undefined]> = {
  'whole seconds': [{ 'Retry-After': '7' }, {}, 7000],
  'decimal seconds': [{ 'Retry-After': '1.5' }, {}, 1500],
  zero: [{ 'Retry-After': '0' }, {}, 0],
  "a date, by the server's clock": [{ 'Retry-After': date(5), Date: date(0) }, {}, 5000],
  'a date that has passed': [{ 'Retry-After': date(-30), Date: date(0) }, {}, 0],
  'a date of RFC 850': [{ 'Retry-After': rfc850(4), Date: date(0) }, {}, 4000],
  milliseconds: [{ 'Retry-After-Ms': '1250' }, {}, 1250],
  'seconds in the problem': [{}, { retry_after_seconds: 3 }, 3000],
  nonsense: [{ 'Retry-After': 'soon 1' }, {}, undefined],
  'a negative number': [{ 'Retry-After': '-5' }, {}, undefined],
  'a number with a sign': [{ 'Retry-After': '+5' }, {}, undefined],
  'an endless number': [{ 'Retry-After': '9'.repeat(400) }, {}, undefined],
};

const waits: Case[] = Object.entries(WAITS).map(([kind, [headers, facts, delay]]) => ({
  name: `Retry-After as ${kind} is ${delay === undefined ? 'not taken for a time' : 'waited out, never less'}`,
  run: async (bench) => {
    for (const status of [429, 503]) {
      bench.delays.length = 0;
      await bench.play(problem(status, 'unavailable', { retryable: true, ...facts }, headers), reply());
      equal((await bench.client().get()).meta.attempts, 2, 'attempts');
      if (delay === undefined) bounded(bench, 1);
      else equal(bench.delays, [delay], 'waits');
    }
  },
}));

/** Full jitter: anything up to a bound that doubles. */
function bounded(bench: Bench, count: number): void {
  equal(bench.delays.length, count, 'number of waits');
  bench.delays.forEach((delay, at) => {
    ok(delay >= 0 && delay <= 500 * 2 ** at, `wait ${at} is ${delay} ms`);
  });
}

const long: Case[] = [
  ['an hour', '3600', 3600],
  ['a minute and a second', '61', 61],
  ['a date in an hour', date(3600), 3600],
].map(([kind, told, seconds]) => ({
  name: `a Retry-After of ${kind} throws at once, and says when`,
  run: async (bench) => {
    const headers = { 'Retry-After': told as string, Date: date(0) };
    await bench.play(problem(429, 'rate_limited', { retryable: true }, headers));
    const before = Date.now();
    const error = await failure(bench.client().query(), 'RateLimited');
    equal([bench.delays, (await bench.seen()).length], [[], 1], 'waits and requests');
    equal(error.retryAfterSeconds, seconds, 'seconds');
    const at = error.retryAt as Date;
    ok(+at >= before + Number(seconds) * 1000 && +at <= Date.now() + Number(seconds) * 1000, `retryAt is ${at}`);
  },
}));

const FAILURES: Record<string, Step> = {
  '500': problem(500, 'internal_error', { retryable: true }),
  '502 without a problem': reply(502, '<html>Bad gateway</html>', { 'Content-Type': 'text/html' }),
  '503': busy(),
  '504': reply(504, '', { 'Content-Type': 'text/plain' }),
  '529': reply(529, '', { 'Content-Type': 'text/plain' }),
  '408': reply(408, {}),
  '429': problem(429, 'burst_limited', { retryable: true }),
  '402 while money is held': problem(402, 'cost_limit_reserved', { retryable: true }),
  '409 while the first still runs': problem(409, 'idempotency_in_progress', { retryable: true }),
  'a dropped connection': drop(),
  'a reset connection': reset(),
  'an answer cut short': truncated(),
};
const repeated: Case[] = Object.entries(FAILURES).map(([kind, step]) => ({
  name: `a POST is repeated after ${kind}, with the same idempotency key and body`,
  run: async (bench) => {
    await bench.play(step, step, reply());
    equal((await bench.client().query()).meta.attempts, 3, 'attempts');
    bounded(bench, 2);
    const seen = await bench.seen();
    const keys = new Set(seen.map(({ headers }) => headers['idempotency-key']));
    ok(seen.length === 3 && keys.size === 1 && ![...keys].includes(undefined as never), 'one key');
    equal(new Set(seen.map(({ body }) => body)).size, 1, 'bodies');
  },
}));

const LASTING: Record<string, Step> = {
  '400': problem(400, 'malformed_json'),
  '401': problem(401, 'invalid_api_key'),
  '402 of a used-up budget': problem(402, 'cost_limit_exceeded', { retryable: false }),
  '402 without a word on it': reply(402, {}),
  '403': problem(403, 'key_revoked'),
  '404': problem(404, 'not_found'),
  '409': problem(409, 'conflict'),
  '422': problem(422, 'validation_failed'),
  '503 that is not retryable': problem(503, 'unavailable', { retryable: false }),
  '501': reply(501, {}),
};
const lasting: Case[] = Object.entries(LASTING).map(([kind, step]) => ({
  name: `${kind} is not repeated`,
  run: async (bench) => {
    await bench.play(step);
    const error = await failure(bench.client().query());
    ok(typeof error.problem === 'object', `it is ${error.stack}`);
    equal((await bench.seen()).length, 1, 'requests');
  },
}));

const rules: Case[] = [
  {
    name: 'each POST has an idempotency key of its own, a GET has none',
    run: async (bench) => {
      await bench.play(reply());
      const client = bench.client();
      await client.query();
      await client.query();
      await client.get();
      const keys = (await bench.seen()).map(({ headers }) => headers['idempotency-key']);
      ok(keys[0] && keys[1] && keys[0] !== keys[1], 'two keys');
      equal(keys[2], undefined, 'key of a call that needs none');
    },
  },
  {
    name: "the caller's idempotency key is sent on every try",
    run: async (bench) => {
      await bench.play(drop(), reply());
      await bench.client().query({ idempotencyKey: 'order-7' });
      const keys = (await bench.seen()).map(({ headers }) => headers['idempotency-key']);
      equal(keys, ['order-7', 'order-7'], 'keys');
    },
  },
  ...Object.entries({ dropped: drop(), '500': FAILURES['500'] as Step, 'cut short': truncated() }).map(
    ([kind, step]) => ({
      name: `a PATCH without an idempotency key is not repeated when it was ${kind}: it may have worked`,
      run: async (bench: Bench): Promise<void> => {
        await bench.play(step);
        await failure(bench.client().update());
        equal((await bench.seen()).length, 1, 'requests');
      },
    }),
  ),
  {
    name: 'a PATCH without an idempotency key is repeated when the server did nothing',
    run: async (bench) => {
      const limited = problem(429, 'burst_limited', { retryable: true }, { 'Retry-After': '2' });
      await bench.play(limited, problem(404, 'not_found'));
      await failure(bench.client().update(), 'NotFound');
      equal(bench.delays, [2000], 'waits');
    },
  },
  {
    name: 'a PATCH without an idempotency key is repeated when no connection came about',
    run: async (bench) => {
      const error = await failure(bench.client({ baseUrl: 'http://127.0.0.1:2' }).update(), 'ConnectionFailed');
      equal([error.status, bench.delays.length], [undefined, 2], 'status and waits');
    },
  },
  {
    name: 'maxRetries is kept, of the client and of the call',
    run: async (bench) => {
      await bench.play(busy());
      equal((await failure(bench.client({ maxRetries: 0 }).get())).meta?.attempts, 1, 'attempts');
      equal((await failure(bench.client().get({ maxRetries: 1 }))).meta?.attempts, 2, 'attempts');
    },
  },
  {
    name: 'a budget ends the retries of a client whose server fails at large',
    run: async (bench) => {
      await bench.play(busy());
      const client = bench.client({ maxRetries: 10 });
      for (let n = 0; n < 20; n++) await failure(client.get());
      equal((await bench.seen()).length, 120, 'requests: a hundred are repetitions');
    },
  },
  {
    name: 'a Retry-After past the deadline throws at once, and says when',
    run: async (bench) => {
      await bench.play(busy({ 'Retry-After': '40' }));
      const error = await failure(bench.client({ deadline: 30_000 }).query(), 'Unavailable');
      equal([bench.delays, error.retryAfterSeconds], [[], 40], 'waits and seconds');
    },
  },
  ...(['get', 'query'] as const).map((call) => ({
    name: `the deadline ends a ${call} whose server is silent`,
    run: async (bench: Bench): Promise<void> => {
      await bench.play({ end: 'hang' });
      const error = await failure(bench.client({ timeout: 0, deadline: 250, maxRetries: 9 })[call](), 'TimedOut');
      ok(error.message.includes('deadline'), error.message);
      await bench.left();
    },
  })),
  {
    name: 'the deadline ends a body that drips',
    run: async (bench) => {
      await bench.play(raw(answer(), { pieces: 1, pause: 60 }));
      const error = await failure(bench.client().get({ deadline: 1200, timeout: 0 }), 'TimedOut');
      ok(error.message.includes('deadline'), error.message);
    },
  },
];

export const retries: Case[] = [...waits, ...long, ...repeated, ...lasting, ...rules];
