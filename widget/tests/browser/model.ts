/** The model: an upstream that a workflow of the server forwards to, and that says what a test wants when the test wants it. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model says: pieces that stream, or a whole output, and its sources. */
export interface Script {
  pieces?: readonly string[];
  output?: unknown;
  sources?: readonly unknown[];
  /** `silent` never begins to answer, `open` begins and never ends. */
  ends?: 'silent' | 'open';
}

export interface Model {
  /** The engine of a workflow that asks for this script, or for the one that fits the question. */
  engine(script: Script | ((input: string) => Script)): Record<string, unknown>;
  /** How many questions are on their way at this moment. */
  readonly waiting: number;
  stop(): Promise<void>;
}

export async function startModel(): Promise<Model> {
  const scripts = new Map<string, Script | ((input: string) => Script)>();
  const open = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const found = scripts.get(request.url ?? '') ?? {};
    const script = typeof found === 'function' ? found(String(JSON.parse(body).input)) : found;
    if (script.ends !== 'silent') say(response, script);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    engine(script) {
      const path = `/${scripts.size}`;
      scripts.set(path, script);
      return { type: 'upstream', url: url + path, timeout_ms: 120_000, max_cost_usd: '0.002' };
    },
    get waiting() {
      return open.size;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function say(response: ServerResponse, { pieces, output, sources = [], ends }: Script): void {
  if (!pieces) {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ output, sources }));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  for (const delta of pieces) response.write(`data: ${JSON.stringify({ delta })}\n\n`);
  if (ends === 'open') return;
  response.end(`data: ${JSON.stringify({ sources })}\n\n`);
}
