/** What came with an answer besides its body; read only when asked for. */

export interface RateLimitPolicy {
  readonly name: string;
  readonly limit: number | null;
  readonly windowSeconds: number | null;
  readonly remaining: number | null;
  readonly resetsInSeconds: number | null;
}

/** The tightest limit after a call, and every policy; null where the answer did not say. */
export interface RateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetsAt: Date | null;
  readonly policies: readonly RateLimitPolicy[];
}

export class Meta {
  readonly status: number;
  readonly headers: Headers;
  /** How often it was sent. */
  readonly attempts: number;
  readonly #body: unknown;
  readonly #received: number;

  constructor(status: number, headers: Headers, attempts: number, body?: unknown) {
    this.status = status;
    this.headers = headers;
    this.attempts = attempts;
    this.#body = body;
    this.#received = Date.now();
  }

  /** The id to give to support, and to find the call in the request log. */
  get requestId(): string | null {
    return this.headers.get('x-request-id');
  }

  /** Whether this is the stored answer of an earlier call with the same Idempotency-Key. */
  get idempotentReplayed(): boolean {
    return this.headers.get('idempotent-replayed') === 'true';
  }

  /** What the call cost, in dollars, exactly as the server says it. */
  get costUsd(): string | null {
    const cost = (this.#body as { cost_usd?: unknown } | null | undefined)?.cost_usd;
    return typeof cost === 'string' ? cost : null;
  }

  /** `RateLimit-Policy`, `RateLimit` and `X-RateLimit-*`. */
  get rateLimit(): RateLimit {
    const quotas = items(this.headers.get('ratelimit-policy'));
    const states = items(this.headers.get('ratelimit'));
    const policies = [...new Set([...quotas.keys(), ...states.keys()])].map((name) => ({
      name,
      limit: quotas.get(name)?.q ?? null,
      windowSeconds: quotas.get(name)?.w ?? null,
      remaining: states.get(name)?.r ?? null,
      resetsInSeconds: states.get(name)?.t ?? null,
    }));
    const left = (policy: RateLimitPolicy): number => policy.remaining ?? Infinity;
    const tightest = policies.filter((policy) => policy.remaining !== null).sort((a, b) => left(a) - left(b))[0];
    const reset = whole(this.headers.get('x-ratelimit-reset'));
    const inSeconds = tightest?.resetsInSeconds ?? null;
    const at = reset !== null ? reset * 1000 : inSeconds !== null ? this.#received + inSeconds * 1000 : null;
    return {
      limit: whole(this.headers.get('x-ratelimit-limit')) ?? tightest?.limit ?? null,
      remaining: whole(this.headers.get('x-ratelimit-remaining')) ?? tightest?.remaining ?? null,
      resetsAt: at === null ? null : new Date(at),
      policies,
    };
  }

  toJSON(): object {
    return { status: this.status, requestId: this.requestId, attempts: this.attempts, costUsd: this.costUsd };
  }
}

function whole(text: string | null | undefined): number | null {
  return text && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

/** The members of a structured-field list with integer parameters: `"key";q=1000;w=3600, "burst";…`. */
function items(text: string | null): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  for (const member of (text ?? '').split(',')) {
    const [name, ...parameters] = member.split(';').map((part) => part.trim());
    if (!name) continue;
    const values: Record<string, number> = {};
    for (const parameter of parameters) {
      const [key = '', value] = parameter.split('=');
      const number = whole(value);
      if (number !== null) values[key] = number;
    }
    found.set(name.replaceAll('"', ''), values);
  }
  return found;
}
