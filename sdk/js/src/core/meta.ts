/** What came with an answer besides its body; read only when asked for. */

export interface RateLimitPolicy {
  readonly name: string;
  readonly limit?: number;
  readonly windowSeconds?: number;
  readonly remaining?: number;
  readonly resetsInSeconds?: number;
}

/** The tightest limit after a call, and every policy; undefined where the answer did not say. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetsAt: Date | undefined;
  readonly policies: readonly RateLimitPolicy[];
}

/** What the parameters of the RateLimit headers are called here. */
const NAMES = { q: 'limit', w: 'windowSeconds', r: 'remaining', t: 'resetsInSeconds' } as const;
type Parameters = { [K in (typeof NAMES)[keyof typeof NAMES]]?: number };

export class Meta {
  readonly status: number;
  readonly headers: Headers;
  /** How often it was sent. */
  readonly attempts: number;
  /** The id to give to support, and to find the call in the request log. */
  readonly requestId: string | null;
  /** What the call cost, in dollars, exactly as the server says it. */
  declare readonly costUsd: string | undefined;

  constructor(status: number, headers: Headers, attempts: number) {
    this.status = status;
    this.headers = headers;
    this.attempts = attempts;
    this.requestId = headers.get('x-request-id');
  }

  /** Whether this is the stored answer of an earlier call with the same Idempotency-Key. */
  get idempotentReplayed(): boolean {
    return this.headers.get('idempotent-replayed') === 'true';
  }

  /** `X-RateLimit-*`, and each policy of `RateLimit-Policy` and `RateLimit`. */
  get rateLimit(): RateLimit {
    const header = (name: string): string | null => this.headers.get(name);
    const tightest: Parameters = {};
    const policies = new Map<string, Parameters & { name: string }>();
    let policy = tightest;
    const told = `;q=${header('x-ratelimit-limit')};r=${header('x-ratelimit-remaining')};t=${header('x-ratelimit-reset')}`;
    const lists = `${told},${header('ratelimit-policy')},${header('ratelimit')}`;
    // Structured-field lists with integer parameters: `"key";q=1000;w=3600, "burst";…` and `"key";r=999;t=60`.
    for (const [, name = '', key, digits] of lists.matchAll(/,\s*"([^"]*)"|;\s*([qwrt])=(\d+)/g)) {
      if (key) policy[NAMES[key as 'q']] = Number(digits);
      else policies.set(name, (policy = policies.get(name) ?? { name }));
    }
    const { limit, remaining, resetsInSeconds } = tightest;
    const resetsAt = resetsInSeconds ? new Date(resetsInSeconds * 1000) : undefined;
    return { limit, remaining, resetsAt, policies: [...policies.values()] };
  }
}
