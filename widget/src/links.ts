/** Links: which addresses an answer may lead to, and how a link is made. */

import { make } from './dom.js';

/** The address, if it is absolute, http or https, and carries no user name that could pose as a host. */
export function safeUrl(raw: string): URL | null {
  try {
    const url = new URL(raw);
    if (/^https?:\/\/[^/@]+\//.test(url.href)) return url;
  } catch {
    // It is no address.
  }
  return null;
}

/** A link that tells the host it leads to nothing. */
export function makeLink(url: URL, attributes = {}): HTMLAnchorElement {
  const rel = 'noopener noreferrer nofollow ugc';
  const about = { href: url.href, rel, target: '_blank', part: 'link', ...attributes };
  return make('a', about) as HTMLAnchorElement;
}

/** Shows the host after the link's own words, unless they begin with the address itself. */
export function showHost(link: HTMLElement, { host, origin }: URL): void {
  if (!`${link.textContent}/`.startsWith(`${origin}/`)) link.append(' ', make('bdi', { class: 'host' }, host));
}
