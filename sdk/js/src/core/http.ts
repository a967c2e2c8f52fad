/** The client: the only place that calls `fetch`, and the loop of tries around it. */

import { ConnectionFailed, isNodAIError, ResponseInvalid, refusal, TimedOut } from './errors.js';
import { Meta } from './meta.js';
import { Pages } from './pages.js';
import * as make from './request.js';
import { Budget, causeCode, delayBefore, sleep } from './retry.js';
import { Stream } from './stream.js';
import type {
  Caller,
  ClientOptions,
  Fetch,
  HookEvent,
  Hooks,
  Operation,
  Page,
  RequestOptions,
  WithMeta,
} from './types.js';

type Credential = () => string | undefined | Promise<string | undefined>;

/** One call: what is sent, and how its tries stand. */
export interface Call {
  readonly op: Operation;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly apiKey: string | undefined;
  readonly timeout: number;
  readonly maxRetries: number;
  /** On `performance.now()`. */
  readonly ends: number;
  attempts: number;
}

/** One try, with its clock and its way to be stopped. */
export class Attempt {
  readonly #controller = new AbortController();
  readonly #call: Call;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #late = false;
  /** Whether it is the deadline that ends this wait. */
  #last = false;
  meta: Meta | undefined;

  constructor(call: Call) {
    this.#call = call;
    call.signal?.addEventListener('abort', this.#abort);
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A wait begins; while the caller is `busy`, only the deadline counts. */
  touch(busy = false): void {
    clearTimeout(this.#timer);
    const { ends } = this.#call;
    const timeout = busy ? 0 : this.#call.timeout;
    const left = ends - performance.now();
    this.#last = left < (timeout || Infinity);
    const wait = this.#last ? left : timeout || Infinity;
    if (wait < 2 ** 31) this.#timer = setTimeout(this.#expire, Math.max(0, wait));
  }

  /** The value, unless this try ends first. */
  async race<T>(value: T | Promise<T>): Promise<T> {
    if (!(value instanceof Promise)) return value;
    const { signal } = this.#controller;
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      value.then(resolve, reject);
    });
  }

  /** Stops what is still open; leaves no timer and no listener. */
  end(abort: boolean): void {
    clearTimeout(this.#timer);
    this.#call.signal?.removeEventListener('abort', this.#abort);
    if (abort) this.#controller.abort();
  }

  /** What a failure means: the caller's own reason, or an error of this package. */
  explain(error: unknown): unknown {
    const { signal, op, timeout } = this.#call;
    if (signal?.aborted) return signal.reason;
    if (isNodAIError(error)) return error;
    const facts = { meta: this.meta, cause: error };
    if (this.#late) {
      const told = this.#last ? 'the deadline passed' : `the server sent nothing for ${timeout} ms`;
      return new TimedOut(`${op.id}: ${told}.`, facts);
    }
    if (this.meta) return new ResponseInvalid(`${op.id}: the connection broke inside the answer.`, facts);
    const code = causeCode(error);
    const where = new URL(this.#call.url).host;
    return new ConnectionFailed(`${op.id}: no answer from ${where}${code && ` (${code})`}.`, facts);
  }

  readonly #abort = (): void => this.#controller.abort(this.#call.signal?.reason);
  readonly #expire = (): void => {
    this.#late = true;
    this.#controller.abort();
  };
}

/** What every client is: it sends, and repeats what may be repeated. */
export class Core implements Caller {
  readonly #credential: Credential;
  readonly #options: ClientOptions;
  readonly #fetch: Fetch;
  readonly #base: string;
  readonly #headers: Record<string, string> = {};
  readonly #budget: Budget = new Budget();

  constructor(options: ClientOptions, credential: Credential) {
    this.#options = options;
    this.#credential = credential;
    this.#base = make.baseUrl(options);
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    make.addHeaders(this.#headers, options.headers);
  }

  async call<T>(
    op: Operation,
    pathArgs: readonly string[],
    query?: object,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<WithMeta<T>> {
    const call = this.#prepare(op, pathArgs, query, body, options);
    for (;;) {
      const attempt = await this.#open(call);
      try {
        const result = await read(op, attempt);
        attempt.end(false);
        return result as WithMeta<T>;
      } catch (error) {
        attempt.end(true);
        await this.#again(call, attempt.explain(error));
      }
    }
  }

  stream<E extends { type: string }>(
    op: Operation,
    pathArgs: readonly string[],
    query?: object,
    body?: unknown,
    options: RequestOptions = {},
  ): Stream<E> {
    const call = this.#prepare(op, pathArgs, query, body, options);
    return new Stream<E>(
      call,
      () => this.#open(call),
      (error, final) => this.#again(call, error, final),
    );
  }

  page<T>(op: Operation, pathArgs: readonly string[], query?: object, options?: RequestOptions): Pages<T> {
    return new Pages<T>((cursor) =>
      this.call<Page<T>>(op, pathArgs, cursor === undefined ? query : { ...query, cursor }, undefined, options),
    );
  }

  #prepare(
    op: Operation,
    args: readonly string[],
    query: object | undefined,
    body: unknown,
    options: RequestOptions,
  ): Call {
    const set = this.#options;
    const headers: Record<string, string> = {
      accept: op.kind === 'stream' ? 'text/event-stream' : op.kind === 'bytes' ? '*/*' : 'application/json',
      ...this.#headers,
    };
    make.addHeaders(headers, options.headers);
    const text = body === undefined ? undefined : make.json(op, body);
    if (text !== undefined) headers['content-type'] = 'application/json';
    if (op.idempotent) headers['idempotency-key'] ??= make.idempotencyKey(options.idempotencyKey);
    const deadline = options.deadline ?? set.deadline;
    return {
      op,
      url: this.#base + make.path(op, args) + (query || options.query ? make.queryString(query, options.query) : ''),
      headers,
      body: text,
      signal: options.signal,
      apiKey: options.apiKey === undefined ? undefined : make.checkKey(options.apiKey),
      timeout: options.timeout ?? set.timeout ?? 60_000,
      maxRetries: options.maxRetries ?? set.maxRetries ?? 2,
      ends: deadline ? performance.now() + deadline : Infinity,
      attempts: 0,
    };
  }

  /** Sends until a success answers; its body is still to be read. */
  async #open(call: Call): Promise<Attempt & { response: Response }> {
    for (;;) {
      call.signal?.throwIfAborted();
      call.attempts++;
      const attempt = new Attempt(call);
      try {
        const key = call.apiKey ?? (await attempt.race(this.#credential()));
        const { op, url, headers, body } = call;
        const init: RequestInit = { method: op.method, headers, redirect: 'manual', signal: attempt.signal };
        if (key && !headers['x-api-key'] && !headers.authorization) init.headers = { ...headers, 'x-api-key': key };
        if (body !== undefined) init.body = body;
        this.#tell('onRequest', call);
        const response = await this.#fetch(url, init);
        attempt.meta = new Meta(response.status, response.headers, call.attempts);
        this.#tell('onResponse', call, { status: response.status, requestId: attempt.meta.requestId ?? undefined });
        if (!response.ok) throw refusal(attempt.meta, await response.text().catch(() => ''));
        this.#budget.give();
        return Object.assign(attempt, { response });
      } catch (error) {
        attempt.end(true);
        await this.#again(call, attempt.explain(error));
      }
    }
  }

  /** After a failed try: waits for the next one, or throws. */
  async #again(call: Call, error: unknown, final = false): Promise<void> {
    const { op, attempts, maxRetries, ends, signal } = call;
    const left = ends - performance.now();
    const delay = isNodAIError(error) ? delayBefore(op, error, attempts, maxRetries, left) : undefined;
    if (delay === undefined || final || !this.#budget.take()) {
      this.#tell('onError', call, { error });
      throw error;
    }
    this.#tell('onRetry', call, { error, delay });
    await (this.#options.sleep ?? sleep)(delay, signal);
  }

  #tell(hook: keyof Hooks, { op, url, attempts }: Call, more?: Partial<HookEvent>): void {
    try {
      this.#options.hooks?.[hook]?.({ operation: op.id, method: op.method, url, attempt: attempts, ...more });
    } catch {
      // A hook watches; it must not break the call.
    }
  }
}

/** The result that a success holds. */
async function read(
  op: Operation,
  { response, meta }: { response: Response; meta: Meta | undefined },
): Promise<unknown> {
  const { status, headers } = response;
  if (op.kind === 'bytes' && !headers.get('content-type')?.includes('text/html')) {
    return withMeta(new Uint8Array(await response.arrayBuffer()), meta as Meta);
  }
  const body = await response.text();
  let result: unknown;
  try {
    result = op.kind === 'none' && !body ? undefined : JSON.parse(body);
  } catch {
    // Told below.
  }
  if (op.kind === 'none' ? body : !result || typeof result !== 'object' || Array.isArray(result)) {
    const what = body ? (headers.get('content-type') ?? 'of no type') : 'empty';
    throw new ResponseInvalid(`${op.id}: the answer is not what the contract says: it is ${what}.`, { meta, body });
  }
  return result && withMeta(result, new Meta(status, headers, meta?.attempts ?? 1, result));
}

function withMeta(result: object, meta: Meta): object {
  return Object.defineProperty(result, 'meta', { value: meta, configurable: true });
}

/** Whether a web page runs this: a secret key has no place there. */
export function inBrowser(): boolean {
  const { document, importScripts, process } = globalThis as {
    document?: unknown;
    importScripts?: unknown;
    process?: { versions?: { node?: string } };
  };
  return (typeof document === 'object' || typeof importScripts === 'function') && !process?.versions?.node;
}
