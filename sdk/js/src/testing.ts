/** For tests: a fetch that answers what it is told, and a fixture that starts the reference server. Needs Node for the latter. */

import type { Fetch } from './core/types.js';

/** One answer of a stub: JSON, or the events of a stream, or an error to throw. */
export interface StubAnswer {
  status?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  json?: unknown;
  /** Each becomes one event; their ids count from 1. */
  events?: readonly { readonly type: string }[] | undefined;
  error?: Error | undefined;
}

export interface StubRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A fetch for `new NodAI({ fetch })` that gives one answer after the other, and keeps what it was asked. */
export function stubFetch(...answers: readonly StubAnswer[]): Fetch & { readonly requests: readonly StubRequest[] } {
  const requests: StubRequest[] = [];
  const answer = async (url: string, init: RequestInit): Promise<Response> => {
    const told = answers[requests.length];
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    requests.push({ method: init.method ?? 'GET', url, headers: new Headers(init.headers), body });
    if (!told) throw new Error(`The stub has no answer for request ${requests.length}: ${init.method} ${url}`);
    if (told.error) throw told.error;
    const status = told.status ?? 200;
    const frames = told.events?.map(
      (event, at) => `id: ${at + 1}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    const text = frames?.join('') ?? (told.json === undefined ? null : JSON.stringify(told.json));
    const kind = frames ? 'text/event-stream' : status < 400 ? 'application/json' : 'application/problem+json';
    return new Response(text, { status, headers: { 'content-type': kind, ...told.headers } });
  };
  return Object.assign(answer, { requests });
}

export interface MockServerOptions {
  /** The program; else `NODAI_MOCK`, else `nodai-mock` of the PATH. */
  command?: string | undefined;
  /** How long it may take to start; 20 000 ms unless told. */
  timeout?: number | undefined;
}

export interface MockServer {
  readonly baseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts `nodai-mock serve` on a free port of this machine; stop it when the tests are done. */
export async function startMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const [{ spawn }, { createServer }] = await Promise.all([import('node:child_process'), import('node:net')]);
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  const command = options.command ?? process.env.NODAI_MOCK ?? 'nodai-mock';
  const child = spawn(command, ['serve', '--port', String(port), '--database-url', 'sqlite://'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  let told = '';
  let running = true;
  child.stderr.on('data', (piece) => {
    told = (told + String(piece)).slice(-2000);
  });
  void ended.then(() => {
    running = false;
  });
  const stop = async (): Promise<void> => {
    if (running) child.kill('SIGTERM');
    await ended;
  };
  const baseUrl = `http://127.0.0.1:${port}`;
  const until = Date.now() + (options.timeout ?? 20_000);
  while (running && Date.now() < until) {
    const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return { baseUrl, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${command} did not start. ${told}`);
}
