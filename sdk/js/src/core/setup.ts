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
  /** Makes an idempotency key. */
  readonly newKey: () => string;
  /** A bucket of retries: when the server fails at large, clients stop adding to its load. */
  tokens: number;
}

export function setUp(
  client: object,
  options: ClientOptions,
  credential: Credential,
  newKey: () => string = () => crypto.randomUUID(),
): void {
  const setup: Setup = {
    ...options,
    headers: headersOf(options.headers),
    base: address(options.baseUrl || environment('NODAI_BASE_URL') || 'http://127.0.0.1:4010'),
    credential,
    newKey,
    tokens: 100,
  };
  hide(client, SETUP, () => setup);
}

function address(text: string): string {
  if (/^https?:\/\/[^\s?#@/][^\s?#@]*$/.test(text)) return text.replace(/\/+$/, '');
  throw new ConfigurationError('baseUrl must be a plain http(s) address.');
}

export function environment(name: string): string | undefined {
  return scope.process?.env?.[name] || undefined;
}

/** What not every runtime has. */
export const scope: {
  readonly document?: unknown;
  readonly importScripts?: unknown;
  readonly process?: {
    readonly env?: Record<string, string | undefined>;
    readonly versions?: { readonly node?: string };
  };
} = globalThis;

/** Names in lower case. Which header is wrong is told, but not its value, which may be a secret. */
export function headersOf(given: ClientOptions['headers']): Record<string, string> | undefined {
  try {
    return given && Object.fromEntries(new Headers(given));
  } catch {
    throw new RequestInvalid(`Some header cannot be sent: ${Object.keys(given as object)}`);
  }
}

/** What goes into a header whole: a key of one kind or the other. */
export function visible(
  key: string,
  kind = 'API key',
  Wrong: new (message: string) => Error = ConfigurationError,
): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Wrong(`The ${kind} is not 1 to 255 visible ASCII.`);
}
