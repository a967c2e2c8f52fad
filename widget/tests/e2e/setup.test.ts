/** Wrong and missing attributes: what keeps a widget from working is told to its author, and what does not is overlooked. */

import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { Box, QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const stage = openStage();
const ZEROS = '0'.repeat(64);

/** Attributes with which nothing can be asked, and what the author is told. */
const BROKEN: [attributes: string, told: string][] = [
  [`api-key="nk_pub_${ZEROS}"`, 'workflow'],
  [`workflow="" api-key="nk_pub_${ZEROS}"`, 'workflow'],
  [`workflow="  " get-token="session"`, 'workflow'],
  ['workflow="wf_support"', 'api-key or get-token'],
  ['workflow="wf_support" api-key=""', 'api-key or get-token'],
  ['workflow="wf_support" api-key="undefined"', 'publishable key'],
  ['workflow="wf_support" api-key="<your key>"', 'publishable key'],
  [`workflow="wf_support" api-key="nk_pub_${ZEROS}" api-url="ftp://api.example"`, 'api-url'],
  [`workflow="wf_support" api-key="nk_pub_${ZEROS}" api-url="http://"`, 'api-url'],
  [`workflow="wf_support" api-key="nk_pub_${ZEROS}" api-url="javascript:alert(1)"`, 'api-url'],
];

test('what keeps a widget from asking is told on the page and on the console, and nothing is sent', async () => {
  const widgets = BROKEN.map(([attributes], at) => `<nodai-query id="w${at}" ${attributes}></nodai-query>`);
  const { page, warnings, calls } = await stage.visit(widgets.join(''));
  for (const [at, [attributes, told]] of BROKEN.entries()) {
    const box = new Box(page, page.locator(`#w${at}`));
    await box.reach('setup');
    expect(await textOf(box.notices.last()), attributes).toContain(en.setup);
    expect(await box.input.isDisabled(), attributes).toBe(true);
    expect(warnings[at], attributes).toContain(told);
    expect(
      await page.evaluate((id) => document.querySelector<'nodai-query'>(id as 'nodai-query')?.ask('Hi'), `#w${at}`),
    ).toBe(false);
  }
  expect(warnings).toHaveLength(BROKEN.length);
  expect(calls).toEqual([]);
});

test('an attribute that comes later, in any order, puts it right without a warning that was not due', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { page, box, warnings } = await stage.visit('');
  await page.evaluate(
    ([url, key]) => {
      const element = document.createElement('nodai-query');
      document.body.append(element);
      element.setAttribute('api-key', key as string);
      element.setAttribute('api-url', url as string);
      element.setAttribute('workflow', 'wf_support');
    },
    [stage.service.baseUrl, key],
  );
  await box.answerTo(QUESTION);
  await page.evaluate(() => document.querySelector('nodai-query')?.removeAttribute('workflow'));
  await box.reach('setup');
  expect(warnings).toHaveLength(1);
  await page.evaluate(() => document.querySelector('nodai-query')?.setAttribute('workflow', 'wf_support'));
  await box.reach('answered');
});

test('of a key and a way to sessions, the sessions are used', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { secret } = await stage.service.owner.clientSessions.create({
    workflow_id: 'wf_support',
    origin: stage.site.origin,
  });
  const script = stage.site.put({ script: `function session() { return '${secret}'; }` });
  const { box, calls } = await stage.visit(
    `<script src="${script}"></script>
    <nodai-query workflow="wf_support" api-key="${key}" get-token="session" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.answerTo(QUESTION);
  expect(calls[0]?.headers['x-api-key']).toBe(secret);
});

/** Attributes that mean nothing here, and what is there all the same. */
const ODD = [
  'theme="purple" mode="corner" open dir="sideways"',
  'lang="tlh" theme=""',
  'lang="" dir=""',
  'heading="" placeholder="" text-send="Go" text-nothing="x"',
  'contact-url="javascript:alert(1)" no-store="false"',
  'workflow=" wf_support " style="--nodai-width: banana; --nodai-radius: -1px; --nodai-height: 0; --nodai-font-size: 1e9"',
  'onnodai-ask="return false" tabindex="-5" class="x" style="max-width: 20rem"',
];

test('attributes with values that mean nothing do no harm', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { baseUrl } = stage.service;
  const widgets = ODD.map(
    (odd, at) =>
      `<nodai-query id="w${at}" ${odd} workflow="wf_support" api-key=" ${key} " api-url="${baseUrl}//"></nodai-query>`,
  );
  const { page } = await stage.visit(widgets.join(''));
  for (const at of ODD.keys()) {
    const box = new Box(page, page.locator(`#w${at}`));
    await box.reach('open');
    expect(
      await page.evaluate(
        (id) => document.querySelector<'nodai-query'>(id as 'nodai-query')?.ask('password'),
        `#w${at}`,
      ),
    ).toBe(true);
  }
  for (const at of ODD.keys()) await new Box(page, page.locator(`#w${at}`)).reach('answered');
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
});

test('a workflow that would climb out of its path is sent nowhere', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { box, calls, warnings } = await stage.visit(
    `<nodai-query workflow="../api-keys" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  await box.ask(QUESTION);
  await box.retry.waitFor();
  expect(await box.notice()).not.toBe('');
  expect(warnings.join()).toContain('../api-keys');
  expect(calls).toEqual([]);
});
