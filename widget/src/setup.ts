/** Setup: whether the attributes suffice to ask, and if not, what the page has to change. */

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

const SECRET = /^[a-z0-9]+_[0-9a-f]{20,}$/i;
const FOR_BROWSERS = /^[a-z0-9]+_(pub|ses)_/i;

export function isSecretKey(key: unknown): boolean {
  return typeof key === 'string' && SECRET.test(key.trim());
}

/** What stands in the way of asking; null when nothing does. */
export function checkSetup({ workflow, apiKey, apiUrl, hasToken, hasTransport }: Settings): Trouble | null {
  const key = apiKey?.trim() ?? '';
  if (isSecretKey(key)) {
    const remedy =
      'Revoke it, then use a publishable key (nk_pub_…) or set get-token to a function that answers a client session.';
    return makeTrouble('secret', 'secret_key_in_browser', `The attribute api-key holds a secret key. ${remedy}`);
  }
  if (hasTransport) return null;
  if (!workflow?.trim()) return broken('missing_workflow', 'The attribute workflow is missing.');
  if (apiUrl !== null && !resolveUrl(apiUrl))
    return broken('invalid_api_url', `The attribute api-url is no address: ${apiUrl}`);
  if (hasToken) return null;
  if (!key) return broken('missing_api_key', 'The attribute api-key or get-token is missing.');
  if (!FOR_BROWSERS.test(key))
    return broken('malformed_api_key', 'The attribute api-key is no publishable key (nk_pub_…).');
  return null;
}

/** The server's address, which may be relative to the page. */
export function resolveUrl(apiUrl: string): string | null {
  try {
    const url = new URL(apiUrl, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : null;
  } catch {
    return null;
  }
}

function broken(code: string, detail: string): Trouble {
  return makeTrouble('setup', code, detail);
}
