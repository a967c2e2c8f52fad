/** Troubles: what stands between a question and its answer, told apart by what the visitor can do about it. */

export type TroubleKind =
  | 'budget'
  | 'busy'
  | 'forbidden'
  | 'origin'
  | 'expired'
  | 'limited'
  | 'quota'
  | 'offline'
  | 'unreachable'
  | 'slow'
  | 'broken'
  | 'missing'
  | 'rejected'
  | 'failed'
  | 'secret'
  | 'setup';

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
interface Told {
  name?: unknown;
  code?: unknown;
  status?: unknown;
  retryAfterSeconds?: unknown;
  requestId?: unknown;
  message?: unknown;
}

/** By code, else by name, else by status. */
const KINDS: Readonly<Record<string, TroubleKind>> = Object.assign(Object.create(null), {
  cost_limit_reserved: 'busy',
  origin_not_allowed: 'origin',
  secret_key_in_browser: 'secret',
  key_expired: 'expired',
  session_expired: 'expired',
  quota_exceeded: 'quota',
  stream_incomplete: 'broken',
  timeout: 'slow',
  TimedOut: 'slow',
  TimeoutError: 'slow',
  offline: 'offline',
  connection_failed: 'unreachable',
  no_session: 'unreachable',
  ConnectionFailed: 'unreachable',
  TypeError: 'unreachable',
  missing_get_token: 'setup',
  ConfigurationError: 'setup',
  400: 'rejected',
  401: 'forbidden',
  402: 'budget',
  403: 'forbidden',
  404: 'missing',
  413: 'rejected',
  422: 'rejected',
  429: 'limited',
});

/** The codes that a fresh client session may cure. */
export function isStale(error: unknown): boolean {
  const { code, status } = told(error);
  return status === 401 || /^(key_(expired|revoked)|session_expired)$/.test(`${code}`);
}

export function makeTrouble(kind: TroubleKind, code: string, detail: string): Trouble {
  return { kind, code, status: null, retryAt: null, requestId: null, detail };
}

/** A trouble as it was stored, if it is one. */
export function keptTrouble(stored: unknown): Trouble | null {
  const { kind, code, status, retryAt, requestId, detail } = told(stored) as Partial<Trouble>;
  if (![...Object.values(KINDS), 'failed'].includes(`${kind}`)) return null;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    ...makeTrouble(kind as TroubleKind, `${code}`, `${detail}`),
    status: number(status),
    retryAt: number(retryAt),
    requestId: typeof requestId === 'string' ? requestId : null,
  };
}

/** What to make of an error, now, on a machine that is online or not, when some of the answer is there or nothing. */
export function readTrouble(error: unknown, now: number, online: boolean, begun: boolean): Trouble {
  const { name, code, status, retryAfterSeconds, requestId, message } = told(error);
  const number = typeof status === 'number' ? status : null;
  const waits = [402, 429, 503].includes(number ?? 0) && typeof retryAfterSeconds === 'number' && retryAfterSeconds > 0;
  let kind = KINDS[`${code}`] ?? KINDS[`${name}`] ?? KINDS[`${number}`] ?? (number || online ? 'failed' : 'offline');
  if (kind === 'unreachable' && !online) kind = 'offline';
  // Who sees a part of the answer is told that the rest of it is missing, whatever became of the connection.
  else if (begun && (kind === 'unreachable' || kind === 'failed')) kind = 'broken';
  return {
    kind,
    code: `${code || name || 'failed'}`,
    status: number,
    retryAt: waits ? now + Math.ceil(retryAfterSeconds) * 1000 : null,
    requestId: typeof requestId === 'string' ? requestId : null,
    detail: `${message ?? error}`,
  };
}

function told(error: unknown): Told {
  return typeof error === 'object' && error !== null ? error : {};
}
