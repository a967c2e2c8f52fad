/** What calls promise beyond the vectors: aborting, deadlines, secrets, budgets, streams that are left. */

import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { NodAIBrowser } from '../src/browser.js';
import {
  ConfigurationError,
  isNodAIError,
  NodAI,
  type NodAIError,
  type Operation,
  RequestInvalid,
} from '../src/index.js';
import { stubFetch } from '../src/testing.js';
import { API_KEY, BASE_URL, body } from './play.js';

const PACKAGE: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const GET: Operation = { id: 'x.get', method: 'GET', path: ['/x'], kind: 'json', idempotent: false, retrySafe: true };
const UNSAFE: Operation = { ...GET, id: 'x.post', method: 'POST', retrySafe: false };
const STREAM: Operation = { ...GET, id: 'x.stream', method: 'POST', kind: 'stream', idempotent: true };
const BUSY = { status: 503, json: { code: 'unavailable', retryable: true } };
const base = { apiKey: API_KEY, baseUrl: BASE_URL };
const quick = { ...base, sleep: async () => undefined };

function counted(): { signal: AbortSignal; abort: (reason: unknown) => void; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const live = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: never): void => {
    live.add(listener);
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: never): void => {
    live.delete(listener);
    remove(type, listener);
  };
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => live.size };
}

const hang = (_: string, init: RequestInit): Promise<Response> =>
  new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));

const caught = (promise: Promise<unknown>): Promise<NodAIError> =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error as NodAIError,
  );

afterEach(() => vi.unstubAllGlobals());

test('abort in flight rejects with the reason of the signal and leaves no listener', async () => {
  const { signal, abort, listeners } = counted();
  const call = caught(new NodAI({ ...base, fetch: hang }).call(GET, [], undefined, undefined, { signal }));
  await new Promise(setImmediate);
  const reason = new Error('enough');
  abort(reason);
  expect(await call).toBe(reason);
  expect(listeners()).toBe(0);
});

test('abort in backoff ends the wait at once and leaves no listener', async () => {
  const { signal, abort, listeners } = counted();
  const fetch = stubFetch({ ...BUSY, headers: { 'retry-after': '30' } });
  const client = new NodAI({ ...base, fetch, hooks: { onRetry: () => setImmediate(() => abort('stop')) } });
  expect(await caught(client.call(GET, [], undefined, undefined, { signal }))).toBe('stop');
  expect(fetch.requests.length).toBe(1);
  expect(listeners()).toBe(0);
});

test('success and failure leave no listener on a shared signal', async () => {
  const { signal, listeners } = counted();
  const client = new NodAI({ ...quick, fetch: stubFetch(BUSY, { json: {} }, { status: 404, json: {} }) });
  await client.call(GET, [], undefined, undefined, { signal });
  await caught(client.call(GET, [], undefined, undefined, { signal }));
  expect(listeners()).toBe(0);
});

test('the client says who it is, with the version of the package', async () => {
  const fetch = stubFetch({ json: {} });
  await new NodAI({ ...quick, fetch }).call(GET, []);
  expect(fetch.requests[0]?.headers.get('user-agent')).toBe(`nodai-js/${PACKAGE.version}`);
});

test('a token that does not come ends with the signal or the deadline', async () => {
  const fetch = stubFetch({ json: {} });
  const client = new NodAIBrowser({ ...quick, fetch, getToken: () => new Promise(() => undefined) });
  const late = await caught(client.workflows.query('wf_support', { input: 'Hi' }, { deadline: 5 }));
  expect(late.name).toBe('TimedOut');
  const controller = new AbortController();
  setImmediate(() => controller.abort('stop'));
  expect(await caught(client.workflows.query('wf_support', { input: 'Hi' }, controller))).toBe('stop');
  expect(fetch.requests.length).toBe(0);
});

test("the time that the caller takes for an event is not the server's", async () => {
  const [first, last] = [
    { type: 'output.delta', delta: 'a' },
    { type: 'run.completed', run: {} },
  ];
  const frames = [first, last].map((event) => new TextEncoder().encode(`id: 1\ndata: ${JSON.stringify(event)}\n\n`));
  const fetch = async (): Promise<Response> =>
    new Response(body(frames), { headers: { 'content-type': 'text/event-stream' } });
  const types: string[] = [];
  for await (const { type } of new NodAI({ ...quick, fetch, timeout: 20, maxRetries: 0 }).stream(STREAM, [])) {
    types.push(type);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  expect(types).toEqual(['output.delta', 'run.completed']);
});

test('a Retry-After that is no number and no date is not taken for "at once"', async () => {
  for (const told of ['-5', '+5', 'soon 1']) {
    const fetch = stubFetch({ ...BUSY, headers: { 'retry-after': told } });
    const error = await caught(new NodAI({ ...quick, fetch, maxRetries: 0 }).call(GET, []));
    expect(error.retryAfterSeconds).toBeUndefined();
  }
});

test('what cannot be sent is refused before anything is sent', async () => {
  const client = new NodAI({ ...quick, fetch: stubFetch() });
  const ops: Operation = { ...GET, path: ['/x/', ''] };
  const refused = [
    client.call(ops, ['\ud800']),
    client.call(STREAM, [], undefined, undefined, { idempotencyKey: '' }),
    client.call(GET, [], undefined, { big: 1n }),
    client.call(GET, [], undefined, undefined, { headers: { 'x-a': 'b\nc' } }),
  ];
  for (const call of refused) expect((await caught(call)).name).toBe('RequestInvalid');
});

test('timeout and deadline end a call that hangs', async () => {
  const client = new NodAI({ ...quick, fetch: hang, timeout: 5, maxRetries: 1 });
  expect((await caught(client.call(GET, []))).name).toBe('TimedOut');
  const late = await caught(client.call(GET, [], undefined, undefined, { timeout: 0, deadline: 5, maxRetries: 9 }));
  expect(late.message).toContain('deadline');
});

test('an unsafe call is repeated only when the server did nothing', async () => {
  const once = stubFetch(BUSY);
  await caught(new NodAI({ ...quick, fetch: once }).call(UNSAFE, []));
  const limited = stubFetch({ status: 429, json: { code: 'rate_limited' } }, { json: {} });
  await new NodAI({ ...quick, fetch: limited }).call(UNSAFE, []);
  expect([once.requests.length, limited.requests.length]).toEqual([1, 2]);
});

test('a budget ends the retries of a client whose server fails at large', async () => {
  let sent = 0;
  const fetch = async (): Promise<Response> => {
    sent++;
    return Response.json({}, { status: 503 });
  };
  const client = new NodAI({ ...quick, fetch, maxRetries: 10 });
  for (let n = 0; n < 50; n++) await caught(client.call(GET, []));
  expect(sent).toBe(150);
});

test('the key is in no log, no JSON and no error', async () => {
  const client = new NodAI({ ...quick, fetch: stubFetch({ status: 401, json: { code: 'invalid_api_key' } }) });
  const seen: unknown[] = [client, await caught(client.call(GET, []))];
  const page = new NodAIBrowser({ publishableKey: 'nk_pub_0123456789', baseUrl: BASE_URL });
  const shown = [...seen, page].map((one) => inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one)).join();
  expect(shown).not.toContain(API_KEY);
  expect(shown).not.toContain('nk_pub_0123456789');
});

test('a secret key is refused in a browser, with the way out', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('process', undefined);
  expect(() => new NodAI(base)).toThrow(/publishable key.*client sessions/);
  expect(() => new NodAIBrowser({ publishableKey: API_KEY })).toThrow(ConfigurationError);
});

test('a token is fetched for each try, and a secret one is refused', async () => {
  let count = 0;
  const fetch = stubFetch(BUSY, { json: { id: 'run_1' } });
  const client = new NodAIBrowser({ ...quick, getToken: async () => `nk_ses_${++count}`, fetch });
  await client.workflows.query('wf_support', { input: 'Hi' });
  expect(fetch.requests.map(({ headers }) => headers.get('x-api-key'))).toEqual(['nk_ses_1', 'nk_ses_2']);
  const wrong = new NodAIBrowser({ getToken: () => API_KEY, fetch });
  expect((await caught(wrong.runs.feedback('run_1', { rating: 'up' }))).name).toBe('ConfigurationError');
});

test('errors are known across realms by isNodAIError', async () => {
  const error = await caught(new NodAI({ ...quick, fetch: stubFetch({ status: 404, json: {} }) }).call(GET, []));
  const foreign = runInNewContext("({ [Symbol.for('nodai.error')]: true })") as unknown;
  expect([error, foreign, new Error('x'), null, 'x'].map(isNodAIError)).toEqual([true, true, false, false, false]);
});

test('an answer that is no JSON is told by its status, request id and first 512 bytes', async () => {
  const page = 'ü'.repeat(1000);
  const fetch = async (): Promise<Response> => new Response(page, { headers: { 'x-request-id': 'req_1' } });
  const error = await caught(new NodAI({ ...quick, fetch }).call(GET, []));
  expect(error).toMatchObject({ name: 'ResponseInvalid', status: 200, requestId: 'req_1', body: 'ü'.repeat(256) });
});

test('leaving a stream aborts its request, and it cannot be read again', async () => {
  let signal: AbortSignal | null | undefined;
  const frame = new TextEncoder().encode('id: 1\nevent: output.delta\ndata: {"type":"output.delta"}\n\n');
  const fetch = async (_: string, init: RequestInit): Promise<Response> => {
    signal = init.signal;
    return new Response(body([frame, frame]), { headers: { 'content-type': 'text/event-stream' } });
  };
  const stream = new NodAI({ ...quick, fetch }).stream(STREAM, []);
  for await (const event of stream) if (event.type === 'output.delta') break;
  expect(signal?.aborted).toBe(true);
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow(RequestInvalid);
});

test('a stream that falls silent times out', async () => {
  const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
  const fetch = async (_: string, init: RequestInit): Promise<Response> => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    void silent.pipeTo(writable, { signal: init.signal as AbortSignal }).catch(() => undefined);
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
  };
  const stream = new NodAI({ ...quick, fetch, timeout: 10, maxRetries: 0 }).stream(STREAM, []);
  expect((await caught(stream.finalRun())).name).toBe('TimedOut');
});

test('a hook that throws breaks nothing, and hooks are told no credential', async () => {
  const told: unknown[] = [];
  const onRequest = (event: unknown): never => {
    told.push(event);
    throw new Error('hook');
  };
  const fetch = stubFetch({ json: { id: 'run_1' } });
  await new NodAI({ ...quick, fetch, hooks: { onRequest } }).queryWorkflow('wf_support', 'Hi', {
    apiKey: `${API_KEY}2`,
  });
  expect(fetch.requests[0]?.headers.get('x-api-key')).toBe(`${API_KEY}2`);
  expect(JSON.stringify(told)).not.toContain('nk_');
});
