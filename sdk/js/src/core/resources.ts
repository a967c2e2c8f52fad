/** Gives a client its resources: a method for each operation of a list. */

import { call } from './call.ts';
import type { Caller, Operation, RequestOptions } from './types.ts';

type Method = (...args: unknown[]) => unknown;
type Resource = { [name: string]: Method & Resource };

type Send = (
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
) => unknown;

/**
 * `operations` has one line each; `api_keys.rate_limit.get` becomes `client.apiKeys.rateLimit.get(…)`. What does not
 * answer an object needs a sender of its kind, so that a client without lists does not hold what reads them.
 */
export function attach(client: Caller, operations: string, senders: Readonly<Record<string, Send>>): void {
  for (const operation of operations.split('\n')) {
    const [id = '', , kind = ''] = operation.split(' ');
    const send = senders[kind] ?? call;
    const count = operation.split('{}').length - 1;
    const names = id.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()).split('.');
    const verb = names.pop() as string;
    let resource = client as unknown as Resource;
    for (const name of names) resource = resource[name] ??= {} as Method & Resource;
    const method: Method = (...args) => {
      const pathArgs = args.splice(0, count) as string[];
      const params = / (body|query) /.test(operation) ? args.shift() : undefined;
      return send(client, operation, pathArgs, params as object | undefined, args[0] as RequestOptions | undefined);
    };
    resource[verb] = method as Method & Resource;
  }
}
