/** The SDK against the reference server. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NodAIBrowser } from '../src/browser.js';
import { NodAI, type NodAIError } from '../src/index.js';
import { type MockServer, startMockServer } from '../src/testing.js';

const local = fileURLToPath(new URL('../../../.venv/bin/nodai-mock', import.meta.url));
const command = process.env.NODAI_MOCK ?? (existsSync(local) ? local : 'nodai-mock');
const there = spawnSync(command, ['--help']).status === 0;

describe.skipIf(!there && process.env.CI !== 'true')('against nodai-mock (skipped where it is not installed)', () => {
  let server: MockServer;
  let keys: Record<string, string>;

  beforeAll(async () => {
    server = await startMockServer({ command });
    keys = JSON.parse(spawnSync(command, ['demo', '--format', 'json'], { encoding: 'utf8' }).stdout);
  });
  afterAll(async () => server?.stop());

  const client = (): NodAI => new NodAI({ apiKey: keys.secret_key, baseUrl: server.baseUrl });

  test('a query answers with its cost and limits', async () => {
    const run = await client().queryWorkflow('wf_support', 'How do I reset my password?');
    expect(run.status).toBe('completed');
    expect(run.meta.costUsd).toBe(run.cost_usd);
    expect(run.meta.requestId).toMatch(/^req_/);
    expect(run.meta.rateLimit.remaining).toBeGreaterThan(0);
  });

  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const samples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string);
  const runnable = samples.filter((text) => !text.includes('document.'));
  const source = fileURLToPath(new URL('../src', import.meta.url));

  test.each(runnable.map((text, at) => [at + 1, text] as const))('sample %i of the README runs', async (_, text) => {
    const alias = {
      '@nodai/sdk/funcs': `${source}/_generated/funcs`,
      '@nodai/sdk/testing': `${source}/testing.ts`,
      '@nodai/sdk/webhooks': `${source}/webhooks.ts`,
      '@nodai/sdk': `${source}/index.ts`,
    };
    const stdin = { contents: text, resolveDir: source, loader: 'ts' as const };
    const built = await build({ stdin, alias, bundle: true, write: false, format: 'esm', platform: 'node' });
    const env = { ...process.env, NODAI_API_KEY: keys.secret_key, NODAI_BASE_URL: server.baseUrl, NODAI_MOCK: command };
    const input = built.outputFiles[0]?.text ?? '';
    const ended = spawnSync(process.execPath, ['--input-type=module', '-'], { input, env, encoding: 'utf8' });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
  });

  test('an unknown key is refused', async () => {
    const call = client().queryWorkflow('wf_support', 'Hi', { apiKey: `${keys.secret_key}0` });
    const error = (await call.catch((error: unknown) => error)) as NodAIError;
    expect(error).toMatchObject({ name: 'MalformedApiKey', code: 'malformed_api_key', status: 401 });
  });

  test('a page streams an answer and rates it', async () => {
    const origin = { headers: { origin: server.baseUrl } };
    const page = new NodAIBrowser({ publishableKey: keys.publishable_key, baseUrl: server.baseUrl, ...origin });
    const stream = page.workflows.stream('wf_support', { input: 'How do I reset my password?' });
    let text = '';
    for await (const event of stream) if (event.type === 'output.delta') text += event.delta;
    const run = await stream.finalRun();
    expect(text).toBe(run.output);
    expect((await page.runs.feedback(run.id, { rating: 'up' })).rating).toBe('up');
  });
});
