/** Makes the request of a call out of its arguments. */

import { RequestInvalid } from './errors.ts';
import { checkKey, headersOf, type Setup } from './setup.ts';
import type { Operation, RequestOptions } from './types.ts';

const ACCEPT: Readonly<Record<string, string>> = { stream: 'text/event-stream', bytes: '*/*' };
/** One segment of a path: what would climb out of it is refused. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const SEGMENT = /^(?!\.\.?$)[^\x00-\x1f\x7f/\\\p{Surrogate}]+$/u;

/** What is sent, and how its tries stand. */
export interface Request {
  readonly id: string;
  readonly method: string;
  readonly kind: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** Whether repeating it does no harm (with its key, where it has one). */
  readonly safe: boolean;
  /** Tries so far; who got something out of one sets it back. */
  attempts: number;
  /** Whether this try is the last, should it fail. */
  final: boolean;
}

export function prepare(
  setup: Setup,
  operation: Operation,
  args: readonly string[],
  params: object | undefined,
  options: RequestOptions,
): Request {
  const [id = '', method = '', path = '', kind = ''] = operation.split(' ');
  const once = operation.includes(' once');
  const accept = ACCEPT[kind] ?? 'application/json';
  const headers: Record<string, string> = { accept, ...setup.headers, ...headersOf(options.headers) };
  const body = operation.includes(' body') ? json(id, params ?? {}) : null;
  if (body) headers['content-type'] = 'application/json';
  if (once) headers['idempotency-key'] ??= idempotencyKey(options.idempotencyKey);
  if (options.apiKey !== undefined) checkKey(options.apiKey);
  const query = operation.includes(' query') ? params : undefined;
  const url = setup.base + fill(id, path, args) + search({ ...query, ...options.query });
  return { id, method, kind, url, headers, body, safe: once || !/^P(OS|ATC)/.test(method), attempts: 0, final: false };
}

function fill(id: string, path: string, args: readonly string[]): string {
  let at = 0;
  return path.replaceAll('{}', () => {
    const value = args[at++] as string;
    if (typeof value === 'string' && SEGMENT.test(value)) return encodeURIComponent(value);
    throw new RequestInvalid(`${id}: ${JSON.stringify(value)} cannot be in a path.`);
  });
}

function search(query: object): string {
  const entries = Object.entries(query);
  if (!entries.length) return '';
  const pairs = new URLSearchParams();
  for (const [name, value] of entries) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null) pairs.append(name, one instanceof Date ? one.toISOString() : String(one));
    }
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

function json(id: string, params: object): string {
  try {
    return JSON.stringify(params);
  } catch (cause) {
    throw new RequestInvalid(`${id}: the arguments cannot be JSON.`, cause);
  }
}

/** `randomUUID` is there in secure contexts only. */
function idempotencyKey(
  key: string = crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-'),
): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new RequestInvalid('An idempotency key is 1 to 255 visible ASCII characters.');
}
