/** Decides whether and when a failed call is repeated. */

import { APIError, ConnectionFailed, type NodAIError, ResponseInvalid } from './errors.js';
import type { Operation } from './types.js';

/** A longer Retry-After is the caller's to wait. */
const LONGEST_WAIT = 60_000;
const FIRST_WAIT = 500;
const LAST_WAIT = 8_000;
/** The server did nothing: repeating is safe whatever the operation. */
const REFUSED = [402, 409, 425, 429];
const PASSING = [408, 425, 429, 500, 502, 503, 504];
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;

/** Whether the same request may work later, and does no harm when the first one worked after all. */
export function worthRepeating(op: Operation, error: NodAIError): boolean {
  if (error instanceof APIError) {
    const { status, problem } = error;
    if (error.name === 'Redirected') return false;
    const told = problem.retryable;
    const passing = typeof told === 'boolean' ? told : PASSING.includes(status) || status > 504;
    return passing && (op.retrySafe || REFUSED.includes(status));
  }
  if (error instanceof ConnectionFailed) return op.retrySafe || UNSENT.test(causeCode(error.cause));
  return error instanceof ResponseInvalid && op.retrySafe;
}

/** The system's code of what went wrong below `fetch`, which wraps it. */
export function causeCode(error: unknown): string {
  for (let at = error; at && typeof at === 'object'; at = (at as { cause?: unknown }).cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}

/**
 * Milliseconds that the server asks to wait; undefined when it does not ask. A date is compared with the answer's own
 * `Date`, so that a wrong clock here does no harm.
 */
export function retryAfter(error: NodAIError): number | undefined {
  const headers = error.meta?.headers;
  const seconds = /^\d{1,9}(\.\d{1,6})?$/;
  const ms = headers?.get('retry-after-ms')?.trim() ?? '';
  if (seconds.test(ms)) return Number(ms);
  const text = headers?.get('retry-after')?.trim() ?? '';
  if (seconds.test(text)) return Number(text) * 1000;
  if (/^\d{1,9}\s*ms$/.test(text)) return Number.parseInt(text, 10);
  const date = /^([A-Z][a-z]+, |\d{4}-\d\d-\d\dT)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - (Date.parse(headers?.get('date') ?? '') || Date.now()));
  const told = error instanceof APIError ? error.problem.retry_after_seconds : undefined;
  return typeof told === 'number' && told >= 0 && told < 1e9 ? told * 1000 : undefined;
}

/** Full jitter before the try after this one (1…): anything from 0 to a bound that doubles. */
export function backoff(attempt: number): number {
  return Math.random() * Math.min(LAST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
}

/** Milliseconds until the next try; undefined when there is to be none. */
export function delayBefore(
  op: Operation,
  error: NodAIError,
  attempts: number,
  maxRetries: number,
  left: number,
): number | undefined {
  const told = retryAfter(error);
  if (told !== undefined) {
    error.retryAfterSeconds = told / 1000;
    error.retryAt = new Date(Date.now() + told);
  }
  if (attempts > maxRetries || !worthRepeating(op, error)) return undefined;
  const delay = told ?? backoff(attempts);
  return delay > LONGEST_WAIT || delay >= left ? undefined : delay;
}

/** A token bucket of retries: when the server fails at large, clients stop adding to its load. */
export class Budget {
  #tokens = 100;

  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  give(): void {
    this.#tokens = Math.min(100, this.#tokens + 0.1);
  }
}

/** Waits, unless the signal ends it; leaves no listener behind. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    }
    signal?.addEventListener('abort', done);
  });
}
