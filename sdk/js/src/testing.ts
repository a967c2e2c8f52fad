/** For tests: a fetch that answers from the contract or what it is told; the reference server, and its controls. */

import { EXAMPLES, type Example, PROBLEMS } from './_generated/examples.ts';
import type { MockResource } from './_generated/mock.ts';
import { MOCK_OPERATIONS } from './_generated/operations.ts';
import { bytes } from './core/bytes.ts';
import { page } from './core/pages.ts';
import { attach } from './core/resources.ts';
import type { Caller, Fetch } from './core/types.ts';

export type * from './_generated/mock.ts';

/** One answer of a stub. What it leaves out is the contract's own example for the operation, or for the error. */
export interface StubAnswer {
  /** From 400 on, an error: the contract's first example with this status, unless `json` says more. */
  status?: number | undefined;
  /** The code of an error, e.g. `cost_limit_exceeded`: the contract's example of it, with its status. */
  code?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  json?: unknown;
  /** Each becomes one event; their ids count from 1. */
  events?: readonly { readonly type: string }[] | undefined;
  /** What `fetch` throws instead of an answer. */
  error?: Error | undefined;
}

export interface StubRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * A fetch for `new NodAI({ fetch })`. It keeps what it was asked in `requests`.
 *
 * `stubFetch()` answers every request with the contract's own example for its operation. Told answers are given one
 * after the other, and a request more than these throws; an answer may leave out what the contract has an example for:
 * `stubFetch({ status: 503 }, {})` fails once and then answers the example. Errors are repeated by the client as ever:
 * set `maxRetries: 0` where a test is about the error.
 */
export function stubFetch(...answers: readonly StubAnswer[]): Fetch & { readonly requests: readonly StubRequest[] } {
  const requests: StubRequest[] = [];
  for (const { code } of answers) if (code && !PROBLEMS[code]) throw new Error(`The contract has no error ${code}.`);
  const answer = async (url: string, init: RequestInit): Promise<Response> => {
    const method = init.method ?? 'GET';
    const told = answers.length ? answers[requests.length] : {};
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    requests.push({ method, url, headers: new Headers(init.headers), body });
    if (!told) throw new Error(`The stub has no answer for request ${requests.length}: ${method} ${url}`);
    if (told.error) throw told.error;
    const { status, json, text, events } = completed(told, method, url);
    const frames = events?.map(
      (event, at) => `id: ${at + 1}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    const sent = frames?.join('') ?? text ?? (json === undefined ? null : JSON.stringify(json));
    const kind = frames ? 'text/event-stream' : status < 400 ? 'application/json' : 'application/problem+json';
    const headers = { 'content-type': text === undefined ? kind : 'text/plain', ...told.headers };
    return new Response(sent, { status, headers });
  };
  return Object.assign(answer, { requests });
}

interface Completed extends StubAnswer {
  status: number;
  text?: string | undefined;
}

/** The answer with what the contract shows, where it says no more than a status or a code. */
function completed(told: StubAnswer, method: string, url: string): Completed {
  const { status = 200, code } = told;
  if (told.json !== undefined || told.events) return { ...told, status };
  if (code !== undefined || status >= 400) {
    const problem = code === undefined ? Object.values(PROBLEMS).find((one) => one.status === status) : PROBLEMS[code];
    return problem ? { status: told.status ?? problem.status, json: problem } : { status };
  }
  if (status >= 300 || status === 204) return { status };
  const example = exampleOf(method, url);
  if (!example) throw new Error(`The contract has no ${method} ${url}`);
  return { ...example, status: told.status ?? example.status };
}

/** The contract's answer to a request; the address of the server may have a path of its own. */
function exampleOf(method: string, url: string): Example | undefined {
  const { pathname } = new URL(url);
  const found = Object.keys(EXAMPLES).find((route) => {
    const [its, path = ''] = route.split(' ');
    return its === method && RegExp(`${path.replaceAll('.', '\\.').replaceAll('{}', '[^/]+')}$`).test(pathname);
  });
  return EXAMPLES[found ?? ''];
}

/**
 * The controls of a mock server: its clock, faults, journal and snapshots. No hosted server has them, so that they are
 * not among a client's resources: `mockControls(client).clock.advance({ duration: 'PT1H' })`.
 */
export function mockControls(client: Caller): MockResource {
  const controls: Caller & { mock?: MockResource } = Object.create(client);
  attach(controls, MOCK_OPERATIONS, { bytes, page });
  return controls.mock as MockResource;
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
  const [{ spawn }, { createServer }, { default: events }] = await Promise.all([
    import('node:child_process'),
    import('node:net'),
    import('node:events'),
  ]);
  const probe = createServer();
  const listening = events.once(probe as never, 'listening');
  probe.listen(0, '127.0.0.1');
  await listening;
  const address = probe.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => probe.close(resolve));
  const command = options.command ?? process.env.NODAI_MOCK ?? 'nodai-mock';
  const child = spawn(command, ['serve', '--port', String(port), '--database-url', 'sqlite://'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = events.once(child as never, 'exit').catch(() => undefined);
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
