/** The samples of the README, run as they stand against the reference server. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, inject, test } from 'vitest';
import { samples } from './host/samples.js';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));
const ALIAS = {
  '@nodai/sdk/funcs': `${SOURCE}/_generated/funcs`,
  '@nodai/sdk/testing': `${SOURCE}/testing.ts`,
  '@nodai/sdk/webhooks': `${SOURCE}/webhooks.ts`,
  '@nodai/sdk': `${SOURCE}/index.ts`,
};
const mock = inject('mock');
const runnable = samples().filter((text) => !text.includes('document.'));

describe.skipIf(!mock)('the README (skipped where nodai-mock is not installed)', () => {
  test.each(runnable.map((text, at) => [at + 1, text] as const))('sample %i runs', async (_, text) => {
    if (!mock) return;
    const stdin = { contents: text, resolveDir: SOURCE, loader: 'ts' as const };
    const built = await build({ stdin, alias: ALIAS, bundle: true, write: false, format: 'esm', platform: 'node' });
    const told = { NODAI_API_KEY: mock.secretKey, NODAI_BASE_URL: mock.url, NODAI_MOCK: mock.command };
    const input = built.outputFiles[0]?.text ?? '';
    const env = { ...process.env, ...told };
    const ended = spawnSync(process.execPath, ['--input-type=module', '-'], { input, env, encoding: 'utf8' });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
  });
});
