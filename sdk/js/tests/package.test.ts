/** What a registry would get: whole, resolvable in every mode, and at work on every runtime. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE, type Packed, pack, run } from './host/packed.js';
import { RUNTIMES } from './host/runtimes.js';

const ENTRIES = ['', '/browser', '/webhooks', '/sse', '/testing', '/funcs/workflows-query'];
const CI = process.env.CI === 'true';
let packed: Packed;

beforeAll(() => {
  packed = pack();
});
afterAll(() => packed?.remove());

test('publint finds nothing to say', () => {
  expect(run('publint', ['run', packed.tarball, '--strict'], PACKAGE)).toContain('All good!');
});

test('attw finds no problem in node10, node16 from CJS and from ESM, and bundlers', () => {
  const functions = readdirSync(join(PACKAGE, 'src/_generated/funcs')).map((name) => `funcs/${name.slice(0, -3)}`);
  expect(functions.length).toBeGreaterThan(40);
  const told = run('attw', [packed.tarball, '--format', 'json', '--include-entrypoints', ...functions], PACKAGE);
  const { analysis } = JSON.parse(told) as { analysis: { problems: unknown[]; entrypoints: Record<string, unknown> } };
  expect(analysis.problems).toEqual([]);
  expect(Object.keys(analysis.entrypoints).length).toBeGreaterThan(functions.length);
});

test('the package holds what it ships, and nothing else', () => {
  const listed = run('/usr/bin/env', ['tar', '-tzf', packed.tarball], PACKAGE).trim().split('\n');
  const strange = listed.filter(
    (name) => !/^package\/(dist\/.+\.c?js|dist\/.+\.d\.c?ts|[\w.]+\.(md|json))$/.test(name),
  );
  expect(strange).toEqual([]);
  const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
});

/** Both ways to load every entry, and one call through the package as it is installed. */
const SCRIPT = `
const names = async (load) => JSON.stringify(await Promise.all(${JSON.stringify(ENTRIES)}.map(async (one) =>
  Object.keys(await load('@nodai/sdk' + one)).filter((name) => name !== 'default' && name !== 'module.exports').sort())));
const { createRequire } = await import('node:module');
const required = createRequire(import.meta.url);
const esm = await names((path) => import(path));
const cjs = await names(async (path) => required(path));
if (esm !== cjs) throw new Error(esm + ' by import, ' + cjs + ' by require');
const { NodAI } = await import('@nodai/sdk');
const { stubFetch } = required('@nodai/sdk/testing');
const fetch = stubFetch({ json: { id: 'run_1', cost_usd: '0.1' } });
const run = await new NodAI({ apiKey: 'nk_1', fetch }).queryWorkflow('wf_1', 'Hi');
console.log(run.id, run.meta.costUsd, JSON.parse(esm).flat().length > 20);
`;
const loaders = RUNTIMES.filter(({ kind }) => ['node', 'bun', 'deno'].includes(kind));

describe.each(loaders.map((runtime) => [`${runtime.name} ${runtime.version}`, runtime] as const))(
  '%s',
  (_, runtime) => {
    test.skipIf(!runtime.installed && !CI)('loads every entry by import and by require, and calls', async () => {
      const script = join(packed.project, 'script.mjs');
      writeFileSync(script, SCRIPT);
      const running = await runtime.start(script, packed.project, {} as never);
      await running.ended;
      expect(running.output()).toBe('run_1 0.1 true\n');
    });
  },
);

test(`node ${process.versions.node} loads every entry by import and by require, and calls`, () => {
  writeFileSync(join(packed.project, 'script.mjs'), SCRIPT);
  expect(run(process.execPath, ['script.mjs'], packed.project)).toBe('run_1 0.1 true\n');
});

const deno = RUNTIMES.find(({ kind }) => kind === 'deno');
test.skipIf(!deno?.installed && !CI)('deno publish --dry-run finds nothing to say (skipped without Deno)', () => {
  const cache = mkdtempSync(join(tmpdir(), 'nodai-jsr-'));
  try {
    const env = { DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1' };
    const told = run(deno?.command ?? '', ['publish', '--dry-run', '--allow-dirty'], PACKAGE, env);
    expect(told).toContain('Success');
    expect(told).not.toMatch(/^\W*(warning|error)/im);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});
