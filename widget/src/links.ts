/** Links: which addresses an answer may lead to, and how a link is made. */

import { make } from './dom.js';

/** The address, if it is absolute, http or https, and carries no user name that could pose as a host. */
export function safeUrl(raw: string): URL | null {
  const url = parseUrl(raw);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
}

export function parseUrl(raw: string, base?: string): URL | null {
  try {
    return new URL(raw, base);
  } catch {
    return null;
  }
}

/** A link that says which host it leads to, after its own words unless they name it already, and tells that host nothing. */
export function makeLink(url: URL, say: (link: HTMLElement) => void): HTMLElement {
  const rel = 'noopener noreferrer nofollow ugc';
  const link = make('a', { href: url.href, rel, target: '_blank', part: 'link' });
  say(link);
  if (!link.textContent?.includes(url.host)) link.append(' ', make('bdi', { class: 'host' }, url.host));
  return link;
}
