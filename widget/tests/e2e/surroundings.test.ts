/** What surrounds a widget: a form, a sandboxed frame, a tag manager, a script that is late, a policy that forgets the API. */

import { expect, test } from 'vitest';
import { words as de } from '../../src/messages/de.js';
import { en } from '../../src/messages/en.js';
import { ANSWER, Box, QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const stage = openStage();

async function widget(more = ''): Promise<string> {
  const key = await stage.service.publishableKey(stage.site.origin);
  return `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}" ${more}></nodai-query>`;
}

test('a form around the widget is not sent when a question is', async () => {
  const { page, box } = await stage.visit(`<form action="/elsewhere">${await widget()}<button>Buy</button></form>`);
  const address = page.url();
  await box.answerTo(QUESTION);
  await box.input.fill('Once more');
  await box.send.click();
  await box.reach('answered');
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => [...new FormData(document.querySelector('form') as HTMLFormElement)])).toEqual([]);
});

test('a sandboxed frame, which has no origin and no storage, is told that the key is not for it', async () => {
  const script = `<script type="module" src="${stage.service.baseUrl}/widget/nodai-query.js"></script>`;
  const inner = `${script}${await widget()}`.replaceAll('"', '&quot;');
  const { page, warnings } = await stage.visit({
    head: '',
    body: `<iframe sandbox="allow-scripts" srcdoc="${inner}"></iframe>`,
  });
  const box = new Box(page, page.frameLocator('iframe').locator('nodai-query'));
  await box.ask(QUESTION);
  await box.notices.filter({ hasText: en.forbidden }).waitFor();
  expect(warnings.join()).toContain('origin_not_allowed');
});

test('what a page sets before the script is there holds when it comes', async () => {
  const { secret } = await stage.service.owner.clientSessions.create({
    workflow_id: 'wf_support',
    origin: stage.site.origin,
  });
  const body = `<nodai-query workflow="wf_support" api-url="${stage.service.baseUrl}"></nodai-query>`;
  const { page, box, calls, warnings } = await stage.visit({ head: '', body });
  await page.evaluate((secret) => {
    const element = document.querySelector('nodai-query') as HTMLElementTagNameMap['nodai-query'];
    element.getToken = () => secret;
    element.addEventListener('nodai-answer', () => element.setAttribute('heading', 'Heard'));
  }, secret);
  await page.addScriptTag({ type: 'module', url: '/widget/nodai-query.js' });
  await box.answerTo(QUESTION);
  await box.element.getByRole('heading', { name: 'Heard' }).waitFor();
  expect(calls[0]?.headers['x-api-key']).toBe(secret);
  expect(warnings).toEqual([]);
});

test('a tag manager may put the loader in when the page has long been there', async () => {
  const key = await stage.service.publishableKey(stage.site.origin);
  const { page } = await stage.visit({ head: '', body: '<p>Shop' });
  await page.evaluate(
    ([key, url]) => {
      const script = document.createElement('script');
      Object.assign(script.dataset, { workflow: 'wf_support', key, apiUrl: url, textLauncher: 'Help!' });
      script.src = '/widget/nodai-widget.js';
      document.head.append(script);
    },
    [key, stage.service.baseUrl],
  );
  await page.getByRole('button', { name: 'Help!' }).click();
  expect(await new Box(page).answerTo(QUESTION)).toContain(ANSWER);
});

test('a language that cannot be fetched leaves English words, and the box works', async () => {
  const { page, box } = await stage.visit('');
  await page.route('**/nodai-query.de.js', (route) => route.abort());
  await page.evaluate(
    (html) => {
      document.body.append(document.createRange().createContextualFragment(html));
    },
    await widget('lang="de"'),
  );
  await box.input.waitFor();
  await box.answerTo(QUESTION);
});

test('the language of the page is the language of the box', async () => {
  const { page } = await stage.visit(`<div lang="de-CH">${await widget()}</div>`);
  await new Box(page, undefined, de).answerTo(QUESTION);
});

test('a policy that forgets the API is told in words', async () => {
  const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";
  const { box, faults } = await stage.visit({ body: await widget(), policy });
  await box.ask(QUESTION);
  await box.reach('unreachable');
  expect(await box.notice()).toBe(en.unreachable);
  expect(await textOf(box.questions)).toContain(QUESTION);
  expect(faults.join()).toContain(`policy: connect-src ${stage.service.baseUrl}`);
  faults.length = 0;
});
