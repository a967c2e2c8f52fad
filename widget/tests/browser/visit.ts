/** A visit: a page with a widget in it, and a record of everything that happened there. */

import type { BrowserContext, Locator, Page } from 'playwright-core';
import { type Look, putOn } from './looks.js';
import { type Site, strictPolicy } from './site.js';
import type { World } from './world.js';

export interface PageOptions {
  world: World;
  /** Of `<nodai-query>`, or `data-…` of the loader without the `data-`. */
  attributes?: Record<string, string>;
  /** Embed by the loader's script tag instead. */
  loader?: boolean;
  /** Under the strict policy and Trusted Types; true unless told. */
  strict?: boolean;
  look?: Look;
  /** More HTML at the end of the body, such as a script that `site.put` has. */
  extra?: string;
  /** The whole body instead of a shop with a widget. */
  body?: string;
}

export interface Heard {
  requests: { method: string; url: string; type: string; from: string }[];
  console: { type: string; text: string }[];
  errors: string[];
  violations: { directive: string; blocked: string; sample: string }[];
  dialogs: string[];
  /** How often an attack ran a script. */
  canaries: string[];
}

const NAME = 'nodaiTold';
const BEFORE = `
addEventListener('securitypolicyviolation', (event) => ${NAME}('violations',
  { directive: event.effectiveDirective, blocked: event.blockedURI, sample: event.sample }), true);
globalThis.canary = (what) => ${NAME}('canaries', String(what));`;

export class Visit {
  readonly page: Page;
  readonly heard: Heard;
  #site: Site;

  private constructor(page: Page, site: Site, heard: Heard) {
    this.page = page;
    this.#site = site;
    this.heard = heard;
  }

  static async begin(context: BrowserContext, site: Site): Promise<Visit> {
    const heard: Heard = { requests: [], console: [], errors: [], violations: [], dialogs: [], canaries: [] };
    await context.exposeFunction(NAME, (kind: 'violations' | 'canaries', what: never) => heard[kind].push(what));
    await context.addInitScript(BEFORE);
    context.on('request', (request) => {
      const from = request.headers().origin ?? request.headers().referer ?? '';
      heard.requests.push({ method: request.method(), url: request.url(), type: request.resourceType(), from });
    });
    const page = await context.newPage();
    page.on('console', (message) => heard.console.push({ type: message.type(), text: message.text() }));
    page.on('pageerror', (error) => heard.errors.push(String(error)));
    page.on('dialog', (dialog) => {
      heard.dialogs.push(`${dialog.type()}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return new Visit(page, site, heard);
  }

  /** Goes to a page with a widget, in a world and a look; what was recorded before is forgotten. */
  async go(options: PageOptions): Promise<void> {
    const { world, look = { name: 'light' } } = options;
    await this.page.setExtraHTTPHeaders({ 'x-mock-namespace': world.name });
    await putOn(this.page, look);
    for (const list of Object.values(this.heard)) list.length = 0;
    const policy = options.strict === false ? undefined : strictPolicy(world.url);
    await this.page.goto(this.#site.put({ html: htmlOf(options, look), policy }));
  }

  get widget(): Locator {
    return this.page.locator('nodai-query');
  }

  /** A part of the widget, by its name. */
  part(name: string): Locator {
    return this.widget.locator(`[part~="${name}"]`);
  }

  get box(): Locator {
    return this.widget.getByRole('textbox');
  }

  /** The one word for where the widget is. */
  state(): Promise<string> {
    return this.widget.evaluate((element) => (element as unknown as { state: string }).state);
  }

  /** Waits until the widget is where it is said to come. */
  async until(state: string, timeout = 20_000): Promise<void> {
    const isThere = (wanted: string): boolean =>
      (document.querySelector('nodai-query') as (Element & { state?: string }) | null)?.state === wanted;
    await this.page.waitForFunction(isThere, state, { timeout }).catch(async (error: Error) => {
      throw new Error(`The widget is ${await this.state()}, not ${state}. ${error.message}`);
    });
  }

  /** Types a question and sends it. */
  async ask(question: string): Promise<void> {
    await this.box.fill(question);
    await this.box.press('Enter');
  }
}

/** Dark by attributes, since the policy allows no style. */
const NIGHT = ' bgcolor="#121212" text="#eeeeee" link="#9db8ff"';

function htmlOf({ world, attributes = {}, loader, extra = '', body }: PageOptions, look: Look): string {
  const given = { 'api-url': world.url, ...attributes };
  const written = Object.entries(given).map(
    ([name, value]) => ` ${loader ? 'data-' : ''}${name}="${escapeHtml(value)}"`,
  );
  const tag = loader
    ? `<script src="/widget/nodai-widget.js"${written.join('')} async></script>`
    : `<nodai-query${written.join('')}></nodai-query>`;
  const element = loader || body !== undefined ? '' : '<script type="module" src="/widget/nodai-query.js"></script>';
  const shop = `<main><h1>Shop</h1><p>Tea and coffee. <a href="#teas">Our teas</a></p>${tag}</main>`;
  return `<!doctype html><html lang="${look.lang ?? 'en'}" dir="${look.dir ?? 'ltr'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Shop</title>${element}</head><body${look.media?.colorScheme === 'dark' ? NIGHT : ''}>${body ?? shop}${extra}</body></html>`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&"<>]/g, (character) => entities[character] ?? '');
}

/** Asks one question after the other, in the page itself, which is quicker than typing; the event that each ended with. */
export function askAll(visit: Visit, questions: readonly string[]): Promise<string[]> {
  return visit.widget.evaluate(async (host, asked) => {
    const widget = host as unknown as { ask(question: string): boolean };
    const ends: string[] = [];
    for (const question of asked) {
      const end = new Promise<string>((resolve) => {
        for (const name of ['nodai-answer', 'nodai-error'])
          host.addEventListener(name, (event) => resolve(event.type), { once: true });
      });
      if (!widget.ask(question)) throw new Error(`this question was not sent: ${question}`);
      ends.push(await end);
    }
    return ends;
  }, questions);
}
