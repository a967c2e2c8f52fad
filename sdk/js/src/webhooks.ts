/** Signing and checking webhooks by Standard Webhooks 1.0.0, with WebCrypto. Opens no connection. */

import type { WebhookEvent } from './_generated/events.js';
import { NodAIError } from './core/errors.js';

export type * from './_generated/events.js';

export type WebhookBody = string | Uint8Array | ArrayBuffer;
/** Headers of any framework. */
export type WebhookHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How far the timestamp may be from now, either way; 300 unless told. */
  toleranceSeconds?: number | undefined;
  /** The time to compare with, instead of the system's. */
  now?: Date | undefined;
}

/** A webhook's signature, time or body is not right; `reason` says which, in one word. */
export class WebhookInvalid extends NodAIError {
  readonly reason: string;

  constructor(message: string, reason: string) {
    super('WebhookInvalid', message);
    this.reason = reason;
  }
}

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const keys = new Map<string, Promise<CryptoKey>>();

/** The signature of one webhook, as in the `webhook-signature` header: `v1,` and base64. */
export async function sign(body: WebhookBody, secret: string, id: string, timestamp: number): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', await key(secret), content(id, String(timestamp), body));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
}

/**
 * Checks that a webhook came from a holder of one of the secrets, and lately.
 * @param body The raw body as it came; parsed and printed again it is another body.
 * @throws WebhookInvalid with `reason` missing_header, malformed_header, too_old, too_new or no_match
 */
export async function verify(
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now }: VerifyOptions = {},
): Promise<void> {
  const listed = typeof secrets === 'string' ? [secrets] : secrets;
  if (!listed.length) throw new TypeError('Checking a webhook needs at least one secret.');
  const imported = await Promise.all(listed.map(key));
  const [id, stamp, signatures] = read(headers);
  if (!/^\d{1,15}$/.test(stamp)) throw new WebhookInvalid('The timestamp is not whole seconds.', 'malformed_header');
  const age = (now?.getTime() ?? Date.now()) / 1000 - Number(stamp);
  if (age > toleranceSeconds) throw new WebhookInvalid('The webhook was signed too long ago.', 'too_old');
  if (-age > toleranceSeconds) throw new WebhookInvalid('The webhook was signed in the future.', 'too_new');
  const signed = content(id, stamp, body);
  const given = signatures.split(' ').flatMap((text) => (text.startsWith('v1,') ? decode(text.slice(3)) : []));
  const pairs = imported.flatMap((one) =>
    given.map((signature) => crypto.subtle.verify('HMAC', one, signature, signed)),
  );
  if (!(await Promise.all(pairs)).includes(true)) {
    throw new WebhookInvalid('No signature of the webhook matches a secret.', 'no_match');
  }
}

/** Checks a webhook like `verify`, and reads its event. */
export async function unwrap(
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  options?: VerifyOptions,
): Promise<WebhookEvent> {
  await verify(body, headers, secrets, options);
  try {
    const event = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as WebhookEvent;
    if (typeof event.type === 'string' && typeof event.data === 'object' && event.data) return event;
  } catch {
    // Told below.
  }
  throw new WebhookInvalid("The webhook's body is not an event.", 'malformed_body');
}

function read(headers: WebhookHeaders): [string, string, string] {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const found = new Map(pairs.map(([name, value]) => [name.toLowerCase(), String(value ?? '')]));
  const missing = NAMES.filter((name) => !found.get(name));
  if (missing.length) throw new WebhookInvalid(`The webhook has no ${missing.join(' and no ')}.`, 'missing_header');
  return NAMES.map((name) => found.get(name)) as [string, string, string];
}

function content(id: string, stamp: string, body: WebhookBody): Uint8Array<ArrayBuffer> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
  const head = new TextEncoder().encode(`${id}.${stamp}.`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

/** Imported once: a server checks with the same few secrets all day. */
function key(secret: string): Promise<CryptoKey> {
  let found = keys.get(secret);
  if (!found) {
    const [bytes] = decode(secret.replace(/^whsec_/, ''));
    if (!bytes?.length) throw new TypeError("A webhook secret is 'whsec_' and base64; this one is not.");
    found = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
    if (keys.size > 99) keys.clear();
    keys.set(secret, found);
  }
  return found;
}

/** The bytes, or nothing when it is not base64. */
function decode(text: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [Uint8Array.from(atob(text), (char) => char.charCodeAt(0))];
  } catch {
    return [];
  }
}
