/** A server that does what a script says, right or wrong, over raw sockets, and keeps what it was sent. */

import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Seen } from '../suite/bench.js';
import type { Step } from '../suite/steps.js';

interface Script {
  readonly steps: Step[];
  readonly seen: (Seen & { gone: boolean })[];
  /** Connections that hang. */
  readonly held: Set<Socket>;
}

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
}

/** What a browser asks before it lets a page call another origin. */
const PREFLIGHT = [
  'HTTP/1.1 204 No Content',
  'Access-Control-Allow-Origin: *',
  'Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers: *, Authorization',
  'Access-Control-Max-Age: 7200',
  'Connection: close',
  '\r\n',
].join('\r\n');

/** Plays scripts: `/s/<number>/…` is answered by the steps of that script; the last one is repeated. */
export class FaultServer {
  readonly #scripts: Script[] = [];
  readonly #open = new Set<Socket>();
  readonly #server: Server = createServer((socket) => void this.#serve(socket).catch(() => socket.destroy()));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('The fault server has no address.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The number of a new script. */
  add(steps: Step[]): number {
    return this.#scripts.push({ steps: [...steps], seen: [], held: new Set() }) - 1;
  }

  seen(number: number): readonly Seen[] {
    return this.#scripts[number]?.seen ?? [];
  }

  breakOff(number: number, reset: boolean): number {
    const held = [...(this.#scripts[number]?.held ?? [])];
    for (const socket of held) reset ? socket.resetAndDestroy() : socket.end();
    return held.length;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    this.#open.add(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', resolve));
    void closed.then(() => this.#open.delete(socket));
    let data = Buffer.alloc(0);
    const more = pieces(socket, closed);
    const until = async (there: () => boolean): Promise<void> => {
      while (!there()) data = Buffer.concat([data, await more()]);
    };
    await until(() => data.includes('\r\n\r\n'));
    const end = data.indexOf('\r\n\r\n');
    const request = parse(data.subarray(0, end).toString('latin1'));
    data = data.subarray(end + 4);
    if (request.method === 'OPTIONS') return void socket.end(PREFLIGHT);
    const [, , number, ...rest] = request.target.split('/');
    const script = this.#scripts[Number(number)];
    if (!script) throw new Error(`no script for ${request.target}`);
    const step = (script.steps.length > 1 ? script.steps.shift() : script.steps[0]) ?? {};
    const length = Number(request.headers['content-length'] ?? 0);
    if (!step.early) await until(() => data.length >= length);
    const seen = { ...request, target: `/${rest.join('/')}`, body: data.toString(), gone: false };
    script.seen.push(seen);
    let over = false;
    void closed.then(() => {
      seen.gone = !over;
    });
    await act(socket, step);
    over = step.end !== 'hang';
    if (!over) script.held.add(socket);
    void closed.then(() => script.held.delete(socket));
    // What is still on its way is read: a socket that is closed over unread bytes is reset.
    while (!socket.destroyed) await more();
  }
}

async function act(socket: Socket, step: Step): Promise<void> {
  if (step.wait) await setTimeout(step.wait);
  if (step.before) socket.write(Buffer.from(step.before, 'base64'));
  const data = Buffer.from(step.data ?? '', 'base64');
  const size = step.pieces ?? (data.length || 1);
  for (let times = step.repeat ?? 1; times > 0 && !socket.destroyed; times--) {
    for (let at = 0; at < data.length && !socket.destroyed; at += size) {
      const flowing = socket.write(data.subarray(at, at + size));
      if (step.pause) await setTimeout(step.pause);
      else if (step.pieces) await setImmediate();
      else if (!flowing) await drained(socket);
    }
  }
  if (step.end === 'hang') return;
  if (step.end !== 'reset') return void socket.end();
  // A reset discards what the other side has not read: what came before it gets its time to arrive.
  if (data.length) await setTimeout(100);
  socket.resetAndDestroy();
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve).once('close', resolve);
  });
}

/** What arrives, piece after piece; an end throws. */
function pieces(socket: Socket, closed: Promise<void>): () => Promise<Buffer> {
  const arrived: Buffer[] = [];
  let wake: () => void = () => undefined;
  let ended = false;
  const end = (): void => {
    ended = true;
    wake();
  };
  socket.on('data', (piece: Buffer) => {
    arrived.push(piece);
    wake();
  });
  void closed.then(end);
  socket.on('end', end);
  return async () => {
    while (!arrived.length && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const piece = arrived.shift();
    if (!piece) throw new Error('the client went away');
    return piece;
  };
}

function parse(head: string): Request {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const pairs = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return { method, target, headers: Object.fromEntries(pairs) };
}
