/** The example backend of examples/session-backend, run as its README says: Flask and the Python SDK. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Listener } from './listener.js';

const folder = fileURLToPath(new URL('../../../examples/session-backend/', import.meta.url));
const local = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url));
const python = process.env.NODAI_PYTHON ?? (existsSync(local) ? local : 'python3');

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
    const child = spawn(python, ['app.py'], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODAI_API_KEY: apiKey, NODAI_BASE_URL: baseUrl, ...settings },
      stdio: ['ignore', 'ignore', 'pipe'],
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
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

async function freeOrigin(): Promise<string> {
  const probe = await Listener.start(() => undefined);
  await probe.stop();
  return probe.origin;
}
