/** Client sessions: fetched from the page's backend, renewed before they expire, and once when the server says they have. */

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
    const token = await this.#get(this.#secret);
    const secret = typeof token === 'string' ? token : token?.secret;
    if (typeof secret !== 'string' || !secret) throw new TypeError('getToken answered no client session');
    const expires = typeof token === 'string' ? undefined : token.expires_at;
    this.#secret = secret;
    this.#expiresAt = expires ? Date.parse(expires) || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
    return secret;
  }
}
