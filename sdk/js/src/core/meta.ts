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
  readonly #received: number = Date.now();

  constructor(status: number, headers: Headers, attempts: number, body?: unknown) {
    this.status = status;
    this.headers = headers;
    this.attempts = attempts;
    this.#body = body;
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
    const header = (name: string): string => this.headers.get(name) ?? '';
    const number = (name: string): number | undefined => whole(header(`x-ratelimit-${name}`));
    const policies = policiesOf(`${header('ratelimit-policy')},${header('ratelimit')}`);
    const [tightest] = policies
      .filter(({ remaining }) => remaining !== null)
      .sort((a, b) => (a.remaining as number) - (b.remaining as number));
    const reset = number('reset');
    const wait = tightest?.resetsInSeconds ?? null;
    return {
      limit: number('limit') ?? tightest?.limit ?? null,
      remaining: number('remaining') ?? tightest?.remaining ?? null,
      resetsAt:
        reset !== undefined ? new Date(reset * 1000) : wait !== null ? new Date(this.#received + wait * 1000) : null,
      policies,
    };
  }

  toJSON(): object {
    const { status, requestId, attempts, costUsd } = this;
    return { status, requestId, attempts, costUsd };
  }
}

function whole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** From structured-field lists with integer parameters: `"key";q=1000;w=3600, "burst";…` and `"key";r=999;t=60`. */
function policiesOf(lists: string): RateLimitPolicy[] {
  const found = new Map<string, RateLimitPolicy>();
  for (const [, name = '', parameters = ''] of lists.matchAll(/([^\s,;"]+)"?([^,]*)/g)) {
    const number = (key: string): number | undefined =>
      whole(RegExp(`;\\s*${key}=([^;]*)`).exec(parameters)?.[1]?.trim() ?? '');
    const old = found.get(name);
    found.set(name, {
      name,
      limit: number('q') ?? old?.limit ?? null,
      windowSeconds: number('w') ?? old?.windowSeconds ?? null,
      remaining: number('r') ?? old?.remaining ?? null,
      resetsInSeconds: number('t') ?? old?.resetsInSeconds ?? null,
    });
  }
  return [...found.values()];
}
