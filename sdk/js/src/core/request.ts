/** Makes the address and the body of a request out of a call's arguments. */

import { RequestInvalid } from './errors.ts';
import type { Setup } from './setup.ts';
import type { Operation, RequestOptions } from './types.ts';

/** One segment of a path: what would climb out of it is refused. */
const SEGMENT = /^(?!\.\.?$)[^\p{C}/\\]+$/u;

export function urlOf(
  setup: Setup,
  operation: Operation,
  args: readonly string[],
  params: object | undefined,
  options: RequestOptions,
): string {
  const query = operation.includes(' query') ? params : undefined;
  return setup.base + fill(operation, args) + search({ ...query, ...options.query });
}

export function bodyOf(operation: Operation, params: object = {}): string | null {
  try {
    return operation.includes(' body') ? JSON.stringify(params) : null;
  } catch (cause) {
    throw new RequestInvalid('The arguments cannot be JSON.', { cause });
  }
}

function fill(operation: Operation, args: readonly string[]): string {
  let at = 0;
  return operation.slice(operation.indexOf('/')).replaceAll('{}', () => {
    const value = args[at++] as string;
    if (typeof value === 'string' && SEGMENT.test(value)) return encodeURIComponent(value);
    throw new RequestInvalid(`${JSON.stringify(value)} cannot be in a path.`);
  });
}

function search(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value != null)
    .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : `${value}`]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}
