/** Setup: whether the attributes suffice to ask, and if not, what the page has to change. */

import { parseUrl } from './links.js';
import { makeTrouble, type Trouble } from './trouble.js';

export interface Settings {
  workflow: string | null;
  apiKey: string | null;
  apiUrl: string | null;
  /** Whether the page gives client sessions. */
  hasToken: boolean;
  /** Whether the page brings a transport of its own, which needs no credentials. */
  hasTransport: boolean;
}

export function isSecretKey(key: unknown): boolean {
  return typeof key === 'string' && /^[a-z0-9]+_[0-9a-f]{20,}$/i.test(key.trim());
}

/** What stands in the way of asking; null when nothing does. */
export function checkSetup({ workflow, apiKey, apiUrl, hasToken, hasTransport }: Settings): Trouble | null {
  const wrong = (code: string, detail: string): Trouble => makeTrouble('setup', code, detail);
  if (isSecretKey(apiKey))
    return makeTrouble(
      'secret',
      'secret_key_in_browser',
      'The attribute api-key holds a secret key. Revoke it, then use a publishable key (nk_pub_…) or set get-token to a function that answers a client session.',
    );
  if (hasTransport) return null;
  if (!workflow?.trim()) return wrong('missing_workflow', 'The attribute workflow is missing.');
  if (apiUrl !== null && !resolveUrl(apiUrl))
    return wrong('invalid_api_url', `The attribute api-url is no address: ${apiUrl}`);
  if (hasToken) return null;
  if (!apiKey?.trim()) return wrong('missing_api_key', 'The attribute api-key or get-token is missing.');
  if (/^\s*[a-z0-9]+_(pub|ses)_/i.test(apiKey)) return null;
  return wrong('malformed_api_key', 'The attribute api-key is no publishable key (nk_pub_…).');
}

/** The server's address, which may be relative to the page. */
export function resolveUrl(apiUrl: string): string | null {
  const url = parseUrl(apiUrl, document.baseURI);
  return url && /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : null;
}
