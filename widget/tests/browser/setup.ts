/** One Chromium, one reference server and one trap for all files of a project; vitest starts this before and ends it after them. */

import { startMockServer } from '@nodai/sdk/testing';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findPrograms } from './find.js';
import { startTrap } from './trap.js';

/** What the files are told. */
export interface Provided {
  /** Why they have to be skipped; null when everything is there. */
  missing: string | null;
  browser: string;
  server: string;
  trap: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    house: Provided;
  }
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findPrograms();
  if (typeof found === 'string') {
    if (process.env.CI) throw new Error(found);
    console.warn(`${project.name} tests are skipped. ${found}.`);
    project.provide('house', { missing: found, browser: '', server: '', trap: '' });
    return async () => {};
  }
  const trap = await startTrap();
  // A world is kept for each test, so that no test sees what another one has used up.
  process.env.NODAI_NAMESPACES ??= '10000';
  const server = await startMockServer({ command: found.server });
  // Loopback is never proxied, so the API and the pages are met as they are.
  const browser = await chromium.launchServer({
    executablePath: found.chromium,
    args: [...FLAGS, `--proxy-server=${trap.url}`],
  });
  const provided = { missing: null, browser: browser.wsEndpoint(), server: server.baseUrl, trap: trap.url };
  project.provide('house', provided);
  return async () => {
    await browser.close();
    await Promise.all([server.stop(), trap.stop()]);
  };
}
