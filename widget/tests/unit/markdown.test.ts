/** Markdown: what it looks like, and what hostile answers cannot do. */

import { describe, expect, test } from 'vitest';
import { markdown as renderer } from '../../src/markdown.js';
import { html, LABELS, render } from './render.js';

const LINK = 'rel="noopener noreferrer nofollow ugc" target="_blank" part="link"';

describe('looks', () => {
  test.each([
    ['a *b* c', '<p>a <em>b</em> c</p>'],
    ['**b** and __c__ and _d_', '<p><strong>b</strong> and <strong>c</strong> and <em>d</em></p>'],
    ['***both***', '<p><strong><em>both</em></strong></p>'],
    ['~~gone~~', '<p><del>gone</del></p>'],
    ['*a **b** c* and **a _b_**', '<p><em>a <strong>b</strong> c</em> and <strong>a <em>b</em></strong></p>'],
    ['**a `b*` \\* c**', '<p><strong>a <code>b*</code> * c</strong></p>'],
    ['**one\ntwo**', '<p><strong>one\ntwo</strong></p>'],
    ['2 * 3 * 4 and snake_case_name', '<p>2 * 3 * 4 and snake_case_name</p>'],
    ['left *open', '<p>left *open</p>'],
    ['left **open _twice', '<p>left **open _twice</p>'],
    ['`a*b*` and ``a`b``', '<p><code>a*b*</code> and <code>a`b</code></p>'],
    ['left `open', '<p>left `open</p>'],
    ['\\*no\\* a\\b', '<p>*no* a\\b</p>'],
    ['one\ntwo', '<p>one\ntwo</p>'],
    ['one  \ntwo\\\nthree', '<p>one  \ntwo\nthree</p>'],
    ['one\n\ntwo', '<p>one</p><p>two</p>'],
    ['# A\ntext', '<h3>A</h3><p>text</p>'],
    ['### A\n##### B\n# C', '<h3>A</h3><h4>B</h4><h3>C</h3>'],
    ['#no', '<p>#no</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['* a\n  - b\n* c', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['1. a\n   - b\n\n   more\n2. c', '<ol start="1"><li>a<ul><li>b</li></ul><p>more</p></li><li>c</li></ol>'],
    ['- a\n1. b', '<ul><li>a</li></ul><ol start="1"><li>b</li></ol>'],
    ['> - a\n>   - b\n> ```\n> x\n> ```', ['<blockquote><ul><li>a<ul><li>b</li></ul></li></ul><pre', 'x\n</code>']],
    ['> a\n> b\n\nc', '<blockquote><p>a\nb</p></blockquote><p>c</p>'],
    ['---\n***\n- - -', '<hr><hr><ul><li>- -</li></ul>'],
    ['```js\nif (a) {\n  b <c>\n}\n```\nd', ['if (a) {\n  b &lt;c&gt;\n}\n', '<p>d</p>']],
    ['````\na\n```\n````', 'a\n```\n'],
    ['```\nnever closed', 'never closed'],
    ['```inline``` text', '<p><code>inline</code> text</p>'],
    ['- a\n  ```\n  x\n    y\n  ```\n- b', ['x\n  y\n', '<li>b</li>']],
    ['| a | b |\ntext', ['<tr><th>a</th><th>b</th></tr>', '<p>text</p>']],
    ['a\n1. | b |', '<p>a</p><ol start="1"><li>| b |</li></ol>'],
    ['<b>bold</b> <script>alert(1)</script>', '<p>&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>'],
  ])('%j', (text, expected) => {
    if (typeof expected === 'string' && expected.startsWith('<')) expect(html(text)).toBe(expected);
    else for (const part of [expected].flat()) expect(html(text)).toContain(part);
  });

  test('a table has a head, and the cells that its rows have', () => {
    const table = render('| a | b |\n|:--|--:|\n| *1* | `x \\| y` | z |\n| 2 |\n').querySelector('table');
    expect(table?.outerHTML).toBe(
      '<table><tr><th>a</th><th>b</th></tr>' +
        '<tr><td><em>1</em></td><td><code>x | y</code></td><td>z</td></tr><tr><td>2</td></tr></table>',
    );
    expect(table?.parentElement?.getAttribute('aria-label')).toBe('Table');
    expect(table?.parentElement?.tabIndex).toBe(0);
  });

  test('a link shows its host and tells it nothing', () => {
    expect(html('see [the **docs**](https://a.example/b?c=(d) "title").')).toBe(
      `<p>see <a class="link" href="https://a.example/b?c=(d)" ${LINK}>the <strong>docs</strong> <bdi class="host">a.example</bdi></a>.</p>`,
    );
  });

  test('an address in the text is a link', () => {
    expect(html('at https://a.example/x_(y), or (http://b.example/).')).toBe(
      `<p>at <a class="link" href="https://a.example/x_(y)" ${LINK}>https://a.example/x_(y)</a>, ` +
        `or (<a class="link" href="http://b.example/" ${LINK}>http://b.example/</a>).</p>`,
    );
  });

  test('a citation is found', () => {
    const root = document.createElement('div');
    const markdown = renderer(root, LABELS);
    markdown('It is so [1], and [not this] one [12].');
    markdown('', true);
    expect(Array.from(root.querySelectorAll('.cite'), ({ textContent }) => textContent)).toEqual(['[1]', '[12]']);
    expect(root.textContent).toBe('It is so [1], and [not this] one [12].');
  });
});

describe('hostile', () => {
  test.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](java\tscript:alert(1))',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a](vbscript:x)',
    '[a](//evil.example)',
    '[a](/relative)',
    '[a](https://good.example@evil.example/)',
    '[a](blob:https://a.example/1)',
    '[a](file:///etc/passwd)',
    '[a](<javascript:alert(1)>)',
  ])('%s leads nowhere', (text) => {
    expect(render(text).querySelector('a')).toBeNull();
  });

  test.each([
    '![a](https://evil.example/x.png)',
    '[![a](https://evil.example/x.png)](https://evil.example)',
    '<img src=x onerror=alert(1)>',
  ])('%s loads nothing', (text) => {
    expect(
      render(text).querySelector('img, picture, video, audio, iframe, object, embed, svg, script, style'),
    ).toBeNull();
  });

  test('an image is shown of a host that the page allows, and of no other', () => {
    const root = document.createElement('div');
    const hosts = ['img.example'];
    const answer =
      '![a *b*](https://img.example/x.png) ![c](https://evil.example/x.png) ![d](http://img.example/y.png)';
    const writer = renderer(root, LABELS, hosts);
    writer(answer);
    writer('', true);
    const images = Array.from(root.querySelectorAll('img'), ({ src, alt, referrerPolicy }) => [
      src,
      alt,
      referrerPolicy,
    ]);
    expect(images).toEqual([['https://img.example/x.png', 'a *b*', 'no-referrer']]);
    expect(Array.from(root.querySelectorAll('a'), ({ href }) => href)).toEqual([
      'https://evil.example/x.png',
      'http://img.example/y.png',
    ]);
  });

  test('a link that names another host than it leads to shows the one it leads to', () => {
    const shown = render('[https://bank.example/?next=evil.example](https://evil.example)').textContent;
    expect(shown).toBe('https://bank.example/?next=evil.example evil.example');
  });

  test.each([
    '[',
    '![',
    '*a ',
    '**a _b ',
    '`a ',
    '[a](',
    '> ',
    '- ',
    '  - ',
    '|',
    '| a ',
    '#',
    '```\n',
    'h',
    'https://',
    '\\',
    ' ',
    '\n',
    '1. ',
    '~',
    '][',
    '[1]',
    '*a',
    '_a_b',
    '**a `b',
    '~~a',
    '[a](b(c)',
    '[[a]',
    '|a',
    '- a\n  ',
  ])(
    '%j over and over takes time in proportion',
    (piece) => {
      const text = piece.repeat(20_000 / piece.length);
      const began = performance.now();
      for (const size of [text.length, 7]) {
        const markdown = renderer(document.createElement('div'), LABELS);
        for (let at = 0; at < text.length; at += size) markdown(text.slice(at, at + size));
        markdown('', true);
      }
      // Quadratic behaviour takes minutes here; the bound leaves room for a busy machine.
      expect(performance.now() - began).toBeLessThan(20_000);
    },
    30_000,
  );
});
