/** The reference server as a process of its own, and what its owner does: keys, workflows, the clock, faults. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodAI } from '@nodai/sdk';
import { type MockServer, mockControls, startMockServer } from '@nodai/sdk/testing';

const local = fileURLToPath(new URL('../../../.venv/bin/nodai-mock', import.meta.url));
export const command = process.env.NODAI_MOCK ?? (existsSync(local) ? local : 'nodai-mock');

/** A number that no test but the one about that limit reaches. */
const PLENTY = 1_000_000;

interface Bounds {
  /** Requests an hour. */
  limit?: number;
  /** Dollars a month. */
  budget?: string;
}

export class Service {
  readonly baseUrl: string;
  /** A client with the demo key that may do everything. */
  readonly owner: NodAI;
  readonly secretKey: string;
  readonly #server: MockServer;

  private constructor(server: MockServer, secretKey: string) {
    this.#server = server;
    this.baseUrl = server.baseUrl;
    this.secretKey = secretKey;
    this.owner = new NodAI({ apiKey: secretKey, baseUrl: server.baseUrl });
  }

  static async start(): Promise<Service> {
    const server = await startMockServer({ command });
    const printed = spawnSync(command, ['demo', '--format', 'json'], { encoding: 'utf8' });
    return new Service(server, (JSON.parse(printed.stdout) as { secret_key: string }).secret_key);
  }

  /** The secret of a key for the pages of one site. */
  async publishableKey(origin: string, { limit = PLENTY, budget }: Bounds = {}): Promise<string> {
    const made = await this.owner.apiKeys.create({
      name: `Website ${origin}`,
      kind: 'publishable',
      allowed_origins: [origin],
      rate_limit: { limit, window_seconds: 3600 },
      ...(budget ? { cost_limit_usd: budget } : {}),
    });
    return made.secret;
  }

  /** The id and the secret of a key for a backend that makes client sessions. */
  async backendKey({ limit = PLENTY, budget }: Bounds = {}): Promise<{ id: string; secret: string }> {
    const { id, secret } = await this.owner.apiKeys.create({
      name: 'Backend',
      scopes: ['client_sessions:write', 'workflows:query'],
      rate_limit: { limit, window_seconds: 3600 },
      ...(budget ? { cost_limit_usd: budget } : {}),
    });
    return { id, secret };
  }

  /** A workflow that always gives this answer; its id. */
  async answering(answer: string | Record<string, string>): Promise<string> {
    return this.#workflow({ type: 'script', default: { answer } });
  }

  /** A workflow whose answers come from another server; its id. */
  async forwarding(url: string): Promise<string> {
    return this.#workflow({ type: 'upstream', url, max_cost_usd: '0.010000' });
  }

  /** Of each run the conversation that it belongs to, newest first. */
  async conversations(): Promise<(string | null)[]> {
    const found: (string | null)[] = [];
    for await (const run of this.owner.runs.list()) found.push(run.conversation_id);
    return found;
  }

  /** Moves the server's clock; an ISO 8601 duration. */
  async advance(duration: string): Promise<void> {
    await mockControls(this.owner).clock.advance({ duration });
  }

  /** Back to what the server started with: data, clock, faults, journal. */
  async reset(): Promise<void> {
    await mockControls(this.owner).reset();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  async #workflow(engine: Parameters<NodAI['workflows']['create']>[0]['engine']): Promise<string> {
    return (await this.owner.workflows.create({ name: 'For a test', engine })).id;
  }
}
