/** Makes the request of a call out of its arguments. */

import { RequestInvalid } from './errors.ts';
import { headersOf, type Setup, visible } from './setup.ts';
import type { Operation, RequestOptions } from './types.ts';

/** One segment of a path: what would climb out of it is refused. */
const SEGMENT = /^(?!\.\.?$)[^\p{C}/\\]+$/u;

/** What is sent, and how its tries stand. */
export interface Request {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** Whether repeating it does no harm (with its key, where it has one). */
  readonly safe: boolean;
  /** Tries so far; who got something out of one sets it back. */
  attempts: number;
  /** Whether this try is the last, should it fail. */
  final: boolean;
  /** When the wait began that may take `timeout`; undefined while the caller is busy and only the deadline counts. */
  since: number | undefined;
}

export function prepare(
  setup: Setup,
  operation: Operation,
  args: readonly string[],
  params: object | undefined,
  options: RequestOptions,
  accept = 'application/json',
): Request {
  const [id = '', method = ''] = operation.split(' ');
  const once = operation.includes(' once');
  const headers: Record<string, string> = { accept, ...setup.headers, ...headersOf(options.headers) };
  const body = operation.includes(' body') ? json(id, params ?? {}) : null;
  if (body) headers['content-type'] = 'application/json';
  if (once)
    headers['idempotency-key'] ??= visible(options.idempotencyKey ?? newKey(), 'idempotency key', RequestInvalid);
  if (options.apiKey !== undefined) visible(options.apiKey);
  const query = operation.includes(' query') ? params : undefined;
  const url = setup.base + fill(id, operation, args) + search({ ...query, ...options.query });
  return {
    id,
    method,
    url,
    headers,
    body,
    safe: once || !/^P(OS|ATC)/.test(method),
    attempts: 0,
    final: false,
    since: 0,
  };
}

function fill(id: string, operation: Operation, args: readonly string[]): string {
  let at = 0;
  return operation.slice(operation.indexOf('/')).replaceAll('{}', () => {
    const value = args[at++] as string;
    if (typeof value === 'string' && SEGMENT.test(value)) return encodeURIComponent(value);
    throw new RequestInvalid(`${id}: ${JSON.stringify(value)} cannot be in a path.`);
  });
}

function search(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value != null)
    .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : `${value}`]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

function json(id: string, params: object): string {
  try {
    return JSON.stringify(params);
  } catch (cause) {
    throw new RequestInvalid(`${id}: the arguments cannot be JSON.`, { cause });
  }
}

/** `randomUUID` is there in secure contexts only. */
function newKey(): string {
  return crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
}
