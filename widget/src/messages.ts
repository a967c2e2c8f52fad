/** Messages: every word the widget says. English is there at once, other languages come when they are needed. */

import { en, type Messages } from './messages/en.js';

export type { Messages } from './messages/en.js';

const OTHERS = {
  de: () => import('./messages/de.js'),
  fr: () => import('./messages/fr.js'),
  es: () => import('./messages/es.js'),
  ar: () => import('./messages/ar.js'),
} satisfies Record<string, () => Promise<{ words: Messages }>>;
const loaded: Record<string, Messages> = { en };

export const MESSAGE_KEYS = Object.keys(en) as (keyof Messages)[];

/** The attribute that overrides a message: `heading` and `placeholder` by name, `send` as `text-send`. */
export function attributeOf(key: string): string {
  return /^(heading|placeholder)$/.test(key) ? key : `text-${key}`;
}

/** The language that the words for a tag such as `de-CH` are in; English where there are none. */
export function languageOf(tag: string): string {
  const language = tag.toLowerCase().split('-', 1)[0] as string;
  return Object.hasOwn(OTHERS, language) ? language : 'en';
}

/** Brings a language in; null when it is there. A language that does not come stays English. */
export function loadMessages(language: string): Promise<void> | null {
  if (loaded[language]) return null;
  return OTHERS[language as keyof typeof OTHERS]()
    .catch(() => ({ words: en }))
    .then(({ words }) => {
      loaded[language] = words;
    });
}

/** The words of a language that has been loaded, with the page's own in place; an empty one leaves them. */
export function readMessages(language: string, override: (attribute: string) => string | null): Messages {
  const words = { ...(loaded[language] ?? en) };
  for (const key of MESSAGE_KEYS) words[key] = override(attributeOf(key)) || words[key];
  return words;
}
