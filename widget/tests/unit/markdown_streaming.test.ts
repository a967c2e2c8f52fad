/** Markdown as it streams: arriving in pieces changes nothing, and nothing is rendered twice. */

import { describe, expect, test } from 'vitest';
import { markdown as renderer } from '../../src/markdown.js';
import { numbers } from './numbers.js';
import { html, LABELS, render } from './render.js';

describe('streaming', () => {
  const PIECES = [
    'word',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '*',
    '**',
    '***',
    '_',
    '__',
    '~~',
    '`',
    '``',
    '```',
    '```js\n',
    '~~~',
    '[',
    ']',
    '(',
    ')',
    '![',
    '](',
    '](https://a.example/x)',
    '[a](https://b.example)',
    'https://c.example/d',
    'http',
    'h',
    '# ',
    '## ',
    '- ',
    '  - ',
    '    ',
    '1. ',
    '2) ',
    '> ',
    '|',
    '| a | b |\n',
    '|---|---|\n',
    '---',
    '***\n',
    '\\',
    '\\*',
    '<b>',
    '&amp;',
    '[1]',
    '.',
    ',',
    '!',
    'é',
    '漢字',
    '😀',
    '\t',
    '\r\n',
    '{"a": 1}',
  ];

  test('any answer in any pieces looks as it does whole', () => {
    const next = numbers(20_261_121);
    for (let round = 0; round < 1500; round += 1) {
      const length = 1 + next(30);
      const text = Array.from({ length }, () => PIECES[next(PIECES.length)]).join('');
      const chunks: string[] = [];
      for (let at = 0; at < text.length; ) {
        const size = 1 + next(round % 3 ? 6 : 1);
        chunks.push(text.slice(at, at + size));
        at += size;
      }
      expect(html(...chunks), JSON.stringify(text)).toBe(html(text));
    }
  }, 60_000);

  test('what has been appended before the last block is never touched again', () => {
    const root = document.createElement('div');
    const markdown = renderer(root, LABELS);
    markdown('# A\n\nfirst *one*\n\n- a\n- b\n\nsecond');
    const before = Array.from(root.children).slice(0, 3);
    markdown(' part\n\n| a |\n|---|\n| 1 |\n');
    markdown('', true);
    expect(Array.from(root.children).slice(0, 3)).toEqual(before);
  });

  test('what a pause follows is there, but for a word that may go on', () => {
    const root = document.createElement('div');
    const markdown = renderer(root, LABELS);
    markdown('One, ');
    expect(root.textContent).toBe('One, ');
    markdown('two. Thr');
    expect(root.textContent).toBe('One, two. ');
    markdown('', true);
    expect(root.textContent).toBe('One, two. Thr');
  });

  test('no text is lost', () => {
    const next = numbers(7);
    for (let round = 0; round < 300; round += 1) {
      const words = Array.from(
        { length: 1 + next(12) },
        (_, at) => `w${at}${['', ' ', '*', '\n', '_', '[', ']', '`', '!'][next(9)]}`,
      );
      const shown = render(words.join('')).textContent ?? '';
      for (const [at] of words.entries()) expect(shown, words.join('')).toContain(`w${at}`);
    }
  });
});
