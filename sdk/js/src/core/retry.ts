/** Decides whether and when a failed call is repeated. */

import { APIError, ConnectionFailed, type NodAIError, ResponseInvalid } from './errors.ts';

/** The server did nothing: repeating is safe whatever the operation. */
const UNDONE = /402|409|425|429|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT/;

/** Milliseconds until the next try; infinite when there is to be none. `safe`: repeating does no harm. */
export function delayBefore(error: NodAIError, safe: boolean, attempts: number): number {
  const told = retryAfter(error);
  if (told !== undefined) {
    error.retryAfterSeconds = told / 1000;
    error.retryAt = new Date(Date.now() + told);
  }
  // Full jitter: anything from 0 to a bound that doubles.
  const delay = told ?? Math.random() * Math.min(8_000, 250 * 2 ** attempts);
  // A longer Retry-After is the caller's to wait.
  return mayPass(error) && (safe || UNDONE.test(`${error.status} ${causeCode(error.cause)}`)) && delay <= 60_000
    ? delay
    : Infinity;
}

/** Whether the same request may work later. */
function mayPass(error: NodAIError): boolean {
  if (!(error instanceof APIError)) return error instanceof ConnectionFailed || error instanceof ResponseInvalid;
  const { retryable } = error.problem;
  return typeof retryable === 'boolean' ? retryable : /408|425|429|5(?!01)../.test(`${error.status}`);
}

/** The system's code of what went wrong below `fetch`, which wraps it. */
export function causeCode(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause ? causeCode(cause) : '';
}

/**
 * Milliseconds that the server asks to wait; undefined when it does not ask. A date is compared with the answer's own
 * `Date`, so that a wrong clock here does no harm.
 */
function retryAfter(error: NodAIError): number | undefined {
  const header = (name: string): string => error.meta?.headers.get(name) ?? '';
  const text = header('retry-after');
  const told = error instanceof APIError && error.problem.retry_after_seconds;
  for (const wait of [`${header('retry-after-ms')}ms`, text, `${told}`]) {
    if (/^\d{1,9}(\.\d{1,6})?(\s*ms)?$/.test(wait)) return Number.parseFloat(wait) * (wait.endsWith('s') ? 1 : 1000);
  }
  const date = /^([A-Z]\w+, |\d{4}-)/.test(text) && Date.parse(text);
  return date ? Math.max(0, date - (Date.parse(header('date')) || Date.now())) : undefined;
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
