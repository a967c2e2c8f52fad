/** What the fault server is told to do with one request, and the answers that most cases need. */

import type { Any } from './check.js';

export interface Step {
  /** What is sent, in base64: `before` once, then `data` so many times. */
  readonly before?: string;
  readonly data?: string;
  readonly repeat?: number;
  /** In so many bytes at a time, with so many milliseconds between. */
  readonly pieces?: number;
  readonly pause?: number;
  /** Milliseconds before anything is sent. */
  readonly wait?: number;
  /** Then: the end unless told; silence until the client goes; or a reset. */
  readonly end?: 'hang' | 'reset';
  /** The answer comes before the request's body is read. */
  readonly early?: boolean;
}

export const RUN: Any = {
  id: 'run_1',
  workflow_id: 'wf_1',
  conversation_id: null,
  status: 'completed',
  input: 'hi',
  output: 'hello',
  sources: [],
  cost_usd: '0.002000',
  tokens: { input: 7, output: 9 },
  metadata: {},
  created_at: '2026-11-21T10:15:30.123456Z',
  completed_at: '2026-11-21T10:15:31Z',
  duration_ms: 3,
  error: null,
};
export const REQUEST_ID = 'req_01kaj3v8m2f6q9t4x7b0c5d1eh';
const CORS = 'Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\n';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function join(...parts: (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? encode(part) : part));
  const whole = new Uint8Array(all.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** These bytes as they are, and what comes after them. */
export function raw(bytes: string | Uint8Array, more: Omit<Step, 'data'> = {}): Step {
  let text = '';
  for (const byte of join(bytes)) text += String.fromCharCode(byte);
  return { ...more, data: btoa(text) };
}

export function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ 'X-Request-Id': REQUEST_ID, ...headers, Connection: 'close' });
  return `HTTP/1.1 ${status} Status\r\n${CORS}${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A whole, well-formed answer. */
export function answer(status = 200, body: unknown = RUN, headers: Record<string, string> = {}): Uint8Array {
  const content = body instanceof Uint8Array ? body : encode(typeof body === 'string' ? body : JSON.stringify(body));
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': String(content.length) };
  return join(head(status, { 'Content-Type': 'application/json', ...length, ...headers }), content);
}

export function reply(status?: number, body?: unknown, headers?: Record<string, string>): Step {
  return raw(answer(status, body, headers));
}

/** A problem document; `facts` are more of its fields. */
export function problem(status: number, code: string, facts: Any = {}, headers: Record<string, string> = {}): Step {
  const told = { type: `/docs/errors/${code}`, title: code, status, detail: `It is ${code}.`, code };
  const body = { ...told, request_id: REQUEST_ID, ...facts };
  return reply(status, body, { 'Content-Type': 'application/problem+json', ...headers });
}

export const drop = (): Step => ({});
export const reset = (): Step => ({ end: 'reset' });
export const busy = (headers?: Record<string, string>): Step =>
  problem(503, 'unavailable', { retryable: true }, headers);

/** The head and so many bytes of the body, then the end. */
export function truncated(keep = 40, more: Omit<Step, 'data'> = {}): Step {
  const content = encode(JSON.stringify(RUN));
  const whole = answer();
  return raw(whole.subarray(0, whole.length - content.length + keep), more);
}

export const STARTED: { type: string } & Any = {
  type: 'run.started',
  run_id: 'run_1',
  workflow_id: 'wf_1',
  created_at: '2026-11-21T10:15:30Z',
};
export const COMPLETED: { type: string } = { type: 'run.completed', run: RUN } as { type: string };
export const STREAM_HEAD: string = head(200, {
  'Content-Type': 'text/event-stream',
  'Transfer-Encoding': 'chunked',
  'X-Request-Id': 'req_1',
});
export const END = '0\r\n\r\n';

export function frame(id: number | string, data: { type: string }): string {
  return `id: ${id}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** One chunk of a chunked body. */
export function chunk(content: string | Uint8Array): Uint8Array {
  const bytes = join(content);
  return join(`${bytes.length.toString(16)}\r\n`, bytes, '\r\n');
}

export const event = (id: number | string, data: { type: string }): Uint8Array => chunk(frame(id, data));
export const delta = (id: number | string, text: string): Uint8Array =>
  event(id, { type: 'output.delta', delta: text } as { type: string });
export const WHOLE: Uint8Array = join(event(1, STARTED), delta(2, 'Hel'), delta(3, 'lo'), event(4, COMPLETED));

/** A stream that sends these chunks. */
export function stream(...chunks: (string | Uint8Array)[]): Step {
  return raw(join(STREAM_HEAD, ...chunks, END));
}

/** A stream that sends these chunks, and then nothing more. */
export function cut(end: 'hang', ...chunks: (string | Uint8Array)[]): Step {
  return raw(join(STREAM_HEAD, ...chunks), { end });
}
