/** The runtimes that the suite is run on, how each is started, and whether it is installed. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Host } from './control.js';

/** A runtime at work: its output so far, and its end. */
export interface Running {
  readonly output: () => string;
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export interface Runtime {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly command: string;
  readonly installed: boolean;
  /** The module that is bundled for it. */
  readonly module: (suite: string) => string;
  readonly start: (bundle: string, folder: string, host: Host) => Promise<Running>;
}

const FOLDER = fileURLToPath(new URL('../../runtimes/', import.meta.url));
const PINS: Record<string, string> = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8')).optionalDependencies;
const atOnce = (suite: string): string => `import { runSuite } from './entry.js';\nawait ${suite};\nglobalThis.process?.exit?.(0);`; // biome-ignore format: one line
const onRequest = (suite: string): string =>
  `import { runSuite } from './entry.js';\nexport default { fetch: async () => { await ${suite}; return new Response(); } };`;
const inPage = (suite: string): string => `import { runSuite } from './entry.js';\nawait ${suite};`;

function works(command: string): boolean {
  return existsSync(command) && spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function pinned(name: string, kind: string, pin: string, program: string, args: string[]): Runtime {
  const command = `${FOLDER}node_modules/${pin}/${program}`;
  const version = PINS[pin]?.replace(/^npm:.*@/, '') ?? '';
  const start = async (bundle: string): Promise<Running> => watched(spawn(command, [...args, bundle]));
  return { name, kind, version, command, installed: works(command), module: atOnce, start };
}

function watched(child: ChildProcess): Running {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece) => {
      text += String(piece);
    });
  }
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { output: () => text, ended, stop };
}

/** The network is its own service there: loopback has to be allowed. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "suite", worker = (
      modules = [(name = "suite", esModule = embed "bundle.mjs")],
      compatibilityDate = "2026-11-01",
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["local", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);
`;

async function startWorkerd(command: string, folder: string): Promise<Running> {
  await writeFile(join(folder, 'suite.capnp'), CONFIG);
  const args = ['serve', '--control-fd=3', join(folder, 'suite.capnp')];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const running = watched(child);
  const port = new Promise<number>((resolve) => {
    let told = '';
    child.stdio[3]?.on('data', (piece) => {
      told += String(piece);
      const found = /"event":"listen".*"port":(\d+)/.exec(told)?.[1];
      if (found) resolve(Number(found));
    });
  });
  const listening = await Promise.race([port, running.ended.then(() => undefined)]);
  if (!listening) throw new Error(`workerd did not start: ${running.output()}`);
  const answered = fetch(`http://127.0.0.1:${listening}/`).then(
    (response) => response.text(),
    (error: unknown) => error,
  );
  return { ...running, ended: Promise.race([answered, running.ended]) };
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

async function startChromium(command: string, name: string, host: Host): Promise<Running> {
  const browser = await chromium.launch({ executablePath: command, args: FLAGS });
  const page = await browser.newPage();
  let text = '';
  const note = (piece: string): void => {
    text += `${piece}\n`;
  };
  page.on('console', async (message) => {
    note(message.text());
    for (const value of message.args()) note(String(await value.evaluate(String).catch(() => '')));
  });
  const ended = new Promise((resolve) => {
    page.on('pageerror', (error) => resolve(note(String(error))));
    page.on('crash', () => resolve(note('the page crashed')));
  });
  await page.goto(`${host.control}/page/${name}`);
  return { output: () => text, ended, stop: () => browser.close() };
}

function browser(): Runtime {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = BROWSERS.flatMap((one) => folders.map((folder) => join(folder, one))).find((one) => existsSync(one));
  const command = process.env.NODAI_CHROMIUM ?? found ?? '';
  const told = command ? spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout : '';
  const version = /\d[\d.]+/.exec(told ?? '')?.[0] ?? '';
  const start = (_bundle: string, _folder: string, host: Host): Promise<Running> =>
    startChromium(command, 'chromium', host);
  return { name: 'chromium', kind: 'chromium', version, command, installed: version !== '', module: inPage, start };
}

function worker(): Runtime {
  const told = pinned('workerd', 'workerd', '@cloudflare/workerd-linux-64', 'bin/workerd', []);
  return { ...told, module: onRequest, start: (_bundle, folder) => startWorkerd(told.command, folder) };
}

export const RUNTIMES: readonly Runtime[] = [
  pinned('node22', 'node', 'node-22', 'bin/node', []),
  pinned('node24', 'node', 'node-24', 'bin/node', []),
  pinned('bun', 'bun', '@oven/bun-linux-x64-baseline', 'bin/bun', ['run']),
  pinned('deno', 'deno', '@deno/linux-x64-glibc', 'deno', ['run', '--allow-all', '--quiet']),
  worker(),
  browser(),
];
