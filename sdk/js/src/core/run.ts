/** The tries of a call: the only place that calls `fetch`. */

import { ConnectionFailed, isNodAIError, ResponseInvalid, TimedOut } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import { prepare, type Request } from './request.ts';
import { causeCode, delayBefore, sleep } from './retry.ts';
import { SETUP } from './setup.ts';
import type { Caller, HookEvent, Hooks, Operation, RequestOptions } from './types.ts';

/**
 * Reads an answer: it yields the events of a stream, and returns the result of a plain call. By `touch` it tells that a
 * wait begins; while the caller is `busy`, only the deadline counts.
 */
export type Reader<Event, Result> = (
  request: Request,
  response: Response,
  meta: Meta,
  touch: (busy?: boolean) => void,
) => AsyncGenerator<Event, Result, undefined>;

/** Sends, and repeats what may be repeated, until the reader has read an answer. Refuses bad arguments at once. */
export function run<Event, Result>(
  read: Reader<Event, Result>,
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options: RequestOptions = {},
): AsyncGenerator<Event, Result, undefined> {
  const setup = client[SETUP]();
  const request = prepare(setup, operation, args, params, options);
  const { id, method, url, headers, body } = request;
  const { signal, timeout = setup.timeout ?? 60_000, maxRetries = setup.maxRetries ?? 2 } = options;
  const deadline = options.deadline ?? setup.deadline;
  const ends = deadline ? performance.now() + deadline : Infinity;
  const tell = (hook: keyof Hooks, more?: Partial<HookEvent>): void => {
    try {
      setup.hooks?.[hook]?.({ operation: id, method, url, attempt: request.attempts, ...more });
    } catch {
      // A hook watches; it must not break the call.
    }
  };
  return tries();

  async function* tries(): AsyncGenerator<Event, Result, undefined> {
    for (;;) {
      request.attempts++;
      request.final = false;
      try {
        return yield* once();
      } catch (error) {
        const repeat = isNodAIError(error) && request.attempts <= maxRetries && setup.tokens >= 1 && !request.final;
        const delay = isNodAIError(error) ? delayBefore(error, request.safe, request.attempts) : Infinity;
        if (!repeat || delay >= ends - performance.now()) {
          tell('onError', { error });
          throw error;
        }
        setup.tokens--;
        tell('onRetry', { error, delay });
        await (setup.sleep ?? sleep)(delay, signal);
      }
    }
  }

  async function* once(): AsyncGenerator<Event, Result, undefined> {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = '';
    let meta: Meta | undefined;
    let open = true;
    const touch = (busy?: boolean): void => {
      clearTimeout(timer);
      const left = ends - performance.now();
      const wait = (!busy && timeout) || Infinity;
      const expire = (): void => {
        late = left < wait ? 'deadline' : 'timeout';
        stop();
      };
      timer = setTimeout(expire, Math.min(left, wait, 2 ** 31 - 1));
    };
    signal?.addEventListener('abort', stop);
    touch();
    try {
      const key = options.apiKey ?? (await setup.credential(controller.signal));
      const sent = key && !headers.authorization ? { 'x-api-key': key, ...headers } : headers;
      tell('onRequest');
      const response = await (setup.fetch ?? fetch)(url, {
        method,
        headers: sent,
        body,
        redirect: 'manual',
        signal: controller.signal,
      });
      const { status } = response;
      meta = new Meta(status, response.headers, request.attempts);
      tell('onResponse', { status, requestId: meta.requestId ?? undefined });
      if (!response.ok) throw refusal(meta, await response.text().catch(() => ''));
      setup.tokens = Math.min(100, setup.tokens + 0.1);
      const result = yield* read(request, response, meta, touch);
      open = false;
      return result;
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (isNodAIError(cause)) throw cause;
      if (late) throw new TimedOut(`${id}: the ${late} passed.`, { meta, cause });
      if (meta) throw new ResponseInvalid(`${id}: the answer broke off.`, { meta, cause });
      throw new ConnectionFailed(`${id}: no answer from ${new URL(url).host} ${causeCode(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      if (open) controller.abort();
    }
  }
}
