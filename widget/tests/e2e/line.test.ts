/** A line that breaks while an answer streams: it goes on where it broke, and when it cannot, what came is kept. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { QUESTION, textOf } from './box.js';
import { type Line, startLine } from './line.js';
import { openStage, type Visit } from './stage.js';
import { Upstream } from './upstream.js';

const stage = openStage();
let upstream: Upstream;
let line: Line;
let visit: Visit;
let answer: Awaited<ReturnType<Upstream['next']>>;

/** An answer has begun, over a line of its own. */
beforeEach(async () => {
  [upstream, line] = await Promise.all([Upstream.start(), startLine(stage.service.baseUrl)]);
  const workflow = await stage.service.forwarding(upstream.url);
  const key = await stage.service.publishableKey(stage.site.origin);
  visit = await stage.visit(
    `<nodai-query workflow="${workflow}" api-key="${key}" api-url="${line.url}"></nodai-query>`,
  );
  await visit.box.ask(QUESTION);
  answer = await upstream.next();
  answer.send('One, ');
  await visit.box.answers.filter({ hasText: 'One,' }).waitFor();
});
afterEach(() => Promise.all([upstream?.stop(), line?.stop()]));

test('an answer whose line breaks goes on where it broke, and nothing of it is there twice', async () => {
  const { page, box, calls } = visit;
  const again = page.waitForRequest('**/stream');
  line.cut();
  const request = await again;
  expect(await request.headerValue('last-event-id')).toMatch(/^\d+$/);
  answer.send('two, ');
  await box.answers.filter({ hasText: 'two,' }).waitFor();
  line.cut();
  answer.send('three.');
  answer.end();
  await box.reach('answered');
  expect(await textOf(box.answers)).toBe('One, two, three.');
  expect(upstream.asked).toBe(1);
  expect(await stage.service.conversations()).toHaveLength(1);
  expect(new Set(calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

test('a line that stays broken is told, what came is kept, and once it is mended the question is answered', async () => {
  const { box } = visit;
  line.cut('dead');
  await box.reach('broken');
  expect(await box.notice()).toBe(en.broken);
  expect(await textOf(box.answers)).toBe('One,');
  line.mend();
  await box.retry.click();
  const next = await upstream.next();
  next.send('All of it.');
  next.end();
  await box.reach('answered');
  expect(await textOf(box.answers)).toBe('All of it.');
  expect(await box.questions.count()).toBe(1);
});

test('an answer that is stopped is not asked for again when the line breaks', async () => {
  const { box, calls } = visit;
  await box.stop.click();
  line.cut();
  await box.reach('stopped');
  await box.retry.click();
  (await upstream.next()).end();
  await box.reach('answered');
  expect(calls).toHaveLength(2);
});
