/** Starts the reference server once for all test files, and makes what they share. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startMockServer } from '../../src/testing.js';

/** The reference server, and its demo keys; undefined where it is not installed. */
export interface Mock {
  readonly command: string;
  readonly url: string;
  readonly secretKey: string;
  readonly publishableKey: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    mock: Mock | undefined;
  }
}

const LOCAL = fileURLToPath(new URL('../../../../.venv/bin/nodai-mock', import.meta.url));

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const command = process.env.NODAI_MOCK ?? (existsSync(LOCAL) ? LOCAL : 'nodai-mock');
  const demo = spawnSync(command, ['demo', '--format', 'json'], { encoding: 'utf8' });
  if (demo.status !== 0 && process.env.CI !== 'true') {
    console.warn(`${command} is not installed: what needs the reference server is skipped.`);
    project.provide('mock', undefined);
    return undefined;
  }
  const keys = JSON.parse(demo.stdout) as { secret_key: string; publishable_key: string };
  const server = await startMockServer({ command, timeout: 60_000 });
  const { secret_key: secretKey, publishable_key: publishableKey } = keys;
  project.provide('mock', { command, url: server.baseUrl, secretKey, publishableKey });
  return server.stop;
}
