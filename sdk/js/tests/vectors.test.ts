/** The vectors that every SDK runs: exchanges over a scripted server, and webhooks. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as operations from '../src/_generated/operations.js';
import { type ClientOptions, NodAICore, type NodAIError, type Operation, Pages, Stream } from '../src/index.js';
import { unwrap, WebhookInvalid } from '../src/webhooks.js';
import { API_KEY, BASE_URL, load, Play, type Vector } from './play.js';

/** Types are checked when a program is built, not when an answer comes: a field that is missing is not noticed. */
const UNTYPED = ['malformed-missing-field', 'malformed-wrong-type', 'stream-bad-event'];
const FILES = ['requests', 'results', 'errors', 'retries', 'pages', 'streams'];
const CONTRACT: Vector = JSON.parse(
  readFileSync(new URL('../../../mock_server/src/nodai_mock/_generated/openapi.json', import.meta.url), 'utf8'),
);

function operation(id: string): Operation & { names: string[] } {
  for (const [path, item] of Object.entries<Vector>(CONTRACT.paths)) {
    for (const [method, told] of Object.entries<Vector>(item)) {
      if (told?.operationId !== id) continue;
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
      const generated = Object.values(operations).find((one) => one.id === id) as Operation;
      expect(generated).toMatchObject({ method: method.toUpperCase(), path: path.split(/\{\w+\}/) });
      return { ...generated, names };
    }
  }
  throw new Error(`the contract has no operation ${id}`);
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const milliseconds = (options: Vector = {}): Vector =>
  Object.fromEntries(
    Object.entries<Vector>(options).map(([name, value]) => [
      camel(name),
      name === 'deadline' || name === 'timeout' ? value * 1000 : value,
    ]),
  );

async function run(vector: Vector): Promise<{ outcome: Vector; play: Play }> {
  const play = new Play(vector);
  const outcome: Vector = { delays: [] };
  const timesOut = vector.exchange.some((told: Vector) => told.drop === 'timeout');
  const options: ClientOptions & { apiKey: string } = {
    apiKey: API_KEY,
    baseUrl: BASE_URL,
    fetch: play.fetch,
    sleep: async (delay) => void outcome.delays.push(delay / 1000),
    ...(timesOut ? { timeout: 20 } : {}),
    ...milliseconds(vector.config),
  };
  try {
    const { names, ...op } = operation(vector.operation);
    const path = names.map((name) => vector.args[name]);
    const rest = Object.fromEntries(Object.entries(vector.args).filter(([name]) => !names.includes(name)));
    const client = new NodAICore(options);
    const set = milliseconds(vector.options);
    const [query, body] =
      op.method === 'GET' ? [rest, undefined] : [undefined, Object.keys(rest).length ? rest : undefined];
    const call = { json: 'call', none: 'call', bytes: 'call', stream: 'stream', page: 'page' }[op.kind];
    const result: Vector =
      call === 'page'
        ? client.page(op, path, query, set)
        : call === 'stream'
          ? client.stream(op, path, query, body, set)
          : await client.call(op, path, query, body, set);
    if (result instanceof Pages) {
      outcome.items = [];
      for await (const item of result as Pages<{ id: string }>) outcome.items.push(item.id);
    } else if (result instanceof Stream) {
      outcome.events = [];
      for await (const event of result) outcome.events.push(event);
      outcome.run = await result.finalRun();
    } else outcome.result = result;
  } catch (error) {
    outcome.error = error;
  }
  return { outcome, play };
}

function check(expected: Vector, outcome: Vector, play: Play): void {
  if (!expected.error && outcome.error) throw outcome.error;
  expect(play.requests.length).toBe(expected.attempts);
  if (expected.error) checkError(outcome.error, expected.error);
  if (expected.result) expect(outcome.result).toMatchObject(expected.result);
  if (expected.items) expect(outcome.items).toEqual(expected.items);
  if (expected.events) expect(outcome.events).toMatchObject(expected.events);
  if (expected.run) expect(outcome.run).toMatchObject(expected.run);
  if (expected.text) expect(outcome.events.map((event: Vector) => event.delta ?? '').join('')).toBe(expected.text);
  if (expected.meta) checkMeta(outcome.result.meta, expected.meta);
  if (expected.delays) checkDelays(outcome.delays, expected.delays);
  const keys = new Set(play.requests.map((_, at) => play.header(at, 'idempotency-key')));
  expect(keys.size, 'every attempt carries the same Idempotency-Key').toBeLessThan(2);
}

function checkError(error: NodAIError & Vector, expected: Vector): void {
  expect(error?.name, String(error?.stack)).toBe(expected.class);
  const { status, code, requestId: request_id, retryAfterSeconds: retry_after_seconds, body, retryAt } = error;
  const { class: _, facts = {}, ...told } = expected;
  expect({ status, code, request_id, retry_after_seconds, body }).toMatchObject(told);
  if (told.retry_after_seconds !== undefined) expect(retryAt).toBeInstanceOf(Date);
  expect(error.problem ?? {}).toMatchObject(facts);
  expect(error.stack + JSON.stringify(error)).not.toContain(API_KEY);
}

function checkMeta(meta: Vector, expected: Vector): void {
  const { rateLimit } = meta;
  expect({
    request_id: meta.requestId,
    status: meta.status,
    idempotent_replayed: meta.idempotentReplayed,
    cost_usd: meta.costUsd,
    rate_limit: {
      limit: rateLimit.limit,
      remaining: rateLimit.remaining,
      resets_at: rateLimit.resetsAt?.toISOString().replace('.000', '') ?? null,
      policies: rateLimit.policies.map((policy: Vector) => ({ ...policy, window_seconds: policy.windowSeconds })),
    },
  }).toMatchObject(expected);
}

function checkDelays(delays: number[], expected: Vector[]): void {
  expect(delays.length).toBe(expected.length);
  expected.forEach((bound, at) => {
    if (typeof bound === 'number') expect(delays[at]).toBeCloseTo(bound);
    else expect(delays[at]).toBeLessThanOrEqual(bound.at_most);
  });
}

for (const file of FILES) {
  describe(file, () => {
    for (const vector of load(file).vectors) {
      test.skipIf(UNTYPED.includes(vector.id))(vector.id, async () => {
        const { outcome, play } = await run(vector);
        check(vector.expect, outcome, play);
      });
    }
  });
}

describe('webhooks', () => {
  for (const vector of load('webhooks').vectors) {
    test(vector.id, async () => {
      const opened = unwrap(vector.body, vector.headers, vector.secrets, { now: new Date(vector.now * 1000) });
      if (!vector.expect.reason) return expect((await opened).type).toBe(JSON.parse(vector.body).type);
      const error = await opened.catch((error: unknown) => error);
      expect(error).toBeInstanceOf(WebhookInvalid);
      expect((error as WebhookInvalid).reason).toBe(vector.expect.reason);
    });
  }
});
