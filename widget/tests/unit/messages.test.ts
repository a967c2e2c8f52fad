/** Messages: every language says everything, and a page may say it otherwise. */

import { describe, expect, test } from 'vitest';
import {
  attributeOf,
  fill,
  LANGUAGES,
  languageOf,
  loadMessages,
  MESSAGE_KEYS,
  readMessages,
} from '../../src/messages.js';

const none = (): null => null;
const OPTIONAL = new Set(['greeting']);

for (const language of LANGUAGES) await loadMessages(language);

describe.each(LANGUAGES)('%s', (language) => {
  const words = readMessages(language, none);

  test.each(MESSAGE_KEYS)('%s', (key) => {
    if (!OPTIONAL.has(key)) expect(words[key].trim()).not.toBe('');
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

test('an attribute overrides a message', () => {
  const words = readMessages('de', (attribute) => (attribute === 'text-new-conversation' ? 'Neu' : null));
  expect([words.newConversation, words.send]).toEqual(['Neu', 'Senden']);
});

test('heading and placeholder are attributes by their own names', () => {
  expect([attributeOf('heading'), attributeOf('placeholder'), attributeOf('copyFailed')]).toEqual([
    'heading',
    'placeholder',
    'text-copy-failed',
  ]);
});

test('facts are filled in, and unknown ones stay', () => {
  expect(fill('in {time}, {other}', { time: '0:05' })).toBe('in 0:05, {other}');
});
