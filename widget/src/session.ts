/** Client sessions: fetched from the page's backend, renewed before they expire, and once when the server says they have. */

import { problem } from './trouble.js';

/** What the page's `getToken` answers: a client session as the backend got it, or its secret alone. */
export type Token = string | { secret: string; expires_at?: string | null };

export type GetToken = (current: string | null) => Token | Promise<Token>;

/** A session is renewed this long before it expires, so that no question starts with one about to end. */
const MARGIN_MS = 20_000;

export interface Session {
  /** The secret to send; asks the page for one when there is none or it is about to expire. */
  key(): Promise<string>;
  /** The server did not take it: the next question gets another. */
  expire(): void;
}

/** Whether a key may be in a page: that of a client session, or a publishable one. */
export function isPublic(key: unknown): boolean {
  return /^\w+_(pub|ses)_[!-~]+$/.test(`${key}`);
}

export function newSession(get: GetToken, name: string): Session {
  let secret: string | null = null;
  let expiresAt = 0;
  let coming: Promise<string> | null = null;

  const fetchKey = async (): Promise<string> => {
    try {
      const token = await get(secret);
      const { secret: given, expires_at } = Object(token).secret
        ? (token as Exclude<Token, string>)
        : { secret: token as string, expires_at: '' };
      if (!isPublic(given)) throw new Error('this is no client session (nk_ses_…).');
      expiresAt = Date.parse(expires_at ?? '') || Number.POSITIVE_INFINITY;
      secret = given;
      return given;
    } catch (cause) {
      throw problem('no_session', `${name} failed: ${cause}`, cause);
    }
  };

  return {
    async key() {
      if (secret && Date.now() < expiresAt - MARGIN_MS) return secret;
      // Who asks while one is on its way gets that one.
      coming ??= fetchKey().finally(() => {
        coming = null;
      });
      return coming;
    },
    expire() {
      expiresAt = 0;
    },
  };
}
