/** In React: rendered on the server without the element, hydrated without a complaint, props and handlers kept up to date. */

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BuildResult, build } from 'esbuild';
import { beforeAll, expect, inject, test } from 'vitest';
import { OUTPUT } from './find.js';
import { openHouse, type Visit } from './harness.js';
import type { Settings } from './react/app.js';

const house = openHouse();
const FOLDER = fileURLToPath(new URL('react/', import.meta.url));
const run = promisify(execFile);

/** As a bundler makes it: development builds, since only they complain. */
function bundle(entry: string, platform: 'node' | 'browser'): Promise<BuildResult<{ metafile: true; write: false }>> {
  return build({
    entryPoints: [join(FOLDER, entry)],
    bundle: true,
    splitting: platform === 'node',
    format: 'esm',
    platform,
    outdir: join(OUTPUT, 'react'),
    outExtension: { '.js': '.mjs' },
    define: { 'process.env.NODE_ENV': '"development"' },
    // React's server part is CommonJS and asks for Node's modules.
    ...(platform === 'node' ? { packages: 'external' as const } : {}),
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
}

let client = '';
let server = '';

beforeAll(async () => {
  if (inject('house').missing) return;
  const [forBrowser, forNode] = await Promise.all([bundle('client.ts', 'browser'), bundle('server.ts', 'node')]);
  client = forBrowser.outputFiles[0]?.text ?? '';
  for (const { path, contents } of forNode.outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  server = join(OUTPUT, 'react', 'server.mjs');
});

async function render(settings: Settings): Promise<string> {
  const { stdout } = await run(process.execPath, [server, JSON.stringify(settings)]);
  return stdout;
}

async function enter(): Promise<Visit> {
  const world = house.world();
  const session = await world.session('wf_support');
  const settings = { apiUrl: world.url, workflow: 'wf_support', session };
  const html = await render(settings);
  const data = `<script type="application/json" id="settings">${JSON.stringify(settings)}</script>`;
  const script = `<script type="module" src="${house.site.put({ script: client })}"></script>`;
  const visit = await house.open({ world, body: `<div id="app">${html}</div>${data}`, extra: script });
  await visit.part('launcher').waitFor();
  return visit;
}

function heard(visit: Visit): Promise<string[]> {
  return visit.page.locator('#heard li').allTextContents();
}

function expectNoComplaint({ heard: { console, errors, violations } }: Visit): void {
  const complaints = console.filter(({ type }) => type === 'error' || type === 'warning');
  expect({ complaints, errors, violations }).toEqual({ complaints: [], errors: [], violations: [] });
}

test('the server renders the tag with its attributes, and nothing of the element', async () => {
  const session = { secret: 'nk_ses_x', expires_at: '2027-01-01T00:00:00Z' };
  const html = await render({ apiUrl: 'https://api.example', workflow: 'wf_support', session });
  const tag = /<nodai-query[^>]*><\/nodai-query>/.exec(html)?.[0];
  for (const part of [
    'id="query"',
    'class="query"',
    'workflow="wf_support"',
    'api-url="https://api.example"',
    'mode="floating"',
    'heading="Round 1"',
    'text-send="Go"',
    'no-store=""',
  ])
    expect(tag).toContain(part);
  expect(html).not.toContain('nk_ses_');
});

test('importing the wrapper on a server brings in nothing of the element', async () => {
  const told =
    'import { writeSync } from "node:fs";' +
    'export const load = (url, context, next) => { writeSync(1, url + "\\n"); return next(url, context); };';
  const code = `
    import { register } from 'node:module';
    register('data:text/javascript,${encodeURIComponent(told)}');
    await import('@nodai/widget/react');`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: FOLDER });
  expect(stdout).toContain('/react/');
  const own = stdout.split('\n').filter((url) => url.includes('/widget/dist/'));
  expect(own).toEqual([expect.stringMatching(/\/dist\/react\/index\.js$/)]);
});

test('the browser takes over without a complaint, and the app hears each event once', async () => {
  const visit = await enter();
  await visit.part('launcher').click();
  expect(await visit.part('send').textContent()).toBe('Go');
  await visit.ask('How do I reset my password?');
  await visit.until('answered');
  await visit.part('up').click();
  await visit.part('close').click();
  await expect
    .poll(() => heard(visit))
    .toEqual([
      'open in round 1',
      'ask How do I reset my password? in round 1',
      'token for none in round 1',
      'answer Open Settings in round 1',
      'rated up in round 1',
      'close in round 1',
    ]);
  expectNoComplaint(visit);
});

test('a handler and an attribute are always those of the last render', async () => {
  const visit = await enter();
  await visit.page.getByRole('button', { name: 'Next round' }).click();
  await expect.poll(() => visit.part('heading').textContent()).toBe('Round 2');
  await visit.page.getByRole('button', { name: 'Ask by ref' }).click();
  await visit.until('answered');
  await expect.poll(() => heard(visit)).toContain('answer Open Settings in round 2');
  expect((await heard(visit)).filter((what) => what.endsWith('round 1'))).toEqual([]);
  expectNoComplaint(visit);
});

test('a widget that is taken away and brought back works as before, and hears nothing twice', async () => {
  const visit = await enter();
  const toggle = visit.page.getByRole('button', { name: 'Hide or show' });
  for (const count of [0, 1, 0, 1]) {
    await toggle.click();
    await expect.poll(() => visit.widget.count()).toBe(count);
  }
  await visit.page.getByRole('button', { name: 'Ask by ref' }).click();
  await visit.until('answered');
  await expect.poll(() => heard(visit)).toContain('answer Open Settings in round 1');
  expect((await heard(visit)).filter((what) => what.startsWith('answer'))).toHaveLength(1);
  expectNoComplaint(visit);
});
