/** Messages: every word the widget says. English is there at once, other languages come when they are needed. */

import { en, type Messages } from './messages/en.js';

export type { Messages } from './messages/en.js';
export type MessageKey = keyof Messages;

const OTHERS = {
  de: () => import('./messages/de.js'),
  fr: () => import('./messages/fr.js'),
  es: () => import('./messages/es.js'),
  ar: () => import('./messages/ar.js'),
} satisfies Record<string, () => Promise<{ words: Messages }>>;
const loaded: Record<string, Messages> = { en };

export const LANGUAGES = ['en', ...Object.keys(OTHERS)];
export const MESSAGE_KEYS = Object.keys(en) as MessageKey[];

/** The attribute that overrides a message: `heading` and `placeholder` by name, `newConversation` as `text-new-conversation`. */
export function attributeOf(key: MessageKey): string {
  if (key === 'heading' || key === 'placeholder') return key;
  return `text-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The language that the words for a tag such as `de-CH` are in; English where there are none. */
export function languageOf(tag: string): string {
  const language = tag.toLowerCase().split('-', 1)[0] ?? '';
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

/** The words of a language that has been loaded, with the page's own in place. */
export function readMessages(language: string, override: (attribute: string) => string | null): Messages {
  const words = { ...(loaded[language] ?? en) };
  for (const key of MESSAGE_KEYS) words[key] = override(attributeOf(key)) ?? words[key];
  return words;
}

/** Puts facts into `{name}`. */
export function fill(text: string, facts: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole);
}
