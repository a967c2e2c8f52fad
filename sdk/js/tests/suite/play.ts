/** A scripted server for the vectors: a fetch that answers each request as the exchange says. */

import { type Any, equal } from './check.js';
import { encode } from './steps.js';

/** The server's part of one vector. */
export class Play {
  readonly requests: { url: string; init: RequestInit }[] = [];
  /** What a request had that it should not have: thrown in `fetch` it would be one more lost connection. */
  readonly faults: unknown[] = [];
  readonly #vector: Any;
  readonly #samples: Any;

  constructor(vector: Any, samples: Any) {
    this.#vector = vector;
    this.#samples = samples;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const told = this.#vector.exchange[this.requests.length];
    this.requests.push({ url, init });
    if (!told) throw new Error(`one request more than the vector has: ${init.method} ${url}`);
    try {
      checkRequest(url, init, told.request ?? (this.requests.length === 1 ? (this.#vector.request ?? {}) : {}));
    } catch (fault) {
      this.faults.push(fault);
    }
    if (told.drop === 'timeout') return hang(init.signal as AbortSignal);
    if (told.drop) {
      const code = told.drop === 'connect' ? 'ECONNREFUSED' : 'UND_ERR_SOCKET';
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    }
    const kind = told.sse ? 'text/event-stream' : `application/${told.problem ? 'problem+' : ''}json`;
    return new Response(told.status === 204 ? null : body(this.#chunks(told), told.then === 'drop'), {
      status: told.status,
      headers: { 'Content-Type': kind, ...told.headers },
    });
  };

  header(at: number, name: string): string | null {
    return new Headers(this.requests[at]?.init.headers).get(name);
  }

  #chunks(told: Any): Uint8Array[] {
    if (told.sse) {
      const size: number = told.chunk_bytes;
      if (!size) return told.sse.map(encode);
      const whole = encode(told.sse.join(''));
      return Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.slice(n * size, (n + 1) * size));
    }
    if (told.text !== undefined) return told.text ? [encode(told.text)] : [];
    const value = told.sample ? { ...this.#samples[told.sample], ...told.with } : (told.body ?? told.problem);
    return [encode(JSON.stringify(value ?? null))];
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

function checkRequest(url: string, init: RequestInit, expected: Any): void {
  const { pathname, searchParams } = new URL(url);
  if (expected.method) equal(init.method, expected.method, 'method');
  if (expected.path) equal(pathname, expected.path, 'path');
  if (expected.query) equal(Object.fromEntries(searchParams), expected.query, 'query');
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (value === '*') equal(headers.has(name), true, `whether there is ${name}`);
    else equal(headers.get(name), value, name);
  }
  if ('body' in expected) {
    equal(init.body === undefined ? null : JSON.parse(init.body as string), expected.body, 'body');
  }
}
