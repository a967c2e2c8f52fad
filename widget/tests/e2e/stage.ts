/** The stage: a Chromium, a reference server of this file's own, and a site on another origin that embeds the widget. */

import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import { type Site, startSite } from '../browser/site.js';
import { Box } from './box.js';
import { Service } from './service.js';

/** A page as a test writes it. */
export interface Html {
  body: string;
  head?: string;
  policy?: string;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Runs in the page before anything of it. */
  init?: string;
  /** The page's clock is held by the test: `page.clock`. */
  holdClock?: boolean;
}

/** A page that was visited, and what went on in it. */
export interface Visit {
  page: Page;
  /** The only widget of the page. */
  box: Box;
  /** Errors of scripts and of the console, and what the page's policy stopped. */
  faults: string[];
  /** What developers are told on the console. */
  warnings: string[];
  /** Requests to the API, preflights apart, as `POST /api/v1/…`. */
  calls: { what: string; url: string; headers: Record<string, string> }[];
}

const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('policy: ' + violatedDirective + ' ' + blockedURI));`;
/** Chromium's own lines about answers that are no success; what the widget makes of them is what counts. */
const ANSWERED = /^(Failed to load resource|Access to fetch at)/;

export class Stage {
  browser!: Browser;
  service!: Service;
  site!: Site;
  #open: { context: BrowserContext; visit: Visit }[] = [];

  /** A page of the site with this in it, in a browser of its own. */
  async visit(html: Html | string, options: VisitOptions = {}): Promise<Visit> {
    return this.go(this.put(html), options);
  }

  /** Puts a page on the site without going there. */
  put(html: Html | string): string {
    const { head, body, policy } = typeof html === 'string' ? { body: html } : (html as Html);
    const script = head ?? '<script type="module" src="/widget/nodai-query.js"></script>';
    const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>${script}<body>${body}`;
    return this.site.put({ html: page, policy });
  }

  /** Any address, in a browser of its own. */
  async go(address: string, { init, holdClock, ...options }: VisitOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    const visit: Visit = { page, box: new Box(page), faults: [], warnings: [], calls: [] };
    this.#open.push({ context, visit });
    page.on('pageerror', (error) => visit.faults.push(String(error)));
    page.on('console', (message) => {
      const [type, text] = [message.type(), message.text()];
      if (type === 'warning') visit.warnings.push(text);
      if (type === 'error' && !ANSWERED.test(text)) visit.faults.push(text);
    });
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.includes('/api/v1/')) return;
      visit.calls.push({ url: request.url(), what: `${request.method()} ${pathname}`, headers: request.headers() });
    });
    await page.addInitScript(TELL_VIOLATIONS);
    if (init) await page.addInitScript(init);
    if (holdClock) await page.clock.install();
    await page.goto(address);
    return visit;
  }

  /** Closes the browsers of a test; what went wrong in their pages goes wrong here. */
  async clear(): Promise<void> {
    const visits = this.#open.splice(0);
    await Promise.all(visits.map(({ context }) => context.close()));
    expect(visits.flatMap(({ visit }) => visit.faults)).toEqual([]);
  }
}

/** A stage for the file that calls this; every test begins with the server as new. Without Chromium they are skipped by name. */
export function openStage(): Stage {
  const stage = new Stage();
  const { missing } = inject('house');
  beforeAll(async () => {
    if (missing) return;
    [stage.browser, stage.service, stage.site] = await Promise.all([
      chromium.connect(inject('house').browser),
      Service.start(),
      startSite(),
    ]);
  });
  beforeEach(async (context) => {
    if (missing) context.skip(missing);
    await stage.service.reset();
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await stage.browser?.close();
    await Promise.all([stage.service?.stop(), stage.site?.stop()]);
  });
  return stage;
}
