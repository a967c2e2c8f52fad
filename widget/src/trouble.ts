/** Troubles: what stands between a question and its answer, told apart by what the visitor can do about it. */

export type TroubleKind =
  | 'broken'
  | 'budget'
  | 'expired'
  | 'failed'
  | 'forbidden'
  | 'limited'
  | 'offline'
  | 'rejected'
  | 'slow'
  | 'unreachable';

export interface Trouble {
  kind: TroubleKind;
  /** The problem's code, or a word of our own where no problem came. */
  code: string;
  status: number | null;
  /** Milliseconds since 1970; until then asking again is refused. */
  retryAt: number | null;
  requestId: string | null;
  /** For whoever built the page; the visitor does not see it. */
  detail: string;
}

/** What an error of the SDK, or of a transport of the page's own, may tell. */
interface Told extends Partial<Error> {
  code?: string;
  status?: number;
  retryAfterSeconds?: number;
  requestId?: string;
}

/** By code, else by status, else by the error's name. */
const KINDS: Record<string, TroubleKind> = {
  // Codes come from servers, and must not find what every object has.
  __proto__: null as never,
  cost_limit_reserved: 'limited',
  key_expired: 'expired',
  offline: 'offline',
  400: 'rejected',
  401: 'forbidden',
  402: 'budget',
  403: 'forbidden',
  404: 'forbidden',
  413: 'rejected',
  422: 'rejected',
  429: 'limited',
  ConnectionFailed: 'unreachable',
  TypeError: 'unreachable',
  TimedOut: 'slow',
  TimeoutError: 'slow',
};

/** An error of the widget's own, told like those of the SDK. */
export function problem(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

/** What to make of an error now, when some of the answer is there or nothing. */
export function readTrouble(error: unknown, begun = false): Trouble {
  const { name, code, status, retryAfterSeconds = 0, requestId, message } = Object(error) as Told;
  const told = KINDS[`${code}`] ?? KINDS[`${status}`];
  const kind = status || navigator.onLine ? (KINDS[`${name}`] ?? 'failed') : 'offline';
  return {
    // Who sees a part of the answer is told that the rest of it is missing, whatever became of the connection.
    kind: told ?? (begun && kind !== 'offline' ? 'broken' : kind),
    code: `${code || name || 'failed'}`,
    status: status ?? null,
    retryAt: retryAfterSeconds > 0 ? Date.now() + Math.ceil(retryAfterSeconds) * 1000 : null,
    requestId: requestId ?? null,
    detail: `${message ?? error}`,
  };
}
