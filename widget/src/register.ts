/** Registration: the only effect that this package has on a page. */

import { NodaiQuery } from './element.js';

/** Makes the tag known, unless it is already; another tag gets a class of its own. */
export function defineQuery(tag = 'nodai-query'): void {
  if (typeof customElements === 'undefined' || customElements.get(tag)) return;
  const own = tag === 'nodai-query';
  customElements.define(tag, own ? NodaiQuery : class extends NodaiQuery {});
}

declare global {
  interface HTMLElementTagNameMap {
    'nodai-query': NodaiQuery;
  }
}
