/** Calls whose answer is no JSON: bytes, or nothing. */

import { call, unexpected } from './call.ts';
import { hide } from './errors.ts';
import type { Meta } from './meta.ts';
import type { Caller, Operation, RequestOptions, WithMeta } from './types.ts';

/** `Uint8Array`, or nothing where the operation says so. */
export function bytes<T>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
): Promise<WithMeta<T>> {
  const nothing = operation.includes(' none');
  async function read(response: Response, meta: Meta): Promise<unknown> {
    const body = new Uint8Array(await response.arrayBuffer());
    // A page in HTML is no download but a proxy's.
    if (response.headers.get('content-type')?.includes('html')) unexpected(meta, new TextDecoder().decode(body));
    return nothing ? undefined : hide(body, 'meta', meta);
  }
  return call(client, operation, args, params, options, read, '*/*');
}
