/** The connection: which transport and which client session the element's attributes and properties amount to. */

import { sdkTransport, type Transport } from './api.js';
import { AskingError } from './asking.js';
import { type GetToken, newSession, type Session } from './session.js';
import { checkSetup, resolveUrl } from './setup.js';
import type { Trouble } from './trouble.js';

/** What a page brings itself. */
export interface Given {
  transport: Transport | null;
  getToken: GetToken | null;
}

export interface Connection {
  /** What keeps it from working. */
  readonly trouble: Trouble | null;
  /** Has the next question asked with a fresh client session; null where there are none. */
  readonly renew: (() => void) | null;
  /** The transport to ask with, made when the first question is asked. */
  transport(): Transport;
}

/** The connection that an element asks for at this moment. */
export function connect(element: HTMLElement, given: Given, now: () => number): Connection {
  const attribute = (name: string): string | null => element.getAttribute(name);
  const [workflow, apiKey, apiUrl] = ['workflow', 'api-key', 'api-url'].map(attribute) as (string | null)[];
  const hasToken = !!given.getToken || element.hasAttribute('get-token');
  let client: Transport | null = null;

  /** The function may be defined after the element, so it is looked up when it is needed. */
  const getToken: GetToken = (current) => {
    const name = attribute('get-token') ?? '';
    const get = given.getToken ?? (globalThis as Record<string, unknown>)[name];
    if (typeof get === 'function') return (get as GetToken)(current);
    throw new AskingError('missing_get_token', `The attribute get-token names no global function: ${name}`);
  };
  const session: Session | null = hasToken ? newSession(getToken, now) : null;

  return {
    trouble: checkSetup({
      workflow: workflow ?? null,
      apiKey: apiKey ?? null,
      apiUrl: apiUrl ?? null,
      hasToken,
      hasTransport: !!given.transport,
    }),
    renew:
      session &&
      (() => {
        session.expire();
        client = null;
      }),
    transport() {
      if (given.transport) return given.transport;
      client ??= sdkTransport({
        apiUrl: apiUrl == null ? null : resolveUrl(apiUrl),
        apiKey: apiKey?.trim() ?? null,
        getToken: session?.token ?? null,
      });
      return client;
    },
  };
}
