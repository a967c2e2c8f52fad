/** What a runtime talks to besides the servers under test: its world, its scripts, its results. */

import { createServer, type IncomingMessage } from 'node:http';
import type { World } from '../suite/bench.js';
import type { Step } from '../suite/steps.js';
import { FaultServer } from './faults.js';

/** What became of one case. */
export interface Result {
  readonly name: string;
  readonly fault?: string;
  readonly milliseconds: number;
}

export interface Host {
  readonly control: string;
  readonly faults: string;
  /** A page of this origin may call the others. */
  readonly origin: string;
  /** What runtimes have told so far, by their names. */
  readonly results: Map<string, Result[]>;
  /** What each runtime is to run, and in what world. */
  readonly worlds: Map<string, World>;
  readonly scripts: Map<string, string>;
  readonly stop: () => Promise<void>;
}

const PAGE = (name: string): string => `<!doctype html><meta charset="utf-8"><title>${name}</title>
<script type="module" src="/bundle/${name}"></script>`;

/** A fault server, and the server by which runtimes and tests command it. */
export async function startHost(): Promise<Host> {
  const faulty = new FaultServer();
  const faults = await faulty.start();
  const results = new Map<string, Result[]>();
  const worlds = new Map<string, World>();
  const scripts = new Map<string, string>();

  const answer = async (path: string, body: string): Promise<unknown> => {
    const [, kind = '', name = ''] = path.split('/');
    if (kind === 'script') return String(faulty.add(JSON.parse(body) as Step[]));
    if (kind === 'seen') return faulty.seen(Number(name));
    if (kind === 'break') return faulty.breakOff(Number(name), body === 'reset');
    if (kind === 'world') return worlds.get(name);
    if (kind === 'fault') return addFault(worlds, body);
    if (kind !== 'results') return undefined;
    // One result a line, as it comes: what a runtime has told before it dies is not lost.
    const lines = body.split('\n').filter(Boolean);
    results.set(name, [...(results.get(name) ?? []), ...lines.map((line) => JSON.parse(line) as Result)]);
    return lines.length;
  };
  const server = createServer(async (request, response) => {
    const [, kind = '', name = ''] = (request.url ?? '').split('/');
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
    if (kind === 'page') return void response.setHeader('Content-Type', 'text/html').end(PAGE(name));
    if (kind === 'bundle') return void response.setHeader('Content-Type', 'text/javascript').end(scripts.get(name));
    const told = await answer(request.url ?? '', await text(request)).catch((error: unknown) => error);
    const status = told === undefined || told instanceof Error ? 404 : 200;
    response.writeHead(status, { 'Content-Type': 'application/json', ...cors });
    response.end(JSON.stringify(told instanceof Error ? String(told) : (told ?? null)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await Promise.all([faulty.stop(), new Promise((resolve) => server.close(resolve))]);
  };
  const control = `http://127.0.0.1:${port}`;
  return { control, faults, origin: control, results, worlds, scripts, stop };
}

/** For pages, whose key may not do this. */
async function addFault(worlds: Map<string, World>, body: string): Promise<unknown> {
  const world = [...worlds.values()][0];
  const headers = { 'X-API-Key': world?.secretKey ?? '', 'Content-Type': 'application/json' };
  const answered = await fetch(`${world?.mock}/_mock/faults`, { method: 'POST', headers, body });
  if (!answered.ok) throw new Error(`the server refused the fault: ${await answered.text()}`);
  return answered.json();
}

async function text(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
