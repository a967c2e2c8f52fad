/** Questions and answers of every kind: none, too long, in any script, and longer than a screen. */

import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { QUESTION, textOf } from './box.js';
import { openStage, type Visit } from './stage.js';

const stage = openStage();

async function visit(workflow: string): Promise<Visit> {
  const key = await stage.service.publishableKey(stage.site.origin);
  return stage.visit(
    `<nodai-query workflow="${workflow}" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
}

test('nothing and spaces are no question', async () => {
  const { page, box, calls } = await visit('wf_support');
  for (const nothing of ['', ' ', '\n\t \u00a0\u3000\n']) {
    await box.ask(nothing);
    await box.send.click();
    expect(await page.evaluate((text) => document.querySelector('nodai-query')?.ask(text), nothing)).toBe(false);
  }
  expect(await box.state()).toBe('open');
  expect(await box.questions.count()).toBe(0);
  expect(calls).toEqual([]);
});

test('a question that is too long is told, kept, and can be made shorter', async () => {
  const { box } = await visit('wf_echo');
  for (const length of [100_001, 1_100_000]) {
    await box.ask('x'.repeat(length));
    await box.reach('rejected');
    expect(await box.notice()).toBe(en.rejected);
    await box.edit.click();
    expect((await box.input.inputValue()).length).toBe(length);
  }
  expect((await box.answerTo('x'.repeat(100_000))).length).toBe(100_000);
});

test('emoji, every script and odd characters arrive as they were typed', async () => {
  const { box } = await visit('wf_echo');
  const texts = [
    '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301 ﷺ',
    'كيف أعيد تعيين كلمة المرور؟',
    'パスワードを忘れました。',
    'left \u202eright\u202c \u200f \u2066isolated\u2069',
    'a & b < c > d " e \u2028 f',
  ];
  for (const text of texts) expect(await box.answerTo(text)).toBe(text);
  expect(await box.questions.count()).toBe(texts.length);
});

test('a question with half a character in it is told or answered, and the next one is answered', async () => {
  const { page, box } = await visit('wf_echo');
  await page.evaluate(() => document.querySelector('nodai-query')?.ask('half \ud83d'));
  await page.waitForFunction(() => !/^(asking|streaming)$/.test(document.querySelector('nodai-query')?.state ?? ''));
  expect(['answered', 'rejected']).toContain(await box.state());
  expect(await box.answerTo('whole')).toBe('whole');
});

test('several lines are typed with Shift and Enter, and sent as they are', async () => {
  const { box } = await visit('wf_echo');
  await box.input.pressSequentially('first');
  await box.input.press('Shift+Enter');
  await box.input.pressSequentially('second');
  await box.input.press('Enter');
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toMatch(/first\s*second/);
  expect(await box.input.inputValue()).toBe('');
});

test('Enter that ends the composition of a character sends nothing', async () => {
  const { box, calls } = await visit('wf_echo');
  await box.input.fill('かんじ');
  await box.input.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  expect(await box.state()).toBe('open');
  expect(calls).toEqual([]);
});

test('an answer of 64 KB arrives whole, and the end of it is in sight', async () => {
  const lines = Array.from({ length: 1024 }, (_, at) => `Line ${at} ${'word '.repeat(11)}`.trimEnd());
  const workflow = await stage.service.answering(lines.join('\n\n'));
  const { page, box } = await visit(workflow);
  const text = await box.answerTo(QUESTION);
  // Not shown when it fails: it is long.
  expect(text === lines.join('')).toBe(true);
  await box.answers.last().getByText('Line 1023').waitFor();
  const log = box.element.locator('[part~=log]');
  await page.waitForFunction(
    (element) => element && element.scrollHeight - element.scrollTop - element.clientHeight < 64,
    await log.elementHandle(),
  );
});

test('an answer from right to left is set so, in a page from left to right', async () => {
  const workflow = await stage.service.answering('افتح الإعدادات، ثم اختر الأمان.');
  const { box } = await visit(workflow);
  await box.answerTo(QUESTION);
  const direction = (part: string): Promise<string> =>
    box.element
      .locator(`[part~=${part}]`)
      .last()
      .evaluate((element) => getComputedStyle(element).direction);
  expect(await direction('answer')).toBe('rtl');
  expect(await direction('panel')).toBe('ltr');
});

test('an answer that is an object is shown, and one that is empty is told', async () => {
  const { box, page } = await visit('wf_order');
  expect(await box.answerTo(QUESTION)).toContain('"carrier": "Example Post"');
  const empty = await stage.service.answering('');
  await page.evaluate((workflow) => document.querySelector('nodai-query')?.setAttribute('workflow', workflow), empty);
  await box.answerTo(QUESTION);
  expect(await box.notice()).toBe(en.empty);
});

test('a page can keep a question in the box, and hears of answers and ratings', async () => {
  const { page, box, calls } = await visit('wf_support');
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    document.addEventListener('nodai-ask', (event) => {
      if ((event as CustomEvent).detail.question.includes('secret')) event.preventDefault();
    });
    for (const name of ['answer', 'feedback'])
      document.addEventListener(`nodai-${name}`, (event) => heard.push((event as CustomEvent).detail));
  });
  await box.ask('This is secret.');
  expect(await box.input.inputValue()).toBe('This is secret.');
  expect(calls).toEqual([]);

  const answer = await box.answerTo(QUESTION);
  await box.element.getByRole('button', { name: en.helpful, exact: true }).click();
  await box.element.getByRole('status').filter({ hasText: en.thanks }).waitFor();
  const heard = await page.evaluate(() => (globalThis as never as { heard: Record<string, unknown>[] }).heard);
  expect(heard[0]).toMatchObject({ question: QUESTION, run: { status: 'completed', workflow_id: 'wf_support' } });
  expect(answer).toContain(String(heard[0]?.answer));
  expect(heard[1]).toEqual({ runId: (heard[0]?.run as { id: string } | undefined)?.id, rating: 'up' });
});
