/** An upstream that a workflow of the real server forwards to: its answers arrive when the test says so. */

import type { ServerResponse } from 'node:http';
import { Listener } from './listener.js';

export class Upstream {
  /** Answers under way, the oldest first. */
  readonly #waiting: ServerResponse[] = [];
  #tell: (() => void)[] = [];
  #listener: Listener | null = null;
  /** How many questions have arrived. */
  asked = 0;

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#listener = await Listener.start((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).flushHeaders();
      upstream.asked += 1;
      upstream.#waiting.push(response);
      upstream.#changed();
    });
    return upstream;
  }

  get url(): string {
    return `${this.#listener?.origin}/run`;
  }

  /** The next question's answer, piece by piece. */
  async next(): Promise<{ send(text: string): void; end(): void; breakOff(): void }> {
    while (!this.#waiting.length) await new Promise<void>((resolve) => this.#tell.push(resolve));
    const response = this.#waiting.shift() as ServerResponse;
    return {
      send: (text) => void response.write(text),
      end: () => void response.end(),
      breakOff: () => void response.destroy(),
    };
  }

  async stop(): Promise<void> {
    await this.#listener?.stop();
  }

  #changed(): void {
    for (const tell of this.#tell.splice(0)) tell();
  }
}
