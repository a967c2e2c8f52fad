/** Keys where they do not belong: a secret key in a page, a key of another site, one that has ended, one mistyped. */

import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const stage = openStage();
const widget = (attributes: string): string =>
  `<nodai-query workflow="wf_support" api-url="${stage.service.baseUrl}" ${attributes}></nodai-query>`;

test('a secret key in the page is refused with an explanation, and nothing is sent with it', async () => {
  const { secretKey } = stage.service;
  expect(secretKey).toMatch(/^nk_[0-9a-f]{64}$/);
  const { page, box, calls, warnings } = await stage.visit(widget(`api-key="${secretKey}"`));
  await box.reach('setup');
  const told = await textOf(box.notices.last());
  expect(told).toContain(en.setup);
  expect(told).toContain('publishable key (nk_pub_…)');
  expect(told).not.toContain(secretKey);
  expect(warnings.join()).toContain('publishable key');
  expect(warnings.join()).not.toContain(secretKey);
  expect(await box.input.isDisabled()).toBe(true);
  const asked = await page.evaluate(() => document.querySelector('nodai-query')?.ask('Hi'));
  expect(asked).toBe(false);

  // The same, when the key comes by the other road.
  await page.evaluate((key) => {
    const element = document.querySelector('nodai-query');
    element?.removeAttribute('api-key');
    if (element) element.getToken = () => key;
  }, secretKey);
  await box.ask(QUESTION);
  await box.reach('failed');
  expect(warnings.at(-1)).toMatch(/no_session: getToken failed: .*no client session/);
  expect(calls).toEqual([]);
});

test('the server refuses a secret key that a page sends all the same', async () => {
  const { page, calls } = await stage.visit(widget(''));
  const answer = await page.evaluate(
    async ([url, key]) => {
      const headers = { 'X-API-Key': key as string, 'Content-Type': 'application/json' };
      const body = JSON.stringify({ input: 'Hi' });
      const response = await fetch(`${url}/api/v1/workflows/wf_support/query`, { method: 'POST', headers, body });
      return { status: response.status, problem: await response.json() };
    },
    [stage.service.baseUrl, stage.service.secretKey],
  );
  expect(answer).toMatchObject({ status: 403, problem: { code: 'secret_key_in_browser', origin: stage.site.origin } });
  expect(calls.map(({ what }) => what)).toEqual(['POST /api/v1/workflows/wf_support/query']);
});

test("a key of another site's pages is told in words, to the visitor and to the site's owner", async () => {
  const key = await stage.service.publishableKey('https://other.example');
  const { box, warnings } = await stage.visit(widget(`api-key="${key}"`));
  await box.ask(QUESTION);
  await box.reach('forbidden');
  expect(await box.notice()).toBe(en.forbidden);
  expect(await textOf(box.questions.last())).toContain(QUESTION);
  expect(warnings.join()).toContain('origin_not_allowed');
  expect(warnings.join()).toContain(stage.site.origin);
});

test('once the owner has allowed the site, the next try is answered', async () => {
  const made = await stage.service.owner.apiKeys.create({
    name: 'Website',
    kind: 'publishable',
    allowed_origins: ['https://other.example'],
  });
  const { box } = await stage.visit(widget(`api-key="${made.secret}"`));
  await box.ask(QUESTION);
  await box.reach('forbidden');
  await stage.service.owner.apiKeys.update(made.id, { allowed_origins: [stage.site.origin] });
  await box.retry.click();
  await box.reach('answered');
});

test('a session that was made for another site is refused as a key of another site is', async () => {
  const session = await stage.service.owner.clientSessions.create({
    workflow_id: 'wf_support',
    origin: 'https://other.example',
  });
  const { box } = await stage.visit(widget(`api-key="${session.secret}"`));
  await box.ask(QUESTION);
  await box.reach('forbidden');
});

test.each([
  ['revoked', 'key_revoked', (id: string) => stage.service.owner.apiKeys.revoke(id, { reason: 'compromised' })],
  ['switched off', 'key_disabled', (id: string) => stage.service.owner.apiKeys.update(id, { active: false })],
  ['deleted', 'invalid_api_key', (id: string) => stage.service.owner.apiKeys.delete(id)],
])('a publishable key that was %s is told', async (_, code, end) => {
  const allowed_origins = [stage.site.origin];
  const made = await stage.service.owner.apiKeys.create({ name: 'Website', kind: 'publishable', allowed_origins });
  const { box, warnings, calls } = await stage.visit(widget(`api-key="${made.secret}"`));
  await box.answerTo(QUESTION);
  await end(made.id);
  await box.ask('Are you still there?');
  await box.reach('forbidden');
  expect(await box.notice()).toBe(en.forbidden);
  expect(warnings.join()).toContain(code);
  expect(calls).toHaveLength(2);
});

test('a mistyped key is told without an end of tries', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const mistyped = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
  const { box, calls } = await stage.visit(widget(`api-key="${mistyped}"`));
  await box.ask(QUESTION);
  await box.reach('forbidden');
  expect(calls).toHaveLength(1);
});
