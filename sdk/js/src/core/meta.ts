/** What came with an answer besides its body; read only when asked for. */

/** The tightest limit after a call; undefined where the answer did not say. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetsAt: Date | undefined;
}

export class Meta {
  declare readonly status: number;
  declare readonly headers: Headers;
  /** How often it was sent. */
  declare readonly attempts: number;
  /** What the call cost, in dollars, exactly as the server says it. */
  declare readonly costUsd: string | undefined;

  constructor({ status, headers }: Pick<Response, 'status' | 'headers'>, attempts: number) {
    Object.assign(this, { status, headers, attempts });
  }

  /** The id to give to support, and to find the call in the request log. */
  get requestId(): string | null {
    return this.headers.get('x-request-id');
  }

  /** Whether this is the stored answer of an earlier call with the same Idempotency-Key. */
  get idempotentReplayed(): boolean {
    return this.headers.get('idempotent-replayed') === 'true';
  }

  /** `X-RateLimit-*`; `policiesOf(meta)` has each policy. */
  get rateLimit(): RateLimit {
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
      const text = this.headers.get(`x-ratelimit-${name}`);
      return text ? Number(text) : undefined;
    });
    return { limit, remaining, resetsAt: reset ? new Date(reset * 1000) : undefined };
  }
}
