/** Elements brought up to date from descriptions. */

import { expect, test, vi } from 'vitest';
import { make, update } from '../../src/dom.js';

test('what is described is made, and what is the same stays', () => {
  const root = make('div', {});
  update(root, [['p', { part: 'one' }, 'a'], false, 'b']);
  const first = root.firstElementChild;
  expect(first?.outerHTML).toBe('<p class="one" part="one">a</p>');
  expect(root.textContent).toBe('ab');
  update(root, [['p', { part: 'one', hidden: true }, 'c']]);
  expect(root.firstElementChild).toBe(first);
  expect(root.childNodes).toHaveLength(1);
  expect(first?.outerHTML).toBe('<p class="one" part="one" hidden="true">c</p>');
});

test('an element that is there keeps its children and the attributes that are not described', () => {
  const root = make('div', {});
  const log = make('div', { part: 'log', lang: 'en' }, 'text');
  update(root, [[log, { hidden: null, lang: false }]]);
  expect(root.innerHTML).toBe('<div class="log" part="log">text</div>');
});

test('a function listens, once however often it is described', () => {
  const root = make('div', {});
  const onclick = vi.fn();
  for (let count = 0; count < 2; count += 1) update(root, [['button', { onclick }]]);
  root.querySelector('button')?.click();
  expect(onclick).toHaveBeenCalledTimes(1);
});

test('text is text', () => {
  const root = make('div', { title: '"><img>' }, '<img src=x>');
  expect(root.childElementCount).toBe(0);
  expect(root.getAttribute('title')).toBe('"><img>');
});
