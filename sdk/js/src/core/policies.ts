/** The rate limit policies of an answer: draft-ietf-httpapi-ratelimit-headers-10. */

import type { Meta } from './meta.ts';

/** One policy of `RateLimit-Policy` and `RateLimit`; undefined where the answer did not say. */
export interface RateLimitPolicy {
  readonly name: string;
  readonly limit?: number;
  readonly windowSeconds?: number;
  readonly remaining?: number;
  readonly resetsInSeconds?: number;
}

/** What the parameters of the headers are called here. */
const NAMES = { q: 'limit', w: 'windowSeconds', r: 'remaining', t: 'resetsInSeconds' } as const;

type Writable = { -readonly [K in keyof RateLimitPolicy]: RateLimitPolicy[K] };

/** Every policy that the answer tells of, in its order: `policiesOf(run.meta)`. */
export function policiesOf({ headers }: Meta): RateLimitPolicy[] {
  const policies = new Map<string, Writable>();
  let policy: Writable | undefined;
  // Structured-field lists with integer parameters: `"key";q=1000;w=3600, "burst";…` and `"key";r=999;t=60`.
  const lists = `,${headers.get('ratelimit-policy')},${headers.get('ratelimit')}`;
  for (const [, name, key, digits] of lists.matchAll(/,\s*"([^"]*)"|;\s*([qwrt])=(\d+)/g)) {
    if (name) {
      policy = policies.get(name) ?? { name };
      policies.set(name, policy);
    } else if (policy && key) policy[NAMES[key as keyof typeof NAMES]] = Number(digits);
  }
  return [...policies.values()];
}
