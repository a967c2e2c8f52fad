/** What a client is set up with; it keeps it out of sight, where no log and no JSON finds the key. */

import { ConfigurationError, hide, RequestInvalid } from './errors.ts';
import type { ClientOptions } from './types.ts';

/** Shared by all copies of the package, so that a client of one works with the functions of another. */
export const SETUP: unique symbol = Symbol.for('nodai.setup');

/** Answers the key of the next try; it may take its time, until the signal ends it. */
export type Credential = (signal: AbortSignal) => string | undefined | Promise<string | undefined>;

export interface Setup extends ClientOptions {
  readonly base: string;
  readonly credential: Credential;
  /** A bucket of retries: when the server fails at large, clients stop adding to its load. */
  tokens: number;
}

export function setUp(client: object, options: ClientOptions, credential: Credential): void {
  const base = options.baseUrl || environment('NODAI_BASE_URL') || 'http://127.0.0.1:4010';
  if (!/^https?:\/\/[^\s?#@]+$/i.test(base) || !isAddress(base)) {
    throw new ConfigurationError('baseUrl must be http(s), without user, query and fragment.');
  }
  const setup: Setup = {
    ...options,
    headers: headersOf(options.headers),
    base: base.replace(/\/+$/, ''),
    credential,
    tokens: 100,
  };
  hide(client, SETUP, () => setup);
}

/** `URL.canParse` is younger than the browsers that the widget runs in. */
function isAddress(text: string): boolean {
  try {
    return !!new URL(text);
  } catch {
    return false;
  }
}

export function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}

/** Names in lower case; later ones win. */
export function headersOf(given: ClientOptions['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new RequestInvalid(`The header ${JSON.stringify(name)} cannot be sent.`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

export function checkKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ConfigurationError('The API key has a character that no key has.');
}
