/** The samples of the README, as they stand there, but for the address, the key and the page's own backend. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { ANSWER, Box, QUESTION, textOf } from './box.js';
import { openStage } from './stage.js';

const stage = openStage();
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The one block of a language with this in it. */
function sample(language: string, holds: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, its, text]) => its === language && text?.includes(holds));
  expect(found, `blocks with ${holds}`).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

/** With what a reader puts in place of what the README cannot know. */
async function filledIn(text: string): Promise<string> {
  const key = await stage.service.publishableKey(stage.site.origin);
  const filled = text.replaceAll('https://your-server.example', stage.service.baseUrl).replaceAll('nk_pub_…', key);
  expect(filled).not.toMatch(/…|your-/);
  return filled;
}

const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

/** A script as a bundler makes it of a sample. */
async function bundled(contents: string): Promise<string> {
  const built = await build({
    stdin: { contents, loader: 'tsx', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    alias: { '@nodai/widget/react': source('react/index.ts'), '@nodai/widget': source('index.ts') },
    define: { 'process.env.NODE_ENV': '"production"' },
    jsx: 'automatic',
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
  });
  return stage.site.put({ script: built.outputFiles[0]?.text ?? '' });
}

test('the script tag puts a launcher into the page, and the tag below it a box', async () => {
  const tags = await filledIn(sample('html', '<script'));
  expect(tags).toContain('async></script>');
  const { page, calls } = await stage.visit({ head: '', body: tags });
  await page.getByRole('button', { name: en.launcher }).click();
  for (const selector of ['nodai-query[mode=floating]', 'nodai-query:not([mode])'])
    expect(await new Box(page, page.locator(selector)).answerTo(QUESTION)).toContain(ANSWER);
  expect(calls).toHaveLength(2);
});

test('the script tag alone needs no touch of the page, and asks for two files', async () => {
  const [tag = ''] = /<script src[\s\S]*?<\/script>/.exec(await filledIn(sample('html', '<script'))) ?? [];
  const { page } = await stage.go('about:blank');
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  await page.goto(stage.put({ head: tag, body: '<p>Shop' }));
  const launcher = page.getByRole('button', { name: en.launcher });
  await launcher.waitFor();
  expect(files.filter((path) => path.startsWith('/widget/'))).toEqual([
    '/widget/nodai-widget.js',
    '/widget/nodai-query.js',
  ]);
});

test('a file that is pinned by its hash is taken, and one with another hash is not', async () => {
  const manifest = await (await fetch(`${stage.service.baseUrl}/widget/manifest.json`)).json();
  const { url, integrity } = manifest.files['nodai-query.js'];
  const key = await stage.service.publishableKey(stage.site.origin);
  const body = `<nodai-query workflow="wf_support" api-key="${key}" api-url="${stage.service.baseUrl}"></nodai-query>`;
  const head = (hash: string): string =>
    `<script type="module" crossorigin integrity="${hash}" src="${stage.service.baseUrl}${url}"></script>`;
  const { box } = await stage.visit({ head: head(integrity), body });
  await box.answerTo(QUESTION);
  const other = await stage.go('about:blank');
  const refused = other.page.waitForEvent('console', (message) => message.text().includes('integrity'));
  await other.page.goto(stage.put({ head: head(`sha384-${'A'.repeat(64)}`), body }));
  await refused;
  expect(await other.page.evaluate(() => customElements.get('nodai-query'))).toBeUndefined();
  other.faults.length = 0;
});

test("sessions come from the page's own backend by getToken", async () => {
  const { page, box, calls } = await stage.visit(
    `<nodai-query workflow="wf_support" api-url="${stage.service.baseUrl}"></nodai-query>`,
  );
  const session = await stage.service.owner.clientSessions.create({
    workflow_id: 'wf_support',
    origin: stage.site.origin,
  });
  await page.route('**/my-backend/session', (route) => route.fulfill({ json: session }));
  await page.evaluate(
    `{ const element = document.querySelector('nodai-query'); ${sample('js', '/my-backend/session')} }`,
  );
  await box.answerTo(QUESTION);
  expect(calls[0]?.headers['x-api-key']).toBe(session.secret);
});

test('a transport of the page replaces the service', async () => {
  const { page, box, calls } = await stage.visit('<nodai-query workflow="wf_support"></nodai-query>');
  await page.evaluate(`{ const element = document.querySelector('nodai-query'); ${sample('js', 'transport')} }`);
  expect(await box.answerTo('Is anybody there?')).toBe('You asked: Is anybody there?');
  await box.element.getByRole('button', { name: en.helpful, exact: true }).click();
  await box.element.getByRole('status').filter({ hasText: en.thanks }).waitFor();
  expect(calls).toEqual([]);
});

test('the React component asks with the sessions that it is given, and tells of answers', async () => {
  const [imported = '', , rendered = ''] = sample('tsx', '<NodaiQuery').split('\n');
  const { secret } = await stage.service.owner.clientSessions.create({
    workflow_id: 'wf_support',
    origin: stage.site.origin,
  });
  const element = rendered.replace(/;$/, '').replace('<NodaiQuery', `<NodaiQuery apiUrl="${stage.service.baseUrl}"`);
  const script = await bundled(`
    import { createRoot } from 'react-dom/client';
    ${imported}
    const fetchSession = async () => ({ secret: '${secret}' });
    createRoot(document.querySelector('main')).render(${element});`);
  const { page, box } = await stage.visit({
    head: '',
    body: `<main></main><script type="module" src="${script}"></script>`,
  });
  const logged = page.waitForEvent('console', (message) => message.type() === 'log');
  expect(await box.answerTo(QUESTION)).toContain(ANSWER);
  expect((await logged).text()).toContain('Open Settings');
});

test('the custom properties and parts that are named are those that there are', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../../custom-elements.json', import.meta.url), 'utf8'));
  const [element] = manifest.modules.flatMap((module: { declarations?: { tagName?: string }[] }) =>
    (module.declarations ?? []).filter(({ tagName }) => tagName === 'nodai-query'),
  );
  const look = /## Look\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
  for (const { name } of [...element.cssProperties, ...element.cssParts]) expect(look).toContain(name);
  const { page, box } = await stage.visit('<nodai-query workflow="wf_support"></nodai-query>');
  await page.evaluate(`{ const element = document.querySelector('nodai-query'); ${sample('js', 'transport')} }`);
  await page.addStyleTag({
    content: 'nodai-query { --nodai-background: rgb(1, 2, 3) } nodai-query::part(heading) { color: rgb(4, 5, 6) }',
  });
  await box.answerTo(QUESTION);
  const style = (part: string, property: string): Promise<string> =>
    box.element
      .locator(`[part~=${part}]`)
      .first()
      .evaluate((it, name) => getComputedStyle(it).getPropertyValue(name), property);
  expect(await style('panel', 'background-color')).toBe('rgb(1, 2, 3)');
  expect(await style('heading', 'color')).toBe('rgb(4, 5, 6)');
  expect(await textOf(box.answers)).toContain('You asked');
});
