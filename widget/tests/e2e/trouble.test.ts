/** Servers that fail: what a visitor is told, that the question is kept, and that nothing is asked without end. */

import { mockControls } from '@nodai/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import type { TroubleKind } from '../../src/trouble.js';
import { ANSWER, Box, QUESTION, textOf } from './box.js';
import { Listener } from './listener.js';
import { startOdd } from './odd.js';
import { openStage } from './stage.js';
import { Upstream } from './upstream.js';

const stage = openStage();
const KEY = `nk_pub_${'0'.repeat(64)}`;
let odd: Listener;
let dead: string;

beforeAll(async () => {
  odd = await startOdd();
  const gone = await Listener.start(() => undefined);
  await gone.stop();
  dead = gone.origin;
});
afterAll(() => odd?.stop());

/** What a server does, and where that leaves the widget. */
const TROUBLES: Record<string, TroubleKind> = {
  html: 'failed',
  'html-404': 'forbidden',
  'html-500': 'failed',
  'html-429': 'limited',
  'problem-500': 'failed',
  'problem-503': 'failed',
  json: 'failed',
  empty: 'failed',
  redirect: 'failed',
  silence: 'failed',
  'not-events': 'failed',
  'ends-early': 'broken',
  'not-json': 'broken',
  fails: 'broken',
  'no-cors': 'unreachable',
  dead: 'unreachable',
};
/** Those that say how long to wait, and those that send a part of the answer first. */
const TELLS_WAIT = ['html-429', 'problem-503'];
const HAS_BEGUN = ['ends-early', 'not-json', 'fails'];

test('whatever a server answers in place of a stream is told in words, and the question is kept', async () => {
  const names = Object.keys(TROUBLES);
  const address = (name: string): string => (name === 'dead' ? dead : `${odd.origin}/${name}`);
  const widgets = names.map(
    (name) => `<nodai-query id="${name}" workflow="wf_1" api-key="${KEY}" api-url="${address(name)}"></nodai-query>`,
  );
  const { page, calls, warnings } = await stage.visit(widgets.join(''));
  await page.evaluate((question) => {
    for (const each of document.querySelectorAll('nodai-query')) each.ask(question);
  }, QUESTION);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('nodai-query')].every(({ state }) => !/^(asking|streaming)$/.test(state)),
  );
  for (const [name, kind] of Object.entries(TROUBLES)) {
    const box = new Box(page, page.locator(`#${name}`));
    expect(await box.state(), name).toBe(kind);
    expect(await box.notice(), name).toBe(en[kind]);
    expect(await textOf(box.questions.last()), name).toContain(QUESTION);
    expect(await textOf(box.answers.last()), name).toBe(HAS_BEGUN.includes(name) ? 'What came' : '');
    expect(await box.retry.isDisabled(), name).toBe(TELLS_WAIT.includes(name));
    const own = calls.filter(({ url }) => url.startsWith(`${address(name)}/api`));
    expect(own.length, name).toBeLessThanOrEqual(2);
  }
  expect(warnings).toHaveLength(names.length);
});

test('an answer that breaks off keeps what came, and can be asked for again', async () => {
  const upstream = await Upstream.start();
  try {
    const workflow = await stage.service.forwarding(upstream.url);
    const key = await stage.service.publishableKey(stage.site.origin);
    const { page, box } = await stage.visit(
      `<nodai-query workflow="${workflow}" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
    );
    await box.ask(QUESTION);
    const answer = await upstream.next();
    answer.send('The first half ');
    await box.answers.filter({ hasText: 'The first half' }).waitFor();
    expect(await box.state()).toBe('streaming');
    answer.breakOff();
    await page.waitForFunction(() => document.querySelector('nodai-query')?.state !== 'streaming');
    expect(await textOf(box.answers.last())).toBe('The first half');
    expect(await box.notice()).toBe(en.broken);

    await box.retry.click();
    const again = await upstream.next();
    again.send('The whole answer.');
    again.end();
    await box.reach('answered');
    expect(await textOf(box.answers.last())).toBe('The whole answer.');
    expect(await box.questions.count()).toBe(1);
  } finally {
    await upstream.stop();
  }
});

/** What the real server can be told to do, and what the visitor may be told of it: how a line breaks is up to chance. */
const FAULTS: [object, TroubleKind[]][] = [
  [{ status: 500 }, ['failed']],
  [{ code: 'upstream_error' }, ['failed']],
  [{ code: 'burst_limited' }, ['limited']],
  [{ code: 'quota_exceeded' }, ['limited']],
  [{ code: 'cost_limit_reserved' }, ['limited']],
  [{ malformed: true }, ['failed']],
  [{ truncate: true }, ['unreachable', 'failed', 'broken']],
  [{ drop: true }, ['unreachable', 'failed']],
];

test('the faults of the real server are told, and over when they are', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { box, page } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
    { holdClock: true },
  );
  const { faults } = mockControls(stage.service.owner);
  for (const [fault, kinds] of FAULTS) {
    const name = JSON.stringify(fault);
    const set = await faults.create({ operation: 'workflows.stream', ...fault });
    await box.ask(`What of ${name}?`);
    await page.waitForFunction(() => !/^(asking|streaming)$/.test(document.querySelector('nodai-query')?.state ?? ''));
    const kind = (await box.state()) as TroubleKind;
    expect(kinds, name).toContain(kind);
    expect(await box.notice(), name).toBe(en[kind]);
    expect(await textOf(box.questions.last()), name).toContain(`What of ${name}?`);
    await faults.delete(set.id);
    // Whatever the fault said to wait.
    await page.clock.fastForward('02:00');
  }
  await box.retry.click();
  await box.reach('answered');
});

test('a workflow that does not exist, or fails, is told', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { box, page, warnings } = await stage.visit(
    `<nodai-query workflow="wf_nobody" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.ask(QUESTION);
  await box.reach('forbidden');
  expect(await box.notice()).toBe(en.forbidden);
  expect(warnings.join()).toContain('not_found');
  await page.evaluate(() => document.querySelector('nodai-query')?.setAttribute('workflow', 'wf_failing'));
  await box.ask(QUESTION);
  await box.reach('failed');
  await box.ask('internal');
  await box.reach('failed');
  expect(warnings.slice(1).join()).toMatch(/upstream_error.*internal_error/);
});

test('a server that is slow is waited for, can be stopped, and is given up after a minute of silence', async () => {
  const upstream = await Upstream.start();
  try {
    const workflow = await stage.service.forwarding(upstream.url);
    const key = await stage.service.publishableKey(stage.site.origin);
    const { box, page } = await stage.visit(
      `<nodai-query workflow="${workflow}" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
      { holdClock: true },
    );
    await box.ask(QUESTION);
    await upstream.next();
    expect(await textOf(box.thinking)).toBe(en.asking);
    await box.stop.click();
    await box.reach('stopped');
    expect(await box.notice()).toBe(en.stopped);

    await box.ask('And now?');
    await upstream.next();
    await box.reach('streaming');
    // The SDK tries once more, where the stream broke; nobody is asked twice.
    const again = page.waitForRequest('**/stream');
    await page.clock.fastForward('01:01');
    await again;
    await page.clock.fastForward('01:01');
    await box.reach('slow');
    expect(await box.notice()).toBe(en.slow);
    expect(upstream.asked).toBe(2);
  } finally {
    await upstream.stop();
  }
});

test('a visitor who is offline is told, and is answered when the network is back', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { box, page } = await stage.visit(
    `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await page.context().setOffline(true);
  await box.ask(QUESTION);
  await box.reach('offline');
  expect(await box.notice()).toBe(en.offline);
  await page.context().setOffline(false);
  await box.retry.click();
  await box.reach('answered');
  expect(await textOf(box.answers.last())).toContain(ANSWER);
});
