/** A world: data, clock and faults of a test's own on the reference server, moved from Node as no page could. */

import { randomUUID } from 'node:crypto';

/** The demo's key for everything, which `nodai-mock demo` prints. */
const SECRET = 'nk_66de68d569915f9bacd5ea46a348b42880f2259da8e3ba65bfccb06d8ff82aa2';

export interface Key {
  id: string;
  secret: string;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answered
  body: any;
}

export class World {
  /** The namespace; pages of this world send it with every request. */
  readonly name = `widget-${randomUUID()}`;
  #server: string;
  #origins: readonly string[];

  constructor(server: string, origins: readonly string[]) {
    this.#server = server;
    this.#origins = origins;
  }

  get url(): string {
    return this.#server;
  }

  /** Asks the server as a backend with the key for everything. */
  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'x-api-key': SECRET, 'x-mock-namespace': this.name };
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.#server}${path}`, { method, headers, ...given });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  // biome-ignore lint/suspicious/noExplicitAny: whatever the contract says for that path
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.send(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A publishable key for the test's pages. */
  key(settings: Record<string, unknown> = {}): Promise<Key> {
    const page = { name: 'Page', kind: 'publishable', allowed_origins: this.#origins };
    return this.call('POST', '/api/v1/api-keys', { ...page, ...settings });
  }

  /** A client session, as a backend makes it for a visitor of the page. */
  session(workflow: string, settings: Record<string, unknown> = {}): Promise<{ secret: string; expires_at: string }> {
    const page = { workflow_id: workflow, origin: this.#origins[0] };
    return this.call('POST', '/api/v1/client-sessions', { ...page, ...settings });
  }

  /** A workflow with an engine; its id. */
  async workflow(engine: Record<string, unknown>): Promise<string> {
    return (await this.call('POST', '/api/v1/workflows', { name: 'Of a test', engine })).id;
  }

  fault(fault: Record<string, unknown>): Promise<{ id: string }> {
    return this.call('POST', '/_mock/faults', fault);
  }

  /** Moves the clock on by an ISO 8601 duration. */
  advance(duration: string): Promise<unknown> {
    return this.call('POST', '/_mock/clock/advance', { duration });
  }

  /** What the server heard and answered, newest first. */
  async journal(): Promise<{ operation: string; status: number; request_body: string | null }[]> {
    return (await this.call('GET', '/_mock/journal?limit=100')).data;
  }
}
