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
  const { request, begin } = run(client, operation, args, params, options);
  for (;;) {
    const attempt = begin();
    try {
      const result = await read(request, ...(await attempt.send()));
      attempt.end();
      return result as WithMeta<T>;
    } catch (error) {
      await attempt.fail(error);
    }
  }
}

async function read({ id, kind }: Request, response: Response, meta: Meta): Promise<unknown> {
  const type = (): string => response.headers.get('content-type') ?? 'of no type';
  if (kind === 'bytes' && !type().includes('text/html')) {
    return hide(new Uint8Array(await response.arrayBuffer()), 'meta', meta);
  }
  const body = await response.text();
  if (kind === 'none' && !body) return;
  const result = kind === 'none' ? undefined : parseObject(body);
  if (result) return hide(result, 'meta', new Meta(meta.status, meta.headers, meta.attempts, result));
  const what = body ? type() : 'empty';
  throw new ResponseInvalid(`${id}: the answer is not what the contract says: it is ${what}.`, { meta, body });
}
