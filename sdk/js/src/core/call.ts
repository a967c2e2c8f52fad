/** A call with one answer. */

import { hide, parseObject, ResponseInvalid } from './errors.ts';
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

async function* object(response: Response, meta: Meta): AsyncGenerator<never, object, undefined> {
  const body = await response.text();
  const result = parseObject(body) ?? unexpected(response, meta, body);
  Object.assign(meta, { costUsd: result.cost_usd });
  return hide(result, 'meta', meta);
}

export function unexpected({ headers }: Response, meta: Meta, body: string): never {
  const type = headers.get('content-type');
  throw new ResponseInvalid(`The answer is not what the contract says but ${type}.`, { meta, body });
}
