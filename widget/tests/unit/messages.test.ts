/** Messages: every language says everything, and a page may say it otherwise. */

import { describe, expect, test } from 'vitest';
import { attributeOf, languageOf, loadMessages, MESSAGE_KEYS, readMessages } from '../../src/messages.js';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar'];
const none = (): null => null;

for (const language of LANGUAGES) await loadMessages(language);

describe.each(LANGUAGES)('%s', (language) => {
  const words = readMessages(language, none);

  test.each(MESSAGE_KEYS)('%s', (key) => {
    expect(words[key].trim()).not.toBe('');
    const facts = (text: string): string[] => text.match(/\{\w+\}/g) ?? [];
    expect(facts(words[key])).toEqual(facts(readMessages('en', none)[key]));
  });

  test('differs from English', () => {
    const english = readMessages('en', none);
    const same = MESSAGE_KEYS.filter((key) => words[key] && words[key] === english[key]);
    if (language !== 'en') expect(same.length).toBeLessThan(5);
  });
});

test.each([
  ['de-CH', 'de'],
  ['AR', 'ar'],
  ['pt-BR', 'en'],
  ['', 'en'],
  ['constructor', 'en'],
  ['toString', 'en'],
])('%j is spoken as %s', (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});

test('an attribute overrides a message, and an empty one does not', () => {
  const own: Record<string, string> = { 'text-reset': 'Neu', heading: '' };
  const words = readMessages('de', (attribute) => own[attribute] ?? null);
  expect([words.reset, words.send, words.heading]).toEqual(['Neu', 'Senden', 'Stellen Sie eine Frage']);
});

test('heading and placeholder are attributes by their own names', () => {
  expect(['heading', 'placeholder', 'send'].map(attributeOf)).toEqual(['heading', 'placeholder', 'text-send']);
});
