/** The demo pages of the server: every box answers, under the strict policy, without an error on the console. */

import { expect, test } from 'vitest';
import { words as ar } from '../../src/messages/ar.js';
import { words as de } from '../../src/messages/de.js';
import { en } from '../../src/messages/en.js';
import { ANSWER, Box, QUESTION, textOf } from './box.js';
import { openStage, type Visit } from './stage.js';

const stage = openStage();

/** A page of the demo, and what it asked of other servers than its own. */
async function demo(page = ''): Promise<Visit & { foreign: string[] }> {
  const foreign: string[] = [];
  const visit = await stage.go('about:blank');
  visit.page.on('request', (request) => {
    if (!request.url().startsWith(stage.service.baseUrl)) foreign.push(request.url());
  });
  const answer = await visit.page.goto(`${stage.service.baseUrl}/demo${page}`);
  expect(answer?.headers()['content-security-policy']).toContain("require-trusted-types-for 'script'");
  return { ...visit, foreign };
}

const BOXES = [
  ['inline', '#demo-inline', en],
  ['themed', '#demo-themed', en],
  ['dark and German', '#demo-dark', de],
  ['from right to left and Arabic', '#demo-rtl', ar],
  ['in React', '#demo-in-react', en],
  ['floating', 'nodai-query[mode=floating]', en],
] as const;

test('every box of the demo answers: inline, themed, dark, from right to left, in React, and floating', async () => {
  const { page, foreign, calls } = await demo();
  await page.getByRole('button', { name: en.launcher }).click();
  for (const [name, selector, words] of BOXES) {
    const box = new Box(page, page.locator(selector), words);
    expect(await box.answerTo(QUESTION), name).toContain(ANSWER);
    await box.element.getByRole('link', { name: 'Resetting your password' }).first().waitFor();
  }
  expect(calls).toHaveLength(BOXES.length);
  expect(foreign).toEqual([]);
});

test('the boxes of the demo look as they say', async () => {
  const { page } = await demo();
  const look = (selector: string, property: string): Promise<string> =>
    new Box(page, page.locator(selector)).element
      .locator('[part~=panel]')
      .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
  await page.locator('#demo-rtl').getByRole('textbox', { name: ar.placeholder }).waitFor();
  expect(await look('#demo-rtl', 'direction')).toBe('rtl');
  expect(await look('#demo-inline', 'direction')).toBe('ltr');
  expect(await look('#demo-themed', 'font-family')).toContain('Georgia');
  expect(await look('#demo-themed', 'background-color')).toBe('rgb(255, 248, 239)');
  expect(await look('#demo-dark', 'background-color')).not.toBe(await look('#demo-inline', 'background-color'));
  const themed = new Box(page, page.locator('#demo-themed'));
  expect(await textOf(themed.element.getByRole('heading').first())).toBe('The help desk');
});

test('one script tag puts a launcher into the corner of a page', async () => {
  const { page, foreign } = await demo('/loader.html');
  await page.getByRole('button', { name: en.launcher }).click();
  expect(await new Box(page).answerTo(QUESTION)).toContain(ANSWER);
  expect(foreign).toEqual([]);
});

test('the gallery shows its states and asks nobody', async () => {
  const { page, foreign, calls } = await demo('/gallery.html');
  const states = [
    'open',
    'answered',
    'streaming',
    'limited',
    'budget',
    'offline',
    'unreachable',
    'slow',
    'broken',
    'setup',
  ];
  await page.waitForFunction((wanted) => {
    const there = [...document.querySelectorAll('nodai-query')].map(({ state }) => state);
    return wanted.every((state) => there.includes(state));
  }, states);
  expect([...calls, ...foreign]).toEqual([]);
});
