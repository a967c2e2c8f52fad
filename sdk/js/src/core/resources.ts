/** Gives a client its resources: a method for each operation of a list. */

import { call } from './call.ts';
import { camel } from './refusal.ts';
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
 * `operations` has a line for each resource, and one for each of its verbs: `api_keys.rate_limit` and `get …` become
 * `client.apiKeys.rateLimit.get(…)`. What does not answer an object needs a sender of its kind, so that a client
 * without lists does not hold what reads them.
 */
export function attach(client: Caller, operations: string, senders: Readonly<Record<string, Send>>): void {
  let name = '';
  let resource = client as unknown as Resource;
  for (const line of operations.split('\n')) {
    const [verb = '', , kind] = line.split(' ');
    if (kind) {
      const operation = `${name}.${line.replace('~', `/api/v1/${name.replaceAll('_', '-').replace('.', '/{}/')}`)}`;
      const count = operation.split('{}').length - 1;
      const method: Method = (...args) => {
        const pathArgs = args.splice(0, count) as string[];
        const params = / (body|query) /.test(operation) ? (args.shift() as object | undefined) : undefined;
        return (senders[kind] ?? call)(client, operation, pathArgs, params, args[0] as RequestOptions | undefined);
      };
      resource[verb] = method as Method & Resource;
    } else {
      name = line;
      resource = client as unknown as Resource;
      for (const part of camel(name).split('.')) resource = resource[part] ??= {} as Method & Resource;
    }
  }
}
