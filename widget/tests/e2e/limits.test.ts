/** Limits as a visitor meets them: five questions an hour and a countdown; a budget and the words for its end. */

import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { ANSWER, QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const MONTH = 'P31D';

const stage = openStage();

test('five answers stream in, the sixth is counted down for, and after the hour it is answered', async () => {
  const key = await stage.service.publishableKey(stage.site.origin, { limit: 5 });
  const { page, box, calls } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
    { holdClock: true },
  );
  for (let count = 1; count <= 5; count += 1) {
    expect(await box.answerTo(QUESTION)).toContain(ANSWER);
    expect(await box.answers.count()).toBe(count);
  }

  await box.ask('May I ask once more?');
  await box.reach('limited');
  expect(await box.notice()).toBe(en.limited);
  expect(await textOf(box.timer)).toMatch(/^You can ask again in (1:00:00|59:\d\d)\.$/);
  expect(await box.retry.isDisabled()).toBe(true);
  expect(await box.send.isDisabled()).toBe(true);
  expect(await textOf(box.questions.last())).toContain('May I ask once more?');

  // A reload is no way round it, and the words stay the same.
  await page.reload();
  await box.reach('limited');
  expect(await box.notice()).toBe(en.limited);
  expect(await box.retry.isDisabled()).toBe(true);
  expect(await textOf(box.questions.last())).toContain('May I ask once more?');

  // What is typed meanwhile is not sent, and stays.
  await box.ask('And another?');
  expect(await box.input.inputValue()).toBe('And another?');
  expect(calls).toHaveLength(6);

  await page.clock.fastForward('30:00');
  expect(await textOf(box.timer)).toMatch(/^You can ask again in (30:0\d|29:\d\d)\.$/);
  expect(await box.retry.isDisabled()).toBe(true);

  await stage.service.advance('PT1H');
  await page.clock.fastForward('31:00');
  expect(await textOf(box.timer)).toBe(en.ready);
  await box.retry.click();
  await box.reach('answered');
  expect(await box.answers.count()).toBe(6);
  expect(calls).toHaveLength(7);
  expect(await box.answerTo('And another?')).not.toBe('');
});

test('a visitor whose clock runs ahead is told again how long to wait', async () => {
  const key = await stage.service.publishableKey(stage.site.origin, { limit: 1 });
  const { page, box } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
    { holdClock: true },
  );
  await box.answerTo(QUESTION);
  await box.ask(QUESTION);
  await box.reach('limited');
  await page.clock.fastForward('01:00:01');
  await box.retry.click();
  await box.timer.filter({ hasText: 'You can ask again in' }).waitFor();
  expect(await box.retry.isDisabled()).toBe(true);
  expect(await box.state()).toBe('limited');
});

test('the budget ends in words, with the question kept and a way out, and the next month answers', async () => {
  const key = await stage.service.publishableKey(stage.site.origin, { budget: '0.010000' });
  const { box } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"
      contact-url="mailto:help@shop.example"></nodai-query>`,
  );
  for (let count = 0; count < 5; count += 1) await box.answerTo(QUESTION);

  await box.ask('Is there money left?');
  await box.reach('budget');
  expect(await box.notice()).toBe(en.budget);
  expect(await textOf(box.questions.last())).toContain('Is there money left?');
  expect(await box.element.getByRole('link', { name: en.contact }).getAttribute('href')).toBe(
    'mailto:help@shop.example',
  );
  // The whole conversation is still there to read.
  expect(await box.answers.filter({ hasText: ANSWER }).count()).toBe(5);

  await box.edit.click();
  expect(await box.input.inputValue()).toBe('Is there money left?');
  await stage.service.advance(MONTH);
  expect(await box.answerTo('Is there money left?')).not.toBe('');
});

test('the reference that a visitor is shown is the one in the request log', async () => {
  const key = await stage.service.publishableKey(stage.site.origin, { limit: 1 });
  const { box } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.answerTo(QUESTION);
  await box.ask(QUESTION);
  await box.reach('limited');
  const [id] = /req_\w+/.exec(await textOf(box.notices.last())) ?? [];
  const logged = await stage.service.owner.requests.get(id ?? '');
  expect(logged).toMatchObject({ status: 429, code: 'rate_limited' });
});
