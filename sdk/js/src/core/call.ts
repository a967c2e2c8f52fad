/** A call with one answer. */

import { hide, invalid, parseObject } from './errors.ts';
import type { Meta } from './meta.ts';
import { type Read, run } from './run.ts';
import type { Caller, Operation, RequestOptions, WithMeta } from './types.ts';

/** A call whose answer is an object in JSON, unless it is read in another way. */
export async function call<T>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
  read: Read<never, unknown> = object,
  accept?: string,
): Promise<WithMeta<T>> {
  const { value } = await run(client, operation, args, params, options, read, accept).next();
  return value as WithMeta<T>;
}

async function object(response: Response, meta: Meta): Promise<object> {
  const body = await response.text();
  const result = parseObject(body) ?? unexpected(meta, body);
  Object.assign(meta, { costUsd: result.cost_usd });
  return hide(result, 'meta', meta);
}

export function unexpected(meta: Meta, body: string): never {
  invalid(`Not what the contract says: ${meta.headers.get('content-type')}.`, meta, body);
}
