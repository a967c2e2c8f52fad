/** Presentation: the words, the language and the direction that the element's place in the page asks for. */

import { parseUrl } from './links.js';
import { languageOf, loadMessages, type Messages, readMessages } from './messages.js';

export interface Presentation {
  words: Messages;
  language: string;
  /** Null when the page's own direction holds. */
  direction: string | null;
  contactUrl: string | null;
  /** Hosts whose images an answer may show. */
  imageHosts: readonly string[];
  /** Ends when the words are there; null when they are. */
  coming: Promise<void> | null;
}

export function readPresentation(element: HTMLElement): Presentation {
  const address = element.getAttribute('contact-url');
  const contact = address && parseUrl(address, document.baseURI);
  const own = element.getAttribute('lang');
  const tag =
    own || element.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || navigator.language;
  const language = languageOf(tag);
  // Who sets a direction means it; who sets only a language gets that language's direction.
  const inherits = element.hasAttribute('dir') || (!own && element.closest('[dir]'));
  return {
    words: readMessages(language, (attribute) => element.getAttribute(attribute)),
    language,
    direction: inherits ? null : language === 'ar' ? 'rtl' : 'ltr',
    coming: loadMessages(language),
    contactUrl: contact && /^(https?|mailto|tel):$/.test(contact.protocol) ? contact.href : null,
    imageHosts: (element.getAttribute('image-hosts') ?? '').split(' '),
  };
}
