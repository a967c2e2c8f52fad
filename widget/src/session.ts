/** Client sessions: fetched from the page's backend, renewed before they expire, and once when the server says they have. */

import { AskingError } from './asking.js';
import { isSecretKey } from './setup.js';

/** What the page's `getToken` answers: a client session as the backend got it, or its secret alone. */
export type Token = string | { secret: string; expires_at?: string | null };

export type GetToken = (current: string | null) => Token | Promise<Token>;

/** A session is renewed this long before it expires, so that no question starts with one about to end. */
const MARGIN_MS = 20_000;

export interface Session {
  /** The secret to send; asks the page for one when there is none or it is about to expire. */
  token(): Promise<string>;
  /** The server did not take it: the next question gets another. */
  expire(): void;
}

export function newSession(get: GetToken, now: () => number): Session {
  let secret: string | null = null;
  let expiresAt = 0;
  let pending: Promise<string> | null = null;

  /** What is no client session is not kept, so that the next question asks for another. */
  const fetchToken = async (): Promise<string> => {
    let token: Token;
    try {
      token = await get(secret);
    } catch (error) {
      throw error instanceof AskingError ? error : new AskingError('no_session', `getToken failed: ${error}`, error);
    }
    const session = typeof token === 'string' ? { secret: token } : token;
    const given: unknown = session?.secret;
    if (isSecretKey(given)) throw new AskingError('secret_key_in_browser', 'getToken answered a secret key.');
    if (typeof given !== 'string' || !/^[\x21-\x7e]+$/.test(given))
      throw new AskingError('no_session', 'getToken answered no client session.');
    expiresAt = Date.parse(session.expires_at ?? '') || Number.POSITIVE_INFINITY;
    secret = given;
    return given;
  };

  return {
    async token() {
      if (secret && now() < expiresAt - MARGIN_MS) return secret;
      pending ??= fetchToken().finally(() => {
        pending = null;
      });
      return pending;
    },
    expire() {
      expiresAt = 0;
    },
  };
}
