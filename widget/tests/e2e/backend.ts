/** The example backend of examples/session-backend, in the words of its README: Flask and the Python SDK. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Listener } from './listener.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const local = `${root}.venv/bin/python`;
const python = process.env.NODAI_PYTHON ?? (existsSync(local) ? local : 'python3');
const readme = readFileSync(`${root}examples/session-backend/README.md`, 'utf8');

export interface BackendOptions {
  apiKey: string;
  baseUrl: string;
  /** How long its sessions live. */
  sessionSeconds?: number;
  /** Where to serve; a free port unless told. */
  origin?: string;
}

export class Backend {
  readonly origin: string;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(origin: string, child: ChildProcess) {
    this.origin = origin;
    this.#child = child;
  }

  /** Its standard error, where it says why there is no session. */
  get log(): string {
    return this.#log;
  }

  static async start({ apiKey, baseUrl, sessionSeconds = 300, ...given }: BackendOptions): Promise<Backend> {
    const origin = given.origin ?? (await freeOrigin());
    const settings = { SITE_ORIGIN: origin, SITE_SESSION_SECONDS: String(sessionSeconds) };
    const env = { NODAI_API_KEY: apiKey, NODAI_BASE_URL: baseUrl, ...settings };
    return Backend.#run(origin, [python, 'examples/session-backend/app.py'], env);
  }

  /** By the commands that the README gives, for a server on this port. */
  static async startAsTold(port: string): Promise<Backend> {
    const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
    const origin = await freeOrigin();
    return Backend.#run(origin, ['bash', '-euc', commands], { NODAI_PORT: port, SITE_ORIGIN: origin });
  }

  static async #run(origin: string, [program = '', ...words]: string[], env: Record<string, string>): Promise<Backend> {
    const child = spawn(program, words, {
      cwd: root,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A shell and what it started end together.
      detached: true,
    });
    const backend = new Backend(origin, child);
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`The example did not start.\n${backend.#log}`)));
      child.stderr?.on('data', (piece) => {
        backend.#log += String(piece);
        if (backend.#log.includes('Running on')) resolve();
      });
    });
    return backend;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // Not `exit`: that is the shell's, and the port is free when the backend is gone, too.
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    if (this.#child.pid) process.kill(-this.#child.pid, 'SIGTERM');
    await ended;
  }
}

async function freeOrigin(): Promise<string> {
  const probe = await Listener.start(() => undefined);
  await probe.stop();
  return probe.origin;
}
