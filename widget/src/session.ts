/** Client sessions: fetched from the page's backend, renewed before they expire, and once when the server says they have. */

import { AskingError } from './asking.js';
import { isSecretKey } from './setup.js';

/** What the page's `getToken` answers: a client session as the backend got it, or its secret alone. */
export type Token = string | { secret: string; expires_at?: string | null };

export type GetToken = (current: string | null) => Token | Promise<Token>;

/** A session is renewed this long before it expires, so that no question starts with one about to end. */
const MARGIN_MS = 20_000;

export class Session {
  #get: GetToken;
  #now: () => number;
  #secret: string | null = null;
  #expiresAt = Number.POSITIVE_INFINITY;
  #pending: Promise<string> | null = null;

  constructor(get: GetToken, now: () => number) {
    this.#get = get;
    this.#now = now;
  }

  /** The secret to send; asks the page for one when there is none or it is about to expire. */
  async token(): Promise<string> {
    if (this.#secret && this.#now() < this.#expiresAt - MARGIN_MS) return this.#secret;
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** The server did not take it: the next question gets another. */
  expire(): void {
    this.#expiresAt = 0;
  }

  async #fetch(): Promise<string> {
    const { secret, expires_at } = await this.#ask();
    this.#secret = secret;
    this.#expiresAt = (expires_at && Date.parse(expires_at)) || Number.POSITIVE_INFINITY;
    return secret;
  }

  /** What is no client session is not kept, so that the next question asks for another. */
  async #ask(): Promise<Exclude<Token, string>> {
    let token: Token;
    try {
      token = await this.#get(this.#secret);
    } catch (error) {
      throw error instanceof AskingError ? error : new AskingError('no_session', `getToken failed: ${error}`, error);
    }
    const session = typeof token === 'string' ? { secret: token } : token;
    const secret = session?.secret;
    if (isSecretKey(secret)) throw new AskingError('secret_key_in_browser', 'getToken answered a secret key.');
    if (typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret)) return session;
    throw new AskingError('no_session', 'getToken answered no client session.');
  }
}
