/** Presentation: the words, the language and the direction that the element's place in the page asks for. */

import { resolveUrl } from './dom.js';
import { languageOf, loadMessages, type Messages, readMessages } from './messages.js';

export interface Presentation {
  words: Messages;
  language: string;
  /** Null when the page's own direction holds. */
  direction: string | null;
  /** Empty when there is none. */
  contactUrl: string;
  /** Hosts whose images an answer may show. */
  imageHosts: readonly string[];
  /** Behind a launcher in the corner of the page. */
  floating: boolean;
  /** Ends when the words are there; until then nothing is shown, but the place is kept. Null when they are. */
  coming: Promise<void> | null;
}

export function readPresentation(element: HTMLElement): Presentation {
  const attribute = (name: string): string | null => element.getAttribute(name);
  const language = languageOf(element.closest<HTMLElement>('[lang]')?.lang || navigator.language);
  return {
    words: readMessages(language, attribute),
    language,
    // Who sets a direction means it; who sets only a language gets that language's direction.
    direction: element.closest('[lang],[dir]')?.hasAttribute('dir') ? null : language === 'ar' ? 'rtl' : 'ltr',
    coming: loadMessages(language),
    contactUrl: resolveUrl(attribute('contact-url'), /^(https?|mailto|tel):$/),
    imageHosts: (attribute('image-hosts') ?? '').split(' '),
    floating: attribute('mode') === 'floating',
  };
}
