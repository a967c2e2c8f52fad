/** Signing and checking webhooks by Standard Webhooks 1.0.0, with WebCrypto. Opens no connection. */

import type { WebhookEvent } from './_generated/events.ts';
import { NodAIError } from './core/errors.ts';

export type * from './_generated/events.ts';

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
  declare readonly reason: string;

  constructor(message: string, reason: string) {
    super('WebhookInvalid', message);
    this.reason = reason;
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

const keys = new Map<string, Promise<CryptoKey>>();

/** The signature of one webhook, as in the `webhook-signature` header: `v1,` and base64. */
export async function sign(body: WebhookBody, secret: string, id: string, timestamp: number): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', await key(secret), await content(id, `${timestamp}`, body));
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
  { toleranceSeconds = 300, now = new Date() }: VerifyOptions = {},
): Promise<void> {
  const given = [secrets.length ? secrets : ''].flat().map(key);
  const [id, stamp, signatures] = read(headers);
  if (/\D/.test(stamp)) refuse('malformed_header');
  const age = +now / 1000 - +stamp;
  if (age > toleranceSeconds) refuse('too_old');
  if (-age > toleranceSeconds) refuse('too_new');
  const signed = await content(id, stamp, body);
  for (const [, signature] of signatures.matchAll(/\bv1,(\S+)/g)) {
    const bytes = decode(signature as string);
    for (const one of bytes ? given : [])
      if (await crypto.subtle.verify('HMAC', await one, bytes as Bytes, signed)) return;
  }
  refuse('no_match');
}

/** Checks a webhook like `verify`, and reads its event. */
export async function unwrap(
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  options?: VerifyOptions,
): Promise<WebhookEvent> {
  await verify(body, headers, secrets, options);
  const event: WebhookEvent | undefined = await new Response(body as BodyInit).json().catch(() => undefined);
  if (event?.data instanceof Object && typeof event.type === 'string') return event;
  return refuse('malformed_body');
}

/** `what` begins with the reason. */
function refuse(what: string): never {
  throw new WebhookInvalid(`Webhook refused: ${what}`, what.split(' ')[0] as string);
}

function read(headers: WebhookHeaders): [id: string, timestamp: string, signatures: string] {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const header = (name: string): string =>
    `${pairs.find(([key]) => key.toLowerCase() === name)?.[1] || refuse(`missing_header ${name}`)}`;
  return [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
}

function content(id: string, stamp: string, body: WebhookBody): Promise<ArrayBuffer> {
  return new Blob([`${id}.${stamp}.`, body as BlobPart]).arrayBuffer();
}

/** Imported once: a server checks with the same few secrets all day. */
function key(secret: string): Promise<CryptoKey> {
  const bytes = decode(secret.replace(/^whsec_/, ''));
  if (!bytes?.length) throw new TypeError('A secret is whsec_ and base64.');
  const imported =
    keys.get(secret) ??
    crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  keys.set(secret, imported);
  return imported;
}

/** The bytes, or nothing when it is not base64. */
function decode(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
