/** Wrong and missing attributes, and what is believed of a stored conversation. */

import { afterEach, describe, expect, test } from 'vitest';
import { checkSetup, resolveUrl } from '../../src/setup.js';
import { claim, load, newConversationId, readSources, release, save } from '../../src/store.js';

const good = {
  workflow: 'wf_1',
  apiKey: `nk_pub_${'0'.repeat(64)}`,
  apiUrl: null,
  hasToken: false,
  hasTransport: false,
};

describe('attributes', () => {
  test.each([
    [{}, undefined],
    [{ apiKey: null, hasToken: true }, undefined],
    [{ apiKey: 'nk_ses_abc' }, undefined],
    [{ apiKey: 'acme_pub_abc' }, undefined],
    [{ workflow: null, apiKey: null, hasTransport: true }, undefined],
    [{ workflow: null }, 'missing_workflow'],
    [{ workflow: '  ' }, 'missing_workflow'],
    [{ apiKey: null }, 'missing_api_key'],
    [{ apiKey: '' }, 'missing_api_key'],
    [{ apiKey: 'hello' }, 'malformed_api_key'],
    [{ apiKey: `nk_${'0'.repeat(64)}` }, 'secret_key_in_browser'],
    [{ apiKey: ` nk_${'A'.repeat(64)}\n` }, 'secret_key_in_browser'],
    [{ apiKey: `nk_${'0'.repeat(64)}`, hasToken: true }, 'secret_key_in_browser'],
    [{ apiKey: `nk_${'0'.repeat(64)}`, hasTransport: true }, 'secret_key_in_browser'],
    [{ apiUrl: 'javascript:alert(1)' }, 'invalid_api_url'],
    [{ apiUrl: 'http://[' }, 'invalid_api_url'],
    [{ apiUrl: '/' }, undefined],
  ])('%j: %s', (settings, code) => {
    expect(checkSetup({ ...good, ...settings })?.code).toBe(code);
  });

  test('the explanation does not repeat the secret', () => {
    const secret = `nk_${'5a'.repeat(32)}`;
    expect(JSON.stringify(checkSetup({ ...good, apiKey: secret }))).not.toContain('5a5a');
  });

  test('an address loses the slash at its end', () => {
    expect(resolveUrl('https://api.example/v/')).toBe('https://api.example/v');
  });
});

describe('a stored conversation', () => {
  afterEach(() => sessionStorage.clear());

  test('comes back as it was, but for what was on its way', () => {
    const turn = {
      id: 1,
      question: 'Why?',
      answer: 'So.',
      version: 2,
      runId: 'run_1',
      sources: [],
      rating: 'up' as const,
      trouble: null,
    };
    save('key', {
      conversationId: 'conv_1',
      turns: [
        { ...turn, status: 'answered' },
        { ...turn, id: 2, status: 'streaming' },
      ],
    });
    const stored = load('key');
    expect(stored?.conversationId).toBe('conv_1');
    expect(stored?.turns.map(({ id, status, rating }) => [id, status, rating])).toEqual([
      [1, 'answered', 'up'],
      [2, 'failed', 'up'],
    ]);
  });

  test.each(['', 'null', '7', '[]', '{}', '{"conversationId":7,"turns":[]}', '{"conversationId":"c","turns":{}}', '{'])(
    '%j is none',
    (text) => {
      sessionStorage.setItem('key', text);
      expect(load('key')).toBeNull();
    },
  );

  test('with nonsense inside is read as far as it makes sense', () => {
    sessionStorage.setItem(
      'key',
      '{"conversationId":"c","turns":[null,7,{},{"question":{"a":1},"sources":"x","rating":"best"}]}',
    );
    expect(load('key')?.turns).toHaveLength(2);
    expect(load('key')?.turns[1]).toMatchObject({ sources: [], rating: null, status: 'failed' });
  });

  test.each([
    [
      { kind: 'limited', status: 429, retryAt: 5, requestId: 'req_1' },
      { kind: 'limited', retryAt: 5, status: 429 },
    ],
    [
      { kind: 'failed', retryAt: 'soon', requestId: 7 },
      { kind: 'failed', retryAt: null, requestId: null },
    ],
    [{ kind: 'toString' }, { kind: 'broken' }],
    ['limited', { kind: 'broken' }],
    [null, { kind: 'broken' }],
  ])('keeps a trouble as far as it is one: %j', (trouble, expected) => {
    sessionStorage.setItem('key', JSON.stringify({ conversationId: 'c', turns: [{ question: 'q', trouble }] }));
    expect(load('key')?.turns[0]?.trouble).toMatchObject(expected);
  });
});

test('sources that are none are left out', () => {
  expect(
    readSources([null, 'x', { title: 1, url: 2 }, { title: 'T', url: 'https://a.example', snippet: 's' }]),
  ).toEqual([
    { title: '', url: null, snippet: null },
    { title: 'T', url: 'https://a.example', snippet: 's' },
  ]);
  expect(readSources('x')).toEqual([]);
});

test('two widgets have two names, and a name that was given back is free', () => {
  expect([claim('a'), claim('a')]).toEqual(['a', 'a 2']);
  release('a');
  expect(claim('a')).toBe('a');
});

test('conversations have ids of their own', () => {
  expect(newConversationId()).toMatch(/^conv_[0-9a-f]{32}$/);
  expect(newConversationId()).not.toBe(newConversationId());
});
