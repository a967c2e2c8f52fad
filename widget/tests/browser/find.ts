/** What the suites need from the machine: Chromium, the reference server and the built widget; each found, or said to be missing. */

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Screenshots and reports; git does not keep them. */
export const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url));
const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome'];

export interface Found {
  chromium: string;
  server: string;
}

/** The programs, or in words what is missing and how to get it. */
export function findPrograms(): Found | string {
  const chromium = process.env.NODAI_CHROMIUM ?? onPath(CHROMIUMS);
  if (!chromium)
    return 'Chromium is missing: install it (Debian: apt install chromium), or name its path in NODAI_CHROMIUM';
  const own = join(WORKSPACE, '.venv/bin/nodai-mock');
  const server = process.env.NODAI_MOCK ?? (existsSync(own) ? own : onPath(['nodai-mock']));
  if (!server) return 'nodai-mock is missing: run make setup, or name its path in NODAI_MOCK';
  if (!existsSync(join(DIST, 'nodai-query.js'))) return 'The widget is not built: run npm run build in widget/';
  return { chromium, server };
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
