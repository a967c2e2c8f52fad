/** The vectors that every SDK runs: exchanges over a scripted fetch, and webhooks. */

import { NodAIBrowser } from '../../src/browser.js';
import { NodAI, policiesOf } from '../../src/index.js';
import { unwrap } from '../../src/webhooks.js';
import { type Bench, type Case, type Data, PUBLIC, SECRET, type World } from './bench.js';
import { type Any, equal, type Failed, failure, ok, subset } from './check.js';
import { Play } from './play.js';
import { reveal } from './safety.js';

/** Files of tests/vectors whose kind is `exchange`; a test of the house compares the names with the folder. */
export const EXCHANGES: string[] = ['requests', 'results', 'errors', 'retries', 'pages', 'streams'];
export const WEBHOOKS: string[] = ['webhooks'];
export const SHARED: string[] = ['samples'];
/** Types are checked when a program is built, not when an answer comes: a field that is missing is not noticed. */
const UNTYPED = ['malformed-missing-field', 'malformed-wrong-type', 'stream-bad-event'];
const IN_PAGE = ['workflows.query', 'workflows.stream', 'runs.feedback'];

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function milliseconds(options: Any = {}): Any {
  const timed = (name: string, value: Any): Any => (/^(deadline|timeout)$/.test(name) ? value * 1000 : value);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), timed(name, value)]));
}

/** Calls an operation with a client that is set up so. */
export type Invoke = (set: Any, operation: string, args: Any[]) => Any | Promise<Any>;

const method =
  (page: boolean): Invoke =>
  (set, operation, args) => {
    const steps = operation.split('.').map(camel);
    const client = page ? new NodAIBrowser({ publishableKey: PUBLIC, ...set }) : new NodAI({ apiKey: SECRET, ...set });
    const owner = steps.slice(0, -1).reduce((at: Any, step) => at[step], client);
    return owner[steps.at(-1) as string](...args);
  };

/** The arguments of a vector as a method takes them: path parameters first, the rest in one object, then options. */
function argumentsOf(vector: Any, contract: Any): Any[] {
  const [path, told] = operation(contract, vector.operation);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const rest = Object.fromEntries(Object.entries(vector.args).filter(([given]) => !names.includes(given)));
  const queried = told.parameters.some((one: Any) => one.in === 'query');
  const params = queried || told.requestBody ? [rest] : [];
  return [...names.map((one) => vector.args[one]), ...params, milliseconds(vector.options)];
}

function operation(contract: Any, id: string): [string, Any] {
  for (const [path, item] of Object.entries<Any>(contract.paths)) {
    for (const told of Object.values<Any>(item)) if (told?.operationId === id) return [path, told];
  }
  throw new Error(`the contract has no operation ${id}`);
}

async function run(vector: Any, { data }: World, invoke: Invoke): Promise<{ outcome: Any; play: Play }> {
  const play = new Play(vector, data.vectors.samples.samples);
  const outcome: Any = { delays: [] };
  const timesOut = vector.exchange.some((told: Any) => told.drop === 'timeout');
  const set = {
    baseUrl: 'http://nodai.test',
    fetch: play.fetch,
    sleep: async (delay: number): Promise<void> => void outcome.delays.push(delay / 1000),
    ...(timesOut ? { timeout: 20 } : {}),
    ...milliseconds(vector.config),
  };
  try {
    const result = await invoke(set, vector.operation, argumentsOf(vector, data.contract));
    if (typeof result?.toArray === 'function') {
      outcome.items = [];
      for await (const item of result) outcome.items.push(item.id);
    } else if (typeof result?.finalRun === 'function') {
      outcome.events = [];
      for await (const event of result) outcome.events.push(event);
      outcome.run = await result.finalRun();
    } else outcome.result = result;
  } catch (error) {
    outcome.error = error;
  }
  return { outcome, play };
}

function check(expected: Any, outcome: Any, play: Play): void {
  for (const fault of play.faults) throw fault;
  if (!expected.error && outcome.error) throw outcome.error;
  equal(play.requests.length, expected.attempts, 'attempts');
  if (expected.error) checkError(outcome.error, expected.error);
  if (expected.result) subset(outcome.result, expected.result, 'result');
  if (expected.items) equal(outcome.items, expected.items, 'items');
  if (expected.events) subset(outcome.events, expected.events, 'events');
  if (expected.run) subset(outcome.run, expected.run, 'run');
  if (expected.text) equal(outcome.events.map((event: Any) => event.delta ?? '').join(''), expected.text, 'text');
  if (expected.meta) checkMeta(outcome.result.meta, expected.meta);
  if (expected.delays) checkDelays(outcome.delays, expected.delays);
  const keys = new Set(play.requests.map((_, at) => play.header(at, 'idempotency-key')));
  ok(keys.size < 2, 'every attempt carries the same Idempotency-Key');
}

function checkError(error: Failed, expected: Any): void {
  ok(error?.name === (expected.name ?? expected.class), `it is ${error?.stack}`);
  const { status, code, requestId: request_id, retryAfterSeconds: retry_after_seconds, body } = error;
  const { class: _, name: __, facts = {}, ...told } = expected;
  subset({ status, code, request_id, retry_after_seconds, body }, told, 'error');
  if (told.retry_after_seconds !== undefined) ok(error.retryAt instanceof Date, 'there is no retryAt');
  subset(error.problem ?? {}, facts, 'problem');
  ok(!reveal(error).includes(SECRET.slice(8)), 'the error shows the key');
}

function checkMeta(meta: Any, expected: Any): void {
  const { rateLimit } = meta;
  const told = {
    request_id: meta.requestId,
    status: meta.status,
    idempotent_replayed: meta.idempotentReplayed,
    cost_usd: meta.costUsd ?? null,
    rate_limit: {
      limit: rateLimit.limit ?? null,
      remaining: rateLimit.remaining ?? null,
      resets_at: rateLimit.resetsAt?.toISOString().replace('.000', '') ?? null,
      policies: policiesOf(meta).map(({ name, limit = null, windowSeconds = null, remaining = null }: Any) => {
        return { name, limit, window_seconds: windowSeconds, remaining };
      }),
    },
  };
  subset(told, expected, 'meta');
}

function checkDelays(delays: number[], expected: Any[]): void {
  equal(delays.length, expected.length, 'number of waits');
  expected.forEach((bound, at) => {
    const delay = delays[at] as number;
    const fits = typeof bound === 'number' ? Math.abs(delay - bound) < 0.005 : delay <= bound.at_most;
    ok(fits, `wait ${at} is ${delay} s, not ${JSON.stringify(bound)}`);
  });
}

export function exchanges({ vectors }: Data, page: boolean, invoke: Invoke = method(page)): Case[] {
  return EXCHANGES.flatMap((file) => vectors[file].vectors)
    .filter(({ id }: Any) => !UNTYPED.includes(id))
    .filter((vector: Any) => !page || IN_PAGE.includes(vector.operation))
    .map((vector: Any) => ({
      name: `vector ${vector.id}`,
      run: async ({ world }: Bench) => {
        const { outcome, play } = await run(vector, world, invoke);
        check(vector.expect, outcome, play);
      },
    }));
}

export function webhooks({ vectors }: Data): Case[] {
  return WEBHOOKS.flatMap((file) => vectors[file].vectors).map((vector: Any) => ({
    name: `vector ${vector.id}`,
    run: async () => {
      const opened = unwrap(vector.body, vector.headers, vector.secrets, { now: new Date(vector.now * 1000) });
      if (!vector.expect.reason) return equal((await opened).type, JSON.parse(vector.body).type, 'type');
      equal((await failure(opened, 'WebhookInvalid')).reason, vector.expect.reason, 'reason');
    },
  }));
}
