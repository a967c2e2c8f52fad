/** What a case works with: a script for the fault server, a client that notes its waits, and what was sent. */

import { NodAIBrowser } from '../../src/browser.js';
import { type ClientOptions, NodAI, type RequestOptions } from '../../src/index.js';
import { type Any, ok } from './check.js';
import type { Step } from './steps.js';

/** What the driver tells a runtime. */
export interface World {
  /** `node`, `bun`, `deno`, `workerd`, `chromium`. */
  readonly kind: string;
  /** A web page: no secret key, and only what `./browser` may call. */
  readonly page: boolean;
  readonly control: string;
  readonly faults: string;
  readonly mock: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** The key of the two that this runtime uses. */
  readonly keyId: string;
  readonly origin: string;
  readonly data: Data;
}

/** Files of the repository that cases are made of. */
export interface Data {
  readonly vectors: Readonly<Record<string, Any>>;
  readonly contract: Any;
  readonly version: string;
}

export interface Case {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<void>;
}

/** One request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the client has closed the connection before the answer was over. */
  readonly gone: boolean;
}

export type Options = ClientOptions & { apiKey?: string };
export const SECRET = 'nk_0123456789abcdef0123456789abcdef0123456789abcdef012345671c637e5a';
export const PUBLIC = 'nk_pub_0123456789abcdef0123456789abcdef0123456789abcdef012345671c637e5a';
/** What no log may show of either. */
export const HIDDEN = '56789abcdef01234';

export class Bench {
  readonly world: World;
  /** Milliseconds that the clients of this bench would have waited. */
  readonly delays: number[] = [];
  #script = '';

  constructor(world: World) {
    this.world = world;
  }

  /** One more server with a script of its own. */
  another(): Bench {
    return new Bench(this.world);
  }

  get url(): string {
    return `${this.world.faults}/s/${this.#script}`;
  }

  get key(): string {
    return this.world.page ? PUBLIC : SECRET;
  }

  /** What the server does from the next request on; the last step is repeated. */
  async play(...steps: Step[]): Promise<void> {
    this.#script = await this.#ask('/script', JSON.stringify(steps));
  }

  async seen(): Promise<Seen[]> {
    return this.#ask(`/seen/${this.#script}`);
  }

  /** Waits until so many requests have arrived. */
  async arrived(count = 1): Promise<Seen[]> {
    return this.#until((seen) => seen.length >= count, `${count} requests`);
  }

  /** Waits until the client has closed the connection of a request. */
  async left(at = 0): Promise<void> {
    await this.#until((seen) => seen[at]?.gone === true, `the end of connection ${at}`);
  }

  /** Ends the connections of this script that the server holds open. */
  async breakOff(how: 'end' | 'reset'): Promise<void> {
    await this.#ask(`/break/${this.#script}`, how);
  }

  client(options: Options = {}): Client {
    const noted = { sleep: async (delay: number): Promise<void> => void this.delays.push(delay) };
    const set = { baseUrl: this.url, ...noted, ...options };
    const { page } = this.world;
    if (page) return new Client(new NodAIBrowser({ publishableKey: PUBLIC, ...set }), page);
    return new Client(new NodAI({ apiKey: SECRET, ...set }), page);
  }

  async #until(holds: (seen: Seen[]) => boolean, what: string): Promise<Seen[]> {
    for (let tries = 0; tries < 1000; tries++) {
      const seen = await this.seen();
      if (holds(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the server waited in vain for ${what}`);
  }

  async #ask(path: string, body?: string): Promise<Any> {
    const answer = await fetch(this.world.control + path, body === undefined ? {} : { method: 'POST', body });
    ok(answer.ok, `the control server answered ${answer.status} for ${path}`);
    return answer.json();
  }
}

/** The calls that the matrix is about, for a server's client and for a page's. */
export class Client {
  readonly sdk: Any;
  readonly #page: boolean;

  constructor(sdk: NodAI | NodAIBrowser, page: boolean) {
    this.sdk = sdk;
    this.#page = page;
  }

  /** Safe to repeat, and without an idempotency key: a GET, in a page a PUT. */
  get(options?: RequestOptions, id = 'run_1'): Promise<Any> {
    const { runs } = this.sdk;
    return this.#page ? runs.feedback(id, { rating: 'up' }, options) : runs.get(id, options);
  }

  /** A POST, which carries an idempotency key. */
  query(options?: RequestOptions, id = 'wf_1'): Promise<Any> {
    return this.sdk.workflows.query(id, { input: 'hi' }, options);
  }

  /** A PATCH without a key, which is not safe to repeat. */
  update(options?: RequestOptions): Promise<Any> {
    return this.sdk.workflows.update('wf_1', { name: 'New' }, options);
  }

  stream(options?: RequestOptions): Any {
    return this.sdk.workflows.stream('wf_1', { input: 'hi' }, options);
  }

  /** Every event of a stream, then its run. */
  async whole(options?: RequestOptions): Promise<{ events: Any[]; run: Any; stream: Any }> {
    const stream = this.stream(options);
    const events: Any[] = [];
    for await (const event of stream) events.push(event);
    return { events, run: await stream.finalRun(), stream };
  }
}
