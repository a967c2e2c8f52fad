/** The tries of a call: the only place that calls `fetch`. */

import { ConnectionFailed, isNodAIError, type NodAIError, ResponseInvalid, TimedOut } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import { prepare, type Request } from './request.ts';
import { causeCode, delayBefore, sleep } from './retry.ts';
import { SETUP } from './setup.ts';
import type { Caller, HookEvent, Hooks, Operation, RequestOptions } from './types.ts';

export interface Attempt {
  /** Sends; answers when a success does, whose body is still to be read. */
  send(): Promise<[response: Response, meta: Meta]>;
  /** A wait begins; while the caller is `busy`, only the deadline counts. */
  touch(busy?: boolean): void;
  /** Waits for the next try, or throws what the failure means. */
  fail(error: unknown): Promise<void>;
  /** Leaves no timer and no listener; `stop` ends what is still open. */
  end(stop?: boolean): void;
}

/** The request of a call, and how to begin a try of it. Refuses bad arguments at once. */
export function run(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options: RequestOptions = {},
): { request: Request; begin: () => Attempt } {
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
  return { request, begin };

  function begin(): Attempt {
    signal?.throwIfAborted();
    request.attempts++;
    request.final = false;
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since: number | undefined;
    let late = '';
    let meta: Meta | undefined;
    signal?.addEventListener('abort', stop);
    touch();
    watch();
    return { send, touch, fail, end };

    function touch(busy?: boolean): void {
      since = busy ? undefined : performance.now();
    }

    /** Looks again when the wait that began last would be over: a timer for each piece of a stream costs more than it. */
    function watch(): void {
      const now = performance.now();
      const limit = (since ?? now) + (timeout || Infinity);
      if (now < limit && now < ends) {
        timer = setTimeout(watch, Math.min(limit - now, ends - now, 2 ** 31 - 1));
        return;
      }
      late = ends < limit ? 'deadline' : 'timeout';
      stop();
    }

    async function send(): Promise<[Response, Meta]> {
      const key = options.apiKey ?? (await setup.credential(controller.signal));
      const sent = key && !headers.authorization ? { 'x-api-key': key, ...headers } : headers;
      tell('onRequest');
      const init: RequestInit = { method, headers: sent, body, redirect: 'manual', signal: controller.signal };
      const response = await (setup.fetch ?? fetch)(url, init);
      const { status } = response;
      meta = new Meta(status, response.headers, request.attempts);
      if (setup.hooks) tell('onResponse', { status, requestId: meta.requestId ?? undefined });
      if (!response.ok) throw refusal(meta, await response.text().catch(() => ''));
      setup.tokens = Math.min(100, setup.tokens + 0.1);
      return [response, meta];
    }

    async function fail(cause: unknown): Promise<void> {
      end(true);
      const error = signal?.aborted ? signal.reason : isNodAIError(cause) ? cause : explained(cause);
      const delay = isNodAIError(error) ? delayBefore(error, request.safe, request.attempts) : Infinity;
      const over = request.final || request.attempts > maxRetries || setup.tokens < 1;
      if (over || delay >= ends - performance.now()) {
        tell('onError', { error });
        throw error;
      }
      setup.tokens--;
      tell('onRetry', { error, delay });
      await (setup.sleep ?? sleep)(delay, signal);
    }

    function explained(cause: unknown): NodAIError {
      if (late) return new TimedOut(`${id}: the ${late} passed.`, { meta, cause });
      if (meta) return new ResponseInvalid(`${id}: the answer broke off.`, { meta, cause });
      return new ConnectionFailed(`${id}: no answer from ${new URL(url).host} ${causeCode(cause)}`, { cause });
    }

    function end(open?: boolean): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      if (open) controller.abort();
    }
  }
}
