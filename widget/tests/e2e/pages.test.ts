/** Pages that are not kind: scripts twice, prototypes that others have changed, browsers that lack or forbid what is usual. */

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { findPrograms } from '../browser/find.js';
import { ANSWER, Box, QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const stage = openStage();

async function widget(more = ''): Promise<string> {
  const key = await stage.service.publishableKey(stage.site.origin);
  return `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}" ${more}></nodai-query>`;
}

/** The loader's tag, as a page has it. */
async function loader(more = ''): Promise<string> {
  const key = await stage.service.publishableKey(stage.site.origin);
  return `<script src="/widget/nodai-widget.js" data-workflow="wf_support" data-key="${key}"
    data-api-url="${stage.service.baseUrl}" ${more} async></script>`;
}

test('the script loaded twice, by two addresses, is one widget', async () => {
  const script = '<script type="module" src="/widget/nodai-query.js"></script>';
  const copy = `<script type="module" src="${stage.service.baseUrl}/widget/nodai-query.js"></script>`;
  const { page, box } = await stage.visit({ head: script + copy + script, body: await widget() });
  await page.addScriptTag({ type: 'module', url: '/widget/nodai-query.js?again' });
  expect(await box.answerTo(QUESTION)).toContain(ANSWER);
  expect(await box.input.count()).toBe(1);
});

test('the loader given twice makes one launcher, beside a box in the page that goes its own way', async () => {
  const tag = await loader();
  const { page } = await stage.visit({ head: tag + tag, body: (await widget('id="inline"')) + tag });
  const inline = new Box(page, page.locator('#inline'));
  const floating = new Box(page, page.locator('nodai-query[mode=floating]'));
  await page.getByRole('button', { name: en.launcher }).click();
  expect(await floating.element.count()).toBe(1);
  await floating.answerTo(QUESTION);
  expect(await inline.state()).toBe('open');
  await inline.answerTo('Where are my invoices?');
  expect(await textOf(floating.answers)).toContain(ANSWER);
  expect(await textOf(inline.answers)).toContain('Billing');
  expect(new Set(await stage.service.conversations()).size).toBe(2);
});

test('a floating widget that is closed goes on streaming, and has its conversation after a reload', async () => {
  const { page } = await stage.visit({ head: await loader(), body: '<p>Shop' });
  const box = new Box(page, page.locator('nodai-query'));
  const launcher = page.getByRole('button', { name: en.launcher });
  await launcher.click();
  await box.ask(QUESTION);
  await box.input.press('Escape');
  await launcher.waitFor();
  await launcher.click();
  await box.reach('answered');
  await page.reload();
  await launcher.click();
  expect(await textOf(box.answers.last())).toContain(ANSWER);
});

test('the class alone registers nothing, and the site gives it the name that it likes', async () => {
  const source = `
    import { define, NodaiQuery } from '@nodai/widget';
    globalThis.before = customElements.get('nodai-query') === undefined && typeof NodaiQuery === 'function';
    define('shop-help');
    define('shop-help');`;
  const built = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    alias: { '@nodai/widget': fileURLToPath(new URL('../../src/index.ts', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    splitting: false,
  });
  const script = stage.site.put({ script: built.outputFiles[0]?.text ?? '' });
  const { page } = await stage.visit({
    head: `<script type="module" src="${script}"></script>`,
    body: (await widget()).replaceAll('nodai-query', 'shop-help'),
  });
  const box = new Box(page, page.locator('shop-help'));
  expect(await box.answerTo(QUESTION)).toContain(ANSWER);
  expect(await page.evaluate(() => (globalThis as never as { before: boolean }).before)).toBe(true);
  expect(await page.evaluate(() => customElements.get('nodai-query'))).toBeUndefined();
});

/** What old libraries do to pages. */
const HOSTILE = `
  for (const it of [Array, String, Object, Function, Element])
    it.prototype.evil = function evil() { throw new Error('an enumerable property of a prototype was used'); };
  // Prototype.js: JSON.stringify of any list is wrong ever after.
  Array.prototype.toJSON = function () { return String(this); };
  // Libraries with names of their own for what browsers have by now.
  window.$ = window.jQuery = window._ = () => null;
  window.name = 'top'; window.event = null; window.process = { env: {} }; window.global = window; window.module = {}; window.exports = {};
  window.define = Object.assign(() => { throw new Error('define was called'); }, { amd: {} });`;

test('a page whose prototypes others have changed', async () => {
  const form = '<form name="nodai" id="customElements"><input name="action"></form>';
  const { page } = await stage.visit(
    {
      head: `<script type="module" src="/widget/nodai-query.js"></script>${await loader()}`,
      body: (await widget('id="inline"')) + form,
    },
    { init: HOSTILE },
  );
  const inline = new Box(page, page.locator('#inline'));
  expect(await inline.answerTo(QUESTION)).toContain(ANSWER);
  await page.getByRole('button', { name: en.launcher }).click();
  const floating = new Box(page, page.locator('nodai-query[mode=floating]'));
  expect(await floating.answerTo(QUESTION)).toContain(ANSWER);
  await page.reload();
  await inline.input.waitFor();
  await inline.answerTo('Where are my invoices?');
});

/** What some browsers lack, and some settings forbid. */
const LACKING: Record<string, string> = {
  'no idle callback': 'delete window.requestIdleCallback;',
  'storage that throws': `Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });`,
  'storage that is full': `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };`,
  'storage with rubbish in it': `for (const key of ['nodai ', 'nodai']) sessionStorage.setItem(key, '{');
    const get = Storage.prototype.getItem; Storage.prototype.getItem = () => '{"conversationId": 7, "turns": [null, 1, {"answer": {}}]}';`,
};

test('a browser that lacks or forbids what is usual', async () => {
  for (const [name, init] of Object.entries(LACKING)) {
    const { page } = await stage.visit({ head: await loader(), body: '' }, { init });
    await page.getByRole('button', { name: en.launcher }).click();
    const box = new Box(page);
    expect(await box.answerTo(QUESTION), name).toContain(ANSWER);
    expect(await box.answerTo('Where are my invoices?'), name).toContain('Billing');
  }
});

test('a page that is not served by https, on a name of its own', async () => {
  const found = findPrograms();
  if (typeof found === 'string') throw new Error(found);
  const { port } = new URL(stage.site.origin);
  const origin = `http://shop.test:${port}`;
  const key = await stage.service.publishableKey(origin);
  const body = `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`;
  const address = stage.put({ body }).replace(stage.site.origin, origin);
  const shared = stage.browser;
  stage.browser = await chromium.launch({
    executablePath: found.chromium,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--host-resolver-rules=MAP shop.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  try {
    const { page, box } = await stage.go(address);
    expect(await page.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'clipboard' in navigator])).toEqual([
      false,
      false,
      false,
    ]);
    expect(await box.answerTo(QUESTION)).toContain(ANSWER);
    await box.element.getByRole('button', { name: en.copy, exact: true }).click();
    await box.element.getByRole('status').filter({ hasText: en.failed }).waitFor();
    await stage.clear();
  } finally {
    await stage.browser.close();
    stage.browser = shared;
  }
});

test('a policy that allows nothing but the own script and the API', async () => {
  const policy =
    `default-src 'none'; script-src 'self'; connect-src ${stage.service.baseUrl}; style-src 'none'; img-src 'none';
    trusted-types 'none'; require-trusted-types-for 'script'`.replace(/\s+/g, ' ');
  const { page } = await stage.visit({ head: await loader(), body: await widget('id="inline"'), policy });
  await page.getByRole('button', { name: en.launcher }).click();
  for (const selector of ['#inline', '[mode=floating]'])
    expect(await new Box(page, page.locator(`nodai-query${selector}`)).answerTo(QUESTION)).toContain(ANSWER);
});
