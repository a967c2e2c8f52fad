/** Client sessions, made by the example backend with the Python SDK: asked with, renewed, refused, and not to be had. */

import { mockControls } from '@nodai/sdk/testing';
import type { Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { Backend } from './backend.js';
import { ANSWER, type Box, QUESTION, textOf } from './box.js';
import { openStage, type Visit } from './stage.js';

const stage = openStage();
/** One for all tests that do nothing to it; its key is the demo's for everything, which every reset brings back. */
let shared: Backend;
let own: Backend | undefined;

beforeAll(async () => {
  if (stage.service) shared = await start(stage.service.secretKey);
});
afterEach(() => own?.stop());
afterAll(() => shared?.stop());

const start = (apiKey: string, origin?: string): Promise<Backend> =>
  Backend.start({ apiKey, baseUrl: stage.service.baseUrl, ...(origin ? { origin } : {}) });

/** A backend of the test's own, with a key of its own. */
async function startOwn(bounds: Parameters<typeof stage.service.backendKey>[0] = {}): Promise<{ id: string }> {
  const { id, secret } = await stage.service.backendKey(bounds);
  own = await start(secret);
  return { id };
}

/** The example's page, with a count of the sessions it asked for. */
async function visit(options = {}, backend = shared): Promise<Visit & { sessions: Request[] }> {
  const visit = await stage.go(backend.origin, options);
  const sessions: Request[] = [];
  visit.page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/session') sessions.push(request);
  });
  return { ...visit, sessions };
}

/** A question that fails is kept, and can be tried again and changed. */
async function expectKept(box: Box, question: string): Promise<void> {
  expect(await textOf(box.questions.last())).toContain(question);
  expect(await box.retry.isEnabled()).toBe(true);
  expect(await box.edit.isEnabled()).toBe(true);
}

test('a visitor asks with the session that the backend made, and it serves for the next question, too', async () => {
  const { box, calls, sessions, page } = await visit();
  expect(await box.answerTo(QUESTION)).toContain(ANSWER);
  expect(await box.answerTo('Where are my invoices?')).toContain('Billing');
  expect(sessions).toHaveLength(1);
  expect(calls.map(({ headers }) => headers['x-api-key'])).toEqual([
    expect.stringMatching(/^nk_ses_[0-9a-f]{64}$/),
    calls[0]?.headers['x-api-key'],
  ]);
  // Neither the key nor the session is kept anywhere in the page.
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]));
  expect(kept).not.toMatch(/nk_/);
  expect(await page.content()).not.toContain(stage.service.secretKey);
});

test('the limits are those of the key that made the session', async () => {
  // Making a session is a request of the key, too.
  await startOwn({ limit: 6 });
  const { page, box, sessions } = await visit({ holdClock: true }, own);
  for (let count = 0; count < 5; count += 1) await box.answerTo(QUESTION);
  await box.ask('One more?');
  await box.reach('limited');
  expect(await textOf(box.timer)).toMatch(/^You can ask again in (1:00:00|59:\d\d)\.$/);
  expect(await box.retry.isDisabled()).toBe(true);
  await stage.service.advance('PT1H');
  await page.clock.fastForward('01:00:01');
  await box.retry.click();
  await box.reach('answered');
  expect(sessions).toHaveLength(2);
});

test('the budget is that of the key that made the session', async () => {
  await startOwn({ budget: '0.010000' });
  const { box } = await visit({}, own);
  for (let count = 0; count < 5; count += 1) await box.answerTo(QUESTION);
  await box.ask('Is there money left?');
  await box.reach('budget');
  expect(await box.notice()).toBe(en.budget);
  await expectKept(box, 'Is there money left?');
});

test('a session is renewed before it expires', async () => {
  const { page, box, calls, sessions } = await visit({ holdClock: true });
  await box.answerTo(QUESTION);
  await page.clock.fastForward('04:50');
  await box.answerTo(QUESTION);
  expect(sessions).toHaveLength(2);
  expect(calls).toHaveLength(2);
  expect(calls[0]?.headers['x-api-key']).not.toBe(calls[1]?.headers['x-api-key']);
});

test('a session that the server finds expired in mid-conversation is renewed once, and the visitor sees nothing of it', async () => {
  const { page, box, calls, sessions } = await visit();
  await box.answerTo(QUESTION);
  await stage.service.advance('PT6M');
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/stream')) statuses.push(response.status());
  });
  expect(await box.answerTo('Where are my invoices?')).toContain('Billing');
  expect(statuses).toEqual([403, 200]);
  expect(sessions).toHaveLength(2);
  expect(await box.answers.count()).toBe(2);
  const told = calls.map(({ headers }) => headers['x-api-key']);
  expect(new Set(told).size).toBe(2);
});

test('when the new session is refused, too, the visitor is told, and it is not tried for ever', async () => {
  const { box, calls, sessions } = await visit();
  await box.answerTo(QUESTION);
  await mockControls(stage.service.owner).faults.create({ operation: 'workflows.stream', code: 'key_expired' });
  await box.ask('Are you still there?');
  await box.reach('expired');
  expect(await box.notice()).toBe(en.expired);
  await expectKept(box, 'Are you still there?');
  expect(calls).toHaveLength(3);
  expect(sessions).toHaveLength(2);
});

test('a revoked key ends its sessions at once, the page is told so little that nothing is given away, and the log says why', async () => {
  const { id } = await startOwn();
  const { page, box, calls } = await visit({}, own);
  await box.answerTo(QUESTION);
  await stage.service.owner.apiKeys.revoke(id, { reason: 'compromised' });
  const refused = page.waitForResponse('**/session');
  await box.ask('Are you still there?');
  expect(await (await refused).json()).toEqual({ error: 'No session can be had now.' });
  await box.reach('failed');
  await expectKept(box, 'Are you still there?');
  expect(calls).toHaveLength(2);
  expect(own?.log).toContain('revoked');
});

test('a backend that is down is told, and when it is back the question is answered', async () => {
  own = await start(stage.service.secretKey);
  const { box, warnings } = await visit({}, own);
  await own.stop();
  await box.ask(QUESTION);
  await box.reach('failed');
  expect(await box.notice()).toBe(en.failed);
  await expectKept(box, QUESTION);
  expect(warnings).toEqual(['<nodai-query> no_session: visitorSession failed: TypeError: Failed to fetch']);
  own = await start(stage.service.secretKey, own.origin);
  await box.retry.click();
  await box.reach('answered');
});

test('the backend makes no session for the page of another site', async () => {
  const ask = (origin: string): Promise<Response> =>
    fetch(`${shared.origin}/session`, { method: 'POST', headers: { origin } });
  expect((await ask(stage.site.origin)).status).toBe(403);
  expect((await ask(shared.origin)).status).toBe(201);
});

test("the commands of the example's README give a page that answers", async () => {
  own = await Backend.startAsTold(new URL(stage.service.baseUrl).port);
  const { box } = await visit({}, own);
  expect(await box.answerTo(QUESTION)).toContain(ANSWER);
});
