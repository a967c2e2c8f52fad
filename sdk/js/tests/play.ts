/** A scripted server for the vectors: a fetch that answers each request as the exchange says. */

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: vectors are JSON of many shapes
export type Vector = any;

export const BASE_URL = 'http://nodai.test';
export const API_KEY = 'nk_0123456789abcdef0123456789abcdef0123456789abcdef012345671c637e5a';

export function load(name: string): Vector {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf8'));
}

const SAMPLES: Vector = load('samples').samples;

/** The server's part of one vector. */
export class Play {
  readonly requests: { url: string; init: RequestInit }[] = [];
  readonly #vector: Vector;

  constructor(vector: Vector) {
    this.#vector = vector;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const told = this.#vector.exchange[this.requests.length];
    this.requests.push({ url, init });
    if (!told) throw new Error(`one request more than the vector has: ${init.method} ${url}`);
    checkRequest(url, init, told.request ?? (this.requests.length === 1 ? (this.#vector.request ?? {}) : {}));
    if (told.drop === 'timeout') return hang(init.signal as AbortSignal);
    if (told.drop) {
      const code = told.drop === 'connect' ? 'ECONNREFUSED' : 'UND_ERR_SOCKET';
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    }
    const kind = told.sse ? 'text/event-stream' : `application/${told.problem ? 'problem+' : ''}json`;
    return new Response(told.status === 204 ? null : body(chunksOf(told), told.then === 'drop'), {
      status: told.status,
      headers: { 'Content-Type': kind, ...told.headers },
    });
  };

  header(at: number, name: string): string | null {
    return new Headers(this.requests[at]?.init.headers).get(name);
  }
}

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

export function body(chunks: Uint8Array[], drops = false): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks[at++];
      if (chunk) controller.enqueue(chunk);
      else if (drops) controller.error(new TypeError('terminated'));
      else controller.close();
    },
  });
}

function chunksOf(told: Vector): Uint8Array[] {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (told.sse) {
    const size: number = told.chunk_bytes;
    if (!size) return told.sse.map(encode);
    const whole = encode(told.sse.join(''));
    return Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.subarray(n * size, (n + 1) * size));
  }
  if (told.text !== undefined) return told.text ? [encode(told.text)] : [];
  const value = told.sample ? { ...SAMPLES[told.sample], ...told.with } : (told.body ?? told.problem);
  return [encode(JSON.stringify(value ?? null))];
}

function checkRequest(url: string, init: RequestInit, expected: Vector): void {
  const { pathname, searchParams } = new URL(url);
  if (expected.method) expect(init.method).toBe(expected.method);
  if (expected.path) expect(pathname).toBe(expected.path);
  if (expected.query) expect(Object.fromEntries(searchParams)).toEqual(expected.query);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const got = new Headers(init.headers).get(name);
    if (value === '*') expect(got, name).not.toBeNull();
    else expect(got, name).toBe(value);
  }
  if ('body' in expected)
    expect(init.body === undefined ? null : JSON.parse(init.body as string)).toEqual(expected.body);
}
