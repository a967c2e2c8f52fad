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

const KINDS: Record<string, TroubleKind> = {
  cost_limit_reserved: 'busy',
  origin_not_allowed: 'origin',
  secret_key_in_browser: 'secret',
  key_expired: 'expired',
  quota_exceeded: 'quota',
  session_expired: 'expired',
  stream_incomplete: 'broken',
  timeout: 'slow',
  offline: 'offline',
  connection_failed: 'unreachable',
  missing_get_token: 'setup',
  no_session: 'unreachable',
};

/** The codes that a fresh client session may cure. */
export function isStale(error: unknown): boolean {
  const { code, status } = told(error);
  return status === 401 || code === 'key_expired' || code === 'key_revoked' || code === 'session_expired';
}

export function makeTrouble(kind: TroubleKind, code: string, detail: string): Trouble {
  return { kind, code, status: null, retryAt: null, requestId: null, detail };
}

/** What to make of an error, now and on a machine that is online or not. */
export function readTrouble(error: unknown, now: number, online: boolean, begun: boolean): Trouble {
  const { name, code, status, retryAfterSeconds, requestId, message } = told(error);
  const number = typeof status === 'number' ? status : null;
  const seconds = typeof retryAfterSeconds === 'number' && retryAfterSeconds > 0 ? retryAfterSeconds : null;
  const waits = number === 402 || number === 429 || number === 503;
  return {
    kind: kindOf(String(code ?? ''), String(name ?? ''), number, online, begun),
    code: String(code || name || 'failed'),
    status: number,
    retryAt: waits && seconds ? now + Math.ceil(seconds) * 1000 : null,
    requestId: typeof requestId === 'string' ? requestId : null,
    detail: String(message ?? error),
  };
}

function told(error: unknown): Told {
  return typeof error === 'object' && error !== null ? error : {};
}

function kindOf(code: string, name: string, status: number | null, online: boolean, begun: boolean): TroubleKind {
  const known = KINDS[code];
  if (known) return known;
  if (name === 'ConfigurationError') return 'setup';
  if (status === 402) return 'budget';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 429) return 'limited';
  if (status === 400 || status === 413 || status === 422) return 'rejected';
  if (status === null && !online) return 'offline';
  if (/timed?out/i.test(name)) return 'slow';
  if (begun && (status ?? 200) < 400) return 'broken';
  if (/connection|typeerror/i.test(name)) return 'unreachable';
  return 'failed';
}
