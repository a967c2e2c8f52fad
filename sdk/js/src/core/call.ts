/** A call with one answer. */

import { hide, parseObject, ResponseInvalid } from './errors.ts';
import { Meta } from './meta.ts';
import type { Request } from './request.ts';
import { run } from './run.ts';
import type { Caller, Operation, RequestOptions, WithMeta } from './types.ts';

export async function call<T>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
): Promise<WithMeta<T>> {
  const { value } = await run(read, client, operation, args, params, options).next();
  return value as WithMeta<T>;
}

// biome-ignore lint/correctness/useYield: there are no events, only a result
async function* read({ id, kind }: Request, response: Response, meta: Meta): AsyncGenerator<never, unknown, undefined> {
  const type = response.headers.get('content-type') ?? 'of no type';
  if (kind === 'bytes' && !type.includes('text/html')) {
    return hide(new Uint8Array(await response.arrayBuffer()), 'meta', meta);
  }
  const body = await response.text();
  if (kind === 'none' && !body) return;
  const result = kind === 'none' ? undefined : parseObject(body);
  if (result) return hide(result, 'meta', new Meta(meta.status, meta.headers, meta.attempts, result));
  throw new ResponseInvalid(`${id}: the answer is not what the contract says: it is ${body ? type : 'empty'}.`, {
    meta,
    body,
  });
}
