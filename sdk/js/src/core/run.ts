/** The tries of a call: the only place that calls `fetch`. */

import { CallFailed, ConnectionFailed, isNodAIError, RequestInvalid, ResponseInvalid, TimedOut } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import { bodyOf, urlOf } from './request.ts';
import { causeCode, delayBefore, sleep } from './retry.ts';
import { headersOf, SETUP, visible } from './setup.ts';
import type { Caller, HookEvent, Hooks, Operation, RequestOptions } from './types.ts';

/** How the tries of a call stand. */
export interface Tries {
  readonly headers: Record<string, string>;
  /** Tries so far; who got something out of one sets it back. */
  count: number;
  /** Whether this try is the last, should it fail. */
  final: boolean;
  /** When the wait began that may take `timeout`; undefined while the caller is busy and only the deadline counts. */
  since: number | undefined;
}

/** Reads what a success answers, at once or piece by piece; what it throws is a failed try. */
export type Read<E, R> = (response: Response, meta: Meta, tries: Tries) => Promise<R> | AsyncGenerator<E, R, undefined>;

/** Yields what `read` yields and returns what it returns, over as many tries as it takes. */
export async function* run<E, R>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params: object | undefined,
  options: RequestOptions | undefined = {},
  read: Read<E, R>,
  accept = 'application/json',
): AsyncGenerator<E, R, undefined> {
  const setup = client[SETUP]();
  const {
    signal,
    apiKey,
    idempotencyKey: given,
    timeout = setup.timeout ?? 60_000,
    deadline = setup.deadline,
    maxRetries = setup.maxRetries ?? 2,
  } = options;
  const [id = '', method = ''] = operation.split(' ');
  const once = operation.includes(' once');
  const url = urlOf(setup, operation, args, params, options);
  const body = bodyOf(operation, params);
  const headers: Record<string, string> = { accept, ...setup.headers, ...headersOf(options.headers) };
  const tries: Tries = { headers, count: 0, final: false, since: 0 };
  if (body) headers['content-type'] = 'application/json';
  // One of our own needs no check, and to check it would make one string of its many pieces.
  if (given !== undefined) visible(given, 'idempotency key', RequestInvalid);
  if (once) headers['idempotency-key'] ??= given ?? setup.newKey();
  if (apiKey !== undefined) visible(apiKey);
  /** The caller's own credential is not replaced. */
  const own = headers.authorization ?? headers['x-api-key'];
  const ends = deadline ? performance.now() + deadline : Infinity;
  const tell = (hook: keyof Hooks, more?: Partial<HookEvent>): void => {
    try {
      setup.hooks?.[hook]?.({ operation: id, method, url, attempt: tries.count, ...more });
    } catch {
      // A hook watches; it must not break the call.
    }
  };
  for (;;) {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = '';
    let meta: Meta | undefined;
    /** Looks again when the wait that began last would be over: a timer for each piece of a stream costs more than it. */
    const watch = (): void => {
      const now = performance.now();
      const limit = (tries.since ?? now) + (timeout || Infinity);
      const left = Math.min(limit, ends) - now;
      if (left > 0) timer = setTimeout(watch, Math.min(left, 2 ** 31 - 1));
      else {
        late = ends < limit ? 'deadline' : 'timeout';
        stop();
      }
    };
    tries.count++;
    tries.final = false;
    tries.since = performance.now();
    signal?.addEventListener('abort', stop);
    watch();
    try {
      const key = own ? '' : (apiKey ?? (await setup.credential(controller.signal)));
      if (key) headers['x-api-key'] = key;
      tell('onRequest');
      const init: RequestInit = { method, headers, body, redirect: 'manual', signal: controller.signal };
      const response = await (setup.fetch ?? fetch)(url, init);
      meta = new Meta(response, tries.count);
      if (setup.hooks) tell('onResponse', { status: meta.status, requestId: meta.requestId });
      if (!response.ok) throw refusal(meta, await response.text().catch(() => ''));
      setup.tokens = Math.min(100, setup.tokens + 0.1);
      const answer = read(response, meta, tries);
      return 'next' in answer ? yield* answer : await answer;
    } catch (cause) {
      controller.abort();
      let error = signal?.aborted ? signal.reason : cause;
      if (error === cause && !isNodAIError(cause)) {
        const facts = { meta, cause };
        error = late
          ? new TimedOut(`${id}: the ${late} passed.`, facts)
          : meta
            ? new ResponseInvalid(`${id}: the answer broke off.`, facts)
            : new ConnectionFailed(`${id}: no answer from ${setup.base} ${causeCode(cause)}`, facts);
      }
      const delay =
        error instanceof CallFailed ? delayBefore(error, once || !/^P(OS|ATC)/.test(method), tries.count) : Infinity;
      const over = tries.final || tries.count > maxRetries || setup.tokens < 1;
      if (over || delay >= ends - performance.now()) {
        tell('onError', { error });
        throw error;
      }
      setup.tokens--;
      tell('onRetry', { error, delay });
      clearTimeout(timer);
      await (setup.sleep ?? sleep)(delay, signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }
}
