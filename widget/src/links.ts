/** Links: which addresses an answer may lead to, and how a link is made. */

/** The address, if it is absolute, http or https, and carries no user name that could pose as a host. */
export function safeUrl(raw: string): URL | null {
  try {
    const url = new URL(raw);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/** A link that says which host it leads to, and tells that host nothing. */
export function makeLink(url: URL): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = url.href;
  link.rel = 'noopener noreferrer nofollow ugc';
  link.target = '_blank';
  link.setAttribute('part', 'link');
  return link;
}

/** Shows the host after the link's own words, unless they begin with it: anywhere else it may be there to deceive. */
export function showHost(link: HTMLAnchorElement, url: URL): void {
  const words = link.textContent ?? '';
  if (words === url.host || words === url.origin || words.startsWith(`${url.origin}/`)) return;
  const host = document.createElement('bdi');
  host.className = 'host';
  host.textContent = url.host;
  link.append(' ', host);
}
