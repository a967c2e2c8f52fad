/** The audit of a widget that has been attacked: every element, attribute and link in it, and the page around it. */

import { expect } from 'vitest';
import type { House, Visit } from './harness.js';

/** What an answer may be made of; everything else on the page is the widget's own. */
const ALLOWED = {
  tags: 'a bdi blockquote code del div em h3 h4 h5 h6 hr li ol p pre span strong table tbody td th thead tr ul'.split(
    ' ',
  ),
  attributes: 'aria-label class dir href part rel role start tabindex target'.split(' '),
  classes: ['cite', 'host', 'link', 'snippet'],
  parts: ['link'],
  roles: ['group'],
};
/** And the widget around it, with what no answer may have. */
const OWN = {
  tags: 'button form header h2 textarea'.split(' '),
  attributes:
    'aria-busy aria-haspopup aria-labelledby aria-pressed disabled hidden id lang placeholder rows title type'.split(
      ' ',
    ),
};
const REL = ['noopener', 'noreferrer', 'nofollow', 'ugc'];

export interface Audit {
  elements: number;
  links: number;
  faults: string[];
}

export function audit(visit: Visit): Promise<Audit> {
  return visit.widget.evaluate(
    (host, { allowed, own, rel }) => {
      const root = host.shadowRoot as ShadowRoot;
      const faults: string[] = [];
      const elements = [...root.querySelectorAll('*')];
      const links = elements.filter((element) => element.localName === 'a') as HTMLAnchorElement[];
      for (const element of elements) {
        const fault = (what: string): unknown => faults.push(`${what}: ${element.outerHTML.slice(0, 300)}`);
        const foreign = element.parentElement?.closest('[part~=answer],[part~=sources]');
        if (!allowed.tags.includes(element.localName) && (foreign || !own.tags.includes(element.localName)))
          fault(`element ${element.localName}`);
        for (const { name, value } of element.attributes) {
          const known = allowed.attributes.includes(name) || (!foreign && own.attributes.includes(name.toLowerCase()));
          if (!known) fault(`attribute ${name}`);
          if (!foreign) continue;
          const values: Record<string, string[]> = { class: allowed.classes, part: allowed.parts, role: allowed.roles };
          if (values[name] && !values[name].includes(value)) fault(`${name} ${value}`);
        }
      }
      for (const link of links) {
        const fault = (what: string): unknown => faults.push(`${what}: ${link.outerHTML.slice(0, 300)}`);
        if (!/^https?:$/.test(link.protocol) || link.username || link.password) fault('address');
        if (rel.some((word) => !link.relList.contains(word))) fault('rel');
        const said = link.querySelector('bdi.host')?.textContent ?? link.textContent?.trim() ?? '';
        const names = said === link.host || said === link.origin || said.startsWith(`${link.origin}/`);
        if (!names && link.className !== 'cite') fault('host not shown');
      }
      const page = [...document.body.querySelectorAll('*')].map((element) => element.localName).join(' ');
      if (page !== 'main h1 p a nodai-query') faults.push(`page: ${page}`);
      if (!(document.body instanceof HTMLBodyElement)) faults.push('document.body was shadowed');
      if (typeof document.createElement !== 'function') faults.push('document.createElement was shadowed');
      if (Object.keys(Object.prototype).length || 'polluted' in {}) faults.push('Object.prototype was changed');
      if (document.title !== 'Shop' || document.cookie) faults.push(`title or cookie: ${document.title}`);
      return { elements: elements.length, links: links.length, faults };
    },
    { allowed: ALLOWED, own: OWN, rel: REL },
  );
}

/** Nothing ran, nothing opened, nothing was asked for beyond this machine, and nothing is there that should not be. */
export async function expectUnharmed(house: House, visit: Visit): Promise<Audit> {
  const link = visit.part('link').last();
  if (await link.count()) await link.hover();
  const found = await audit(visit);
  // What was asked for before this is in the trap's book once this is.
  const last = house.foreignUrl();
  const other = await visit.page.context().newPage();
  await other.goto(last).catch(() => {});
  await other.close();
  await expect.poll(() => house.noticed(last)).toBe(true);
  expect(found.faults).toEqual([]);
  expect(await house.tried()).toEqual([]);
  const { heard } = visit;
  const foreign = heard.requests.filter(({ url }) => !house.isKnown(url));
  expect({
    foreign,
    ran: heard.canaries,
    dialogs: heard.dialogs,
    errors: heard.errors,
    broken: heard.violations,
  }).toEqual({
    foreign: [],
    ran: [],
    dialogs: [],
    errors: [],
    broken: [],
  });
  return found;
}
