/** The harness: a real Chromium, the real server, a site that embeds the widget, and a model that answers what a test wants. */

/// <reference types="node" />
import { randomUUID } from 'node:crypto';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { type Model, startModel } from './model.js';
import { type Site, startSite } from './site.js';
import { type PageOptions, Visit } from './visit.js';
import { World } from './world.js';

export { LOOKS, type Look, putOn } from './looks.js';
export type { Model, Script } from './model.js';
export type { Site } from './site.js';
export { askAll, type Heard, type PageOptions, Visit } from './visit.js';
export { type Key, World } from './world.js';

/** Chromium asks these by itself, whatever the page; no attack of the tests names them. */
const CHROMIUMS_OWN = /^\w+ (https?:\/\/)?([\w-]+\.)*(google|googleapis|gvt1)\.com[:/]/;

/** Hosts that tests ask for on purpose. */
const CONTROL = '.control.example';

export class House {
  browser!: Browser;
  site!: Site;
  model!: Model;
  /** Where the reference server answers. */
  server = '';
  #trap = '';
  #contexts: BrowserContext[] = [];

  async begin(): Promise<void> {
    const given = inject('house');
    this.server = given.server;
    this.#trap = given.trap;
    [this.browser, this.site, this.model] = await Promise.all([
      chromium.connect(given.browser),
      startSite(),
      startModel(),
    ]);
  }

  async end(): Promise<void> {
    // Pages first: what they wait for ends by itself then.
    await this.browser?.close();
    await Promise.all([this.site?.stop(), this.model?.stop()]);
  }

  /** Data, clock and faults of its own on the server. */
  world(): World {
    return new World(this.server, [this.site.origin]);
  }

  /** A page in a browser profile of its own; `visit.go` leads it to a widget. It is closed when the test ends, or the file. */
  async visit(options: BrowserContextOptions = {}, until: 'test' | 'file' = 'test'): Promise<Visit> {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(20_000);
    if (until === 'test') this.#contexts.push(context);
    return Visit.begin(context, this.site);
  }

  /** A visit that is at its page already. */
  async open(options: PageOptions): Promise<Visit> {
    const visit = await this.visit();
    await visit.go(options);
    return visit;
  }

  /** What pages have tried to reach beyond this machine, ever; nothing of it got out. */
  async tried(): Promise<string[]> {
    return (await this.#tried()).filter((attempt) => !CHROMIUMS_OWN.test(attempt) && !attempt.includes(CONTROL));
  }

  /** Whether the trap has seen a request to a host of the control's own. */
  async noticed(url: string): Promise<boolean> {
    return (await this.#tried()).includes(`GET ${url}`);
  }

  /** An address beyond this machine that a test asks for on purpose, to see that this is noticed. */
  foreignUrl(): string {
    return `http://${randomUUID()}${CONTROL}/`;
  }

  /** Whether an address is this machine's, or one that a test asked for on purpose. */
  isKnown(url: string): boolean {
    const { hostname } = new URL(url);
    return hostname === '127.0.0.1' || hostname.endsWith(CONTROL);
  }

  async #tried(): Promise<string[]> {
    return (await fetch(`${this.#trap}/tried`)).json() as Promise<string[]>;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }
}

/** For the top of a test file: the house, which stands while the file's tests run. Without Chromium they are skipped by name. */
export function openHouse(): House {
  const house = new House();
  const { missing } = inject('house');
  beforeAll(() => (missing ? undefined : house.begin()), 60_000);
  beforeEach((context) => {
    if (missing) context.skip(missing);
  });
  afterEach(() => house.closePages());
  afterAll(() => house.end());
  return house;
}
