/** Decides whether and when a failed call is repeated. */

import type { NodAIError } from './errors.ts';

/** The server did nothing: repeating is safe whatever the operation. */
const UNDONE = /402|409|425|429|ECONNREFUSED|ENOTFOUND/;

/** Milliseconds until the next try; infinite when there is to be none. `safe`: repeating does no harm. */
export function delayBefore(error: NodAIError, safe: boolean, attempts: number): number {
  const { problem, status, cause } = error;
  const told = retryAfter(error);
  if (told !== undefined) {
    error.retryAfterSeconds = told / 1000;
    error.retryAt = new Date(Date.now() + told);
  }
  // Full jitter: anything from 0 to a bound that doubles.
  const delay = told ?? Math.random() * Math.min(8_000, 250 * 2 ** attempts);
  const { retryable = !problem || /408|425|429|5(?!01)../.test(`${status}`) } = problem ?? {};
  const again = retryable === true && (safe || UNDONE.test(status + causeCode(cause)));
  // A longer Retry-After is the caller's to wait.
  return again && delay <= 60_000 ? delay : Infinity;
}

/** The system's code of what went wrong below `fetch`, which wraps it. */
export function causeCode(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: { code?: string } };
  return `${cause?.code ?? code ?? ''}`;
}

/**
 * Milliseconds that the server asks to wait; undefined when it does not ask. A date is compared with the answer's own
 * `Date`, so that a wrong clock here does no harm.
 */
function retryAfter({ meta, problem }: NodAIError): number | undefined {
  const header = (name: string): string => meta?.headers.get(name) ?? '';
  const text = header('retry-after');
  const number = (wait: unknown, unit: number): number | undefined =>
    /^\d{1,9}(\.\d+)?$/.test(`${wait}`) ? Number(wait) * unit : undefined;
  // A date has a time of day; Date.parse() takes much else for one.
  const date = text.includes(':') && Date.parse(text);
  return (
    number(header('retry-after-ms'), 1) ??
    number(text, 1000) ??
    number(problem?.retry_after_seconds, 1000) ??
    (date ? Math.max(0, date - (Date.parse(header('date')) || Date.now())) : undefined)
  );
}

/** Waits, unless the signal ends it; leaves no listener behind. The next try throws the signal's reason. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
