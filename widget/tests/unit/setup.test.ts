/** Wrong and missing attributes, and what is believed of a stored conversation. */

import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/connection.js';
import { resolveUrl } from '../../src/dom.js';
import type { State } from '../../src/state.js';
import { claim, load, newConversation, readSources, save } from '../../src/store.js';

const KEY = `nk_pub_${'0'.repeat(64)}`;
const SECRET = `nk_${'5a'.repeat(32)}`;

/** What a page is told of an element with these attributes, and these properties. */
function setupOf(attributes: Record<string, string>, given = {}): string {
  const element = { getAttribute: (name: string) => attributes[name] ?? null, transport: null, getToken: null };
  return connect({ ...element, ...given }).setup;
}

describe('attributes', () => {
  const good = { workflow: 'wf_1', 'api-key': KEY };
  const transport = { transport: {} };

  test.each<[Record<string, string>, object, string]>([
    [good, {}, ''],
    [{ workflow: 'wf_1', 'get-token': 'session' }, {}, ''],
    [{ workflow: 'wf_1' }, { getToken: () => '' }, ''],
    [{ workflow: 'wf_1', 'api-key': ' nk_ses_abc ' }, {}, ''],
    [{}, transport, ''],
    [{ ...good, 'api-url': '/' }, {}, ''],
    [{ 'api-key': KEY }, {}, 'workflow'],
    [{ ...good, workflow: '  ' }, {}, 'workflow'],
    [{ workflow: 'wf_1' }, {}, 'api-key or get-token'],
    [{ workflow: 'wf_1', 'api-key': '' }, {}, 'api-key or get-token'],
    [{ ...good, 'api-key': 'hello' }, {}, 'publishable key'],
    [{ ...good, 'api-key': SECRET }, {}, 'publishable key'],
    [{ ...good, 'api-key': ` ${SECRET.toUpperCase()}\n` }, {}, 'publishable key'],
    [{ ...good, 'api-key': SECRET, 'get-token': 'session' }, {}, 'publishable key'],
    [{ ...good, 'api-key': SECRET }, transport, 'publishable key'],
    [{ ...good, 'api-url': 'javascript:alert(1)' }, {}, 'api-url'],
    [{ ...good, 'api-url': 'http://[' }, {}, 'api-url'],
  ])('%j with %j: %s', (attributes, given, told) => {
    const setup = setupOf(attributes, given);
    if (told) expect(setup).toContain(told);
    else expect(setup).toBe('');
  });

  test('the explanation does not repeat the secret', () => {
    expect(setupOf({ ...good, 'api-key': SECRET })).not.toContain('5a5a');
  });
});

test.each([
  ['https://api.example/v', 'https://api.example/v'],
  ['javascript:alert(1)', ''],
  ['http://[', ''],
  [null, ''],
])('the address %j is taken as %j', (raw, href) => {
  expect(resolveUrl(raw, /^https?:$/)).toBe(href);
});

describe('a stored conversation', () => {
  afterEach(() => sessionStorage.clear());
  const turn = {
    question: 'Why?',
    answer: 'So.',
    runId: 'run_1',
    sources: [],
    rating: 'up' as const,
    trouble: null,
  };

  test('comes back as it was, but for what was on its way', () => {
    const state: State = {
      conversationId: 'conv_1',
      turns: [
        { ...turn, status: 'answered' },
        { ...turn, status: 'streaming', rating: null },
      ],
    };
    save('key', state);
    const stored = load('key');
    expect(stored?.conversationId).toBe('conv_1');
    expect(stored?.turns[0]).toEqual(state.turns[0]);
    expect(stored?.turns[1]).toMatchObject({ answer: 'So.', status: 'failed', trouble: { detail: 'interrupted' } });
    save('key', null);
    expect(load('key')).toBeNull();
  });

  test.each([
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{',
    '{"conversationId":7,"turns":[]}',
    '{"conversationId":"c","turns":{}}',
    '{"conversationId":"c","turns":[null]}',
    '{"conversationId":"c","turns":[{"question":"q","answer":{}}]}',
  ])('%j is none', (text) => {
    sessionStorage.setItem('key', text);
    expect(load('key')).toBeNull();
  });
});

test('sources are read as far as they are what they should be, and each keeps its number', () => {
  expect(readSources([null, { title: 1, url: 2 }, { title: 'T', url: 'https://a.example', snippet: 's' }])).toEqual([
    { title: '', url: null, snippet: null },
    { title: '', url: null, snippet: null },
    { title: 'T', url: 'https://a.example', snippet: 's' },
  ]);
  expect(readSources('x')).toEqual([]);
});

test('two elements on a page store by two names, and the name of one that is gone is free', () => {
  const [first, second, third] = ['div', 'div', 'div'].map((tag) => document.createElement(tag)) as HTMLElement[];
  if (!first || !second || !third) throw new Error('there are three');
  document.body.append(first, second, third);
  expect([claim('a', first), claim('a', second), claim('a', first)]).toEqual(['a', 'a 2', 'a']);
  first.remove();
  expect(claim('a', third)).toBe('a');
});

test('conversations have ids of their own', () => {
  expect(newConversation().conversationId).toMatch(/^conv_\d{20,40}$/);
  expect(newConversation()).not.toEqual(newConversation());
});
