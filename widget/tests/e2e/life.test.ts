/** The life of an element in a page: streaming, moved, removed, put back, changed, one of two, and back after a reload. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { words as de } from '../../src/messages/de.js';
import { en } from '../../src/messages/en.js';
import { Box, QUESTION, textOf } from './box.js';
import { openStage, type Visit } from './stage.js';
import { Upstream } from './upstream.js';

const stage = openStage();
let upstream: Upstream;
beforeAll(async () => {
  upstream = await Upstream.start();
});
afterAll(() => upstream?.stop());

/** Attributes of a widget whose answers arrive when the test says so. */
async function attributes(): Promise<string> {
  const workflow = await stage.service.forwarding(upstream.url);
  const key = await stage.service.publishableKey(stage.site.origin);
  return `workflow="${workflow}" api-key="${key}" api-url="${stage.service.baseUrl}"`;
}

type Answer = Awaited<ReturnType<Upstream['next']>>;

/** A page with a widget whose answer has begun. */
async function streaming(): Promise<Visit & { answer: Answer }> {
  const visit = await stage.visit(`<nodai-query ${await attributes()}></nodai-query><aside></aside>`);
  await visit.box.ask(QUESTION);
  const answer = await upstream.next();
  answer.send('The first words, ');
  await visit.box.answers.filter({ hasText: 'The first words,' }).waitFor();
  return { ...visit, answer };
}

function change(page: Page, how: (element: HTMLElementTagNameMap['nodai-query']) => void): Promise<void> {
  return page.evaluate(`(${how})(document.querySelector('nodai-query'))`);
}

test('a visitor reads the first words while the last are not there yet', async () => {
  const { box, answer } = await streaming();
  expect(await box.state()).toBe('streaming');
  expect(await box.answers.last().getAttribute('aria-busy')).toBe('true');
  answer.send('the **middle**, ');
  await box.answers.locator('strong').filter({ hasText: 'middle' }).waitFor();
  expect(await box.state()).toBe('streaming');
  answer.send('the end.');
  answer.end();
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toBe('The first words, the middle, the end.');
  expect(await box.answers.last().getAttribute('aria-busy')).toBe('false');
});

test('stopped, an answer keeps what came, and what comes later is not shown', async () => {
  const { box, answer } = await streaming();
  await box.stop.click();
  await box.reach('stopped');
  answer.send('too late');
  answer.end();
  expect(await box.notice()).toBe(en.stopped);
  // The next question goes on in the same conversation, and only its own answer arrives.
  await box.ask('And then?');
  const next = await upstream.next();
  next.send('Then this.');
  next.end();
  await box.reach('answered');
  expect(await box.answers.allTextContents()).toEqual(['The first words, ', 'Then this.']);
});

test('an element that is moved while an answer streams goes on where it was', async () => {
  const { page, box, answer, calls } = await streaming();
  await change(page, (element) => document.querySelector('aside')?.append(element));
  answer.send('moved, ');
  await box.answers.filter({ hasText: 'moved,' }).waitFor();
  await change(page, (element) => document.body.prepend(element));
  answer.send('and moved again.');
  answer.end();
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toBe('The first words, moved, and moved again.');
  expect(calls).toHaveLength(1);
});

test('an element that is removed stops its answer, and put back it has what came and can ask', async () => {
  const { page, box, answer } = await streaming();
  const gone = page.waitForEvent('requestfailed');
  await change(page, (element) => {
    Object.assign(globalThis, { taken: element });
    element.remove();
  });
  await gone;
  answer.end();
  await page.evaluate(() => document.body.append((globalThis as never as { taken: Element }).taken));
  await box.reach('stopped');
  expect(await textOf(box.answers.last())).toContain('The first words,');
  await box.retry.click();
  const again = await upstream.next();
  again.send('All of it.');
  again.end();
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toBe('All of it.');
});

test('an element that is removed while it counts down leaves no timer, and goes on counting when it is back', async () => {
  const key = await stage.service.publishableKey(stage.site.origin, { limit: 1 });
  const { page, box } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
    { holdClock: true },
  );
  await box.answerTo(QUESTION);
  await box.ask(QUESTION);
  await box.reach('limited');
  await change(page, (element) => {
    Object.assign(globalThis, { taken: element });
    element.remove();
  });
  await page.clock.fastForward('30:00');
  await page.evaluate(() => document.body.append((globalThis as never as { taken: Element }).taken));
  expect(await textOf(box.timer)).toMatch(/^You can ask again in (30:0\d|29:\d\d)\.$/);
  expect(await box.retry.isDisabled()).toBe(true);
  await stage.service.advance('PT1H');
  await page.clock.fastForward('31:00');
  await box.retry.click();
  await box.reach('answered');
});

test('a look or a language that changes while an answer streams does not disturb it', async () => {
  const { page, box, answer } = await streaming();
  await change(page, (element) => {
    element.setAttribute('lang', 'de');
    element.setAttribute('theme', 'dark');
    element.setAttribute('heading', 'Hilfe');
    element.setAttribute('no-store', '');
  });
  await box.element.getByRole('button', { name: de.stop, exact: true }).waitFor();
  answer.send('and the last.');
  answer.end();
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toBe('The first words, and the last.');
  await box.element.getByRole('heading', { name: 'Hilfe' }).waitFor();
  await box.element.getByRole('button', { name: de.helpful, exact: true }).waitFor();
});

test('another workflow is another conversation: the answer under way is left, and does not come into it', async () => {
  const { page, box, answer } = await streaming();
  const gone = page.waitForEvent('requestfailed');
  await change(page, (element) => element.setAttribute('workflow', 'wf_echo'));
  await gone;
  answer.send('too late');
  answer.end();
  await box.reach('open');
  expect(await box.questions.count()).toBe(0);
  expect(await box.answerTo('Hello')).toBe('Hello');
  expect(await box.answers.count()).toBe(1);
});

test('a new conversation, begun while an answer streams, hears nothing of it', async () => {
  const { page, box, answer } = await streaming();
  const gone = page.waitForEvent('requestfailed');
  await box.element.getByRole('button', { name: en.reset }).click();
  await gone;
  answer.send('too late');
  answer.end();
  await box.reach('open');
  await box.ask('Something else');
  const next = await upstream.next();
  next.send('Another answer.');
  next.end();
  await box.reach('answered');
  expect(await box.answers.allTextContents()).toEqual(['Another answer.']);
});

test('another key while an answer streams is for the next question', async () => {
  const { page, box, answer, calls } = await streaming();
  const key = await stage.service.publishableKey(stage.site.origin);
  await page.evaluate((key) => document.querySelector('nodai-query')?.setAttribute('api-key', key), key);
  answer.send('and the last.');
  answer.end();
  await box.reach('answered');
  await box.ask('And now?');
  const next = await upstream.next();
  next.end();
  await box.reach('answered');
  expect(calls.map(({ headers }) => headers['x-api-key'] === key)).toEqual([false, true]);
});

test('two widgets of a page hold two conversations, each its own after a reload, with one script', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const widget = (id: string): string =>
    `<nodai-query id="${id}" workflow="wf_echo" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`;
  const scripts: string[] = [];
  const { page } = await stage.visit(widget('first') + widget('second'));
  page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
  const [first, second] = ['first', 'second'].map((id) => new Box(page, page.locator(`#${id}`))) as [Box, Box];
  await Promise.all(
    [first.element, second.element].map((each, at) =>
      each.evaluate((element, at) => (element as HTMLElementTagNameMap['nodai-query']).ask(`To ${at}`), at),
    ),
  );
  await first.reach('answered');
  await second.reach('answered');
  await second.answerTo('Once more');
  const texts = async (): Promise<string[][]> => [
    await first.answers.allTextContents(),
    await second.answers.allTextContents(),
  ];
  expect(await texts()).toEqual([['To 0'], ['To 1', 'Once more']]);
  const conversations = await stage.service.conversations();
  expect(new Set(conversations).size).toBe(2);

  await page.reload();
  await first.reach('answered');
  expect(await texts()).toEqual([['To 0'], ['To 1', 'Once more']]);
  expect(scripts.filter((url) => url.endsWith('nodai-query.js'))).toHaveLength(1);
  await first.answerTo('Still there?');
  const latest = (await stage.service.conversations())[0];
  expect(conversations).toContain(latest);
  // Landmarks of one page need names of their own, so boxes in the page are none.
  expect(await page.getByRole('region').count()).toBe(0);
});

test('an answer that was under way when the page was left is there after a reload, and told to have broken off', async () => {
  const { page, box, answer } = await streaming();
  await page.reload();
  answer.end();
  await box.reach('broken');
  expect(await textOf(box.questions.last())).toContain(QUESTION);
  expect(await textOf(box.answers.last())).toContain('The first words,');
  expect(await box.notice()).toBe(en.broken);
  await box.retry.click();
  const again = await upstream.next();
  again.send('All of it.');
  again.end();
  await box.reach('answered');
});

test('switched off, nothing is stored, and a reload begins anew', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { page, box } = await stage.visit(
    `<nodai-query no-store workflow="wf_echo" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.answerTo('A secret of mine');
  expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([0, 0, '']);
  await page.reload();
  await box.reach('open');
  expect(await box.questions.count()).toBe(0);
});

test('a new conversation forgets the old one', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { page, box } = await stage.visit(
    `<nodai-query workflow="wf_echo" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.answerTo('One');
  await box.element.getByRole('button', { name: en.reset }).click();
  await box.reach('open');
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('One');
  await box.answerTo('Two');
  expect(new Set(await stage.service.conversations()).size).toBe(2);
});
