/** Makes the request of a call out of its arguments. */

import { ConfigurationError, RequestInvalid } from './errors.js';
import type { ClientOptions, Operation, RequestOptions } from './types.js';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LONE = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNFIT = /[\x00-\x1f\x7f/\\]/;

export function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}

/** A path parameter is one segment: what would climb out of it is refused. */
export function path(op: Operation, args: readonly string[]): string {
  let text = op.path[0] ?? '';
  for (let at = 1; at < op.path.length; at++) {
    const value = args[at - 1];
    if (
      typeof value !== 'string' ||
      !value ||
      value === '.' ||
      value === '..' ||
      UNFIT.test(value) ||
      LONE.test(value)
    ) {
      throw new RequestInvalid(`${op.id}: ${JSON.stringify(value)} cannot be a part of a path.`);
    }
    text += encodeURIComponent(value) + op.path[at];
  }
  return text;
}

export function queryString(...sources: (object | undefined)[]): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of sources.flatMap((source) => Object.entries(source ?? {}))) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) pairs.append(name, one instanceof Date ? one.toISOString() : String(one));
    }
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

export function json(op: Operation, body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new RequestInvalid(`${op.id}: the arguments cannot be written as JSON.`, cause);
  }
}

/** Names in lower case; later ones win. */
export function addHeaders(headers: Record<string, string>, more: RequestOptions['headers']): void {
  for (const [name, value] of Object.entries(more ?? {})) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new RequestInvalid(
        `The header ${JSON.stringify(name)} cannot be sent: HTTP does not allow its characters.`,
      );
    }
    headers[name.toLowerCase()] = value;
  }
}

/** `randomUUID` is there in secure contexts only. */
export function idempotencyKey(given?: string): string {
  if (given !== undefined) {
    if (/^[\x21-\x7e]{1,255}$/.test(given)) return given;
    throw new RequestInvalid('An idempotency key is 1 to 255 visible ASCII characters.');
  }
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function checkKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ConfigurationError('The API key holds a space, a line end or another character that no key has.');
}

export function baseUrl(options: ClientOptions): string {
  const text = options.baseUrl || environment('NODAI_BASE_URL') || 'http://127.0.0.1:4010';
  if (!/^https?:\/\/[^\s?#@]+$/i.test(text)) {
    throw new ConfigurationError('baseUrl must be an http or https address without a user, a query or a fragment.');
  }
  return text.replace(/\/+$/, '');
}
