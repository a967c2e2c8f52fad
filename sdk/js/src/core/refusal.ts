/** Turns an answer that is no success into its error. */

import { APIError, parseObject } from './errors.ts';
import type { Meta } from './meta.ts';

/** `key_revoked` makes a `KeyRevoked`; an answer without a code, such as a proxy's page, an `APIError`. */
export function refusal(meta: Meta, body: string): APIError {
  const problem = parseObject(body) ?? {};
  const { status } = meta;
  let code = `${problem.code ?? ''}`;
  let message = `${problem.detail ?? problem.title ?? `The server answered ${status}.`}`;
  if (status < 400) {
    code = 'redirected';
    message = 'A redirect is not followed.';
  }
  return new APIError(code ? camel(`_${code}`) : 'APIError', message, { meta, code, body, problem });
}

/** `api_keys` → `apiKeys`, `_key_revoked` → `KeyRevoked`. */
export function camel(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
