/** The connection: whether an element's attributes and properties suffice to ask, with which transport and which key. */

import { sdkTransport, type Transport } from './api.js';
import { resolveUrl } from './dom.js';
import { type GetToken, isPublic, newSession } from './session.js';

/** An element with what the page gave it. */
export type Given = Pick<HTMLElement, 'getAttribute'> & {
  readonly transport: Transport | null;
  readonly getToken: GetToken | null;
};

export interface Connection {
  readonly workflow: string;
  /** What the page has to change before anything can be asked; empty when nothing. */
  readonly setup: string;
  readonly transport: Transport;
  /** Has the next question asked with a fresh client session; null where there are none. */
  readonly renew: (() => void) | null;
}

/** The connection that an element asks for at this moment. */
export function connect(element: Given): Connection {
  const [workflow = '', apiKey = '', apiUrl, name] = ['workflow', 'api-key', 'api-url', 'get-token'].map((attribute) =>
    element.getAttribute(attribute)?.trim(),
  );
  const { transport, getToken } = element;
  const baseUrl = resolveUrl(apiUrl, /^https?:$/);
  // The function may be defined after the element, so it is looked up when it is needed.
  const get: GetToken = (current) => (getToken ?? (Object(globalThis)[name as string] as GetToken))(current);
  const session = getToken || name ? newSession(get, name || 'getToken') : null;
  let setup = '';
  if (apiKey && !isPublic(apiKey))
    setup =
      'The attribute api-key holds no publishable key (nk_pub_…). Every visitor could read a secret key: revoke it.';
  else if (transport) setup = '';
  else if (!workflow) setup = 'The attribute workflow is missing.';
  else if (apiUrl !== undefined && !baseUrl) setup = 'The attribute api-url is no address.';
  else if (!apiKey && !session) setup = 'The attribute api-key or get-token is missing.';
  return {
    workflow,
    setup,
    transport: transport ?? sdkTransport(baseUrl, session?.key ?? (async () => apiKey)),
    renew: session?.expire ?? null,
  };
}
