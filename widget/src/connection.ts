/** The connection: which transport and which client session the element's attributes and properties amount to. */

import { sdkTransport, type Transport } from './api.js';
import { AskingError } from './asking.js';
import { type GetToken, Session, type Token } from './session.js';
import { checkSetup, resolveUrl } from './setup.js';
import type { Trouble } from './trouble.js';

export class Connection {
  /** A transport of the page's own. */
  given: Transport | null = null;
  /** A way to client sessions of the page's own. */
  getToken: GetToken | null = null;
  #session: Session | null = null;
  #element: HTMLElement;
  #now: () => number;
  #client: Transport | null = null;

  constructor(element: HTMLElement, now: () => number) {
    this.#element = element;
    this.#now = now;
  }

  get workflow(): string {
    return this.#element.getAttribute('workflow')?.trim() ?? '';
  }

  /** Takes the attributes anew; answers what keeps them from working. */
  refresh(): Trouble | null {
    const hasToken = !!this.getToken || this.#element.hasAttribute('get-token');
    this.#client = null;
    this.#session = hasToken ? new Session((current) => this.#token(current), this.#now) : null;
    return checkSetup({
      workflow: this.workflow,
      apiKey: this.#element.getAttribute('api-key'),
      apiUrl: this.#element.getAttribute('api-url'),
      hasToken,
      hasTransport: !!this.given,
    });
  }

  /** Has the next question asked with a fresh client session; null where there are none. */
  get renew(): (() => void) | null {
    const session = this.#session;
    if (!session) return null;
    return () => {
      session.expire();
      this.#client = null;
    };
  }

  /** The transport to ask with, made when the first question is asked. */
  transport(): Transport {
    if (this.given) return this.given;
    const [apiUrl, apiKey] = [this.#element.getAttribute('api-url'), this.#element.getAttribute('api-key')];
    const session = this.#session;
    this.#client ??= sdkTransport({
      apiUrl: apiUrl === null ? null : resolveUrl(apiUrl),
      apiKey: apiKey?.trim() ?? null,
      getToken: session ? () => session.token() : null,
    });
    return this.#client;
  }

  /** The function may be defined after the element, so it is looked up when it is needed. */
  #token(current: string | null): Token | Promise<Token> {
    const name = this.#element.getAttribute('get-token') ?? '';
    const get = this.getToken ?? (globalThis as Record<string, unknown>)[name];
    if (typeof get === 'function') return (get as GetToken)(current);
    throw new AskingError('missing_get_token', `The attribute get-token names no global function: ${name}`);
  }
}
