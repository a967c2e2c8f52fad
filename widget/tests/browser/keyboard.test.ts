/** By keyboard and by ear: everything is reached, seen, done and announced without a pointer. */

import { expect, test } from 'vitest';
import { openHouse, type Script, type Visit } from './harness.js';
import { ANSWER, PIECES, QUESTION, SOURCES } from './states.js';

const house = openHouse();
const WHOLE: Script = { pieces: PIECES, sources: SOURCES };

async function enter(
  script: Script = WHOLE,
  attributes: Record<string, string> = { mode: 'floating' },
): Promise<Visit> {
  const world = house.world();
  const workflow = await world.workflow(house.model.engine(script));
  const visit = await house.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
  const given = { workflow, 'api-key': (await world.key()).secret, ...attributes };
  await visit.go({ world, attributes: given, extra: '<button type="button">Behind</button>' });
  await visit.widget.locator('[part]').first().waitFor({ state: 'attached' });
  return visit;
}

interface Focus {
  /** What it is called: its label, or what it says. */
  name: string;
  role: string;
  outlined: boolean;
}

/** What has the focus, however deep. */
function focus(visit: Visit): Promise<Focus> {
  return visit.page.evaluate(() => {
    let element = document.activeElement ?? document.body;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const label = element.getAttribute('aria-label') ?? (element as HTMLTextAreaElement).labels?.[0]?.textContent;
    return {
      name: (label ?? element.textContent ?? '').trim(),
      role: element.getAttribute('role') ?? element.localName,
      outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

/** Presses Tab until something of that name has the focus, and answers what had it on the way. */
async function tabTo(visit: Visit, name: string, key = 'Tab'): Promise<Focus[]> {
  const way: Focus[] = [];
  for (let count = 0; count < 40; count += 1) {
    await visit.page.keyboard.press(key);
    const now = await focus(visit);
    way.push(now);
    if (now.name === name) return way;
  }
  throw new Error(`Tab never came to ${name}, but to ${way.map((one) => one.name).join(', ')}`);
}

test('Tab comes to the launcher, Enter opens and goes to the box, Escape closes and gives the focus back', async () => {
  const visit = await enter();
  await tabTo(visit, 'Ask a question');
  await visit.page.keyboard.press('Enter');
  await visit.until('open');
  expect(await focus(visit)).toMatchObject({ name: 'Your question', role: 'textarea', outlined: true });
  await visit.page.keyboard.press('Escape');
  await visit.until('closed');
  expect(await focus(visit)).toMatchObject({ name: 'Ask a question', role: 'button', outlined: true });
  await visit.page.keyboard.press('Space');
  await visit.until('open');
});

test('Enter sends, Shift and Enter begins a new line', async () => {
  const visit = await enter();
  await tabTo(visit, 'Ask a question');
  for (const key of ['Enter', 'H', 'i', 'Shift+Enter', 't', 'h', 'e', 'r', 'e']) await visit.page.keyboard.press(key);
  expect(await visit.box.inputValue()).toBe('Hi\nthere');
  expect(await visit.state()).toBe('open');
  await visit.page.keyboard.press('Enter');
  await visit.until('answered');
  expect(await visit.part('question').locator('bdi').textContent()).toBe('Hi\nthere');
  expect(await visit.box.inputValue()).toBe('');
  expect((await focus(visit)).name).toBe('Your question');
});

test('an answer is stopped by keyboard, and the box has the focus again', async () => {
  const visit = await enter({ pieces: PIECES.slice(0, 15), ends: 'open' });
  await visit.part('launcher').press('Enter');
  await visit.ask(QUESTION);
  await visit.part('answer').getByText('one hour').waitFor();
  await tabTo(visit, 'Stop');
  const ended = visit.page.waitForEvent('requestfailed');
  await visit.page.keyboard.press('Enter');
  expect((await ended).url()).toMatch(/\/stream$/);
  await visit.until('stopped');
  expect((await focus(visit)).name).toBe('Your question');
});

test('every link and button of an answer is reached with a visible focus, and Tab leads on out of the widget', async () => {
  const visit = await enter();
  await visit.part('launcher').press('Enter');
  await visit.ask(QUESTION);
  await visit.until('answered');
  await tabTo(visit, 'New conversation', 'Shift+Tab');
  const way = await tabTo(visit, 'Behind');
  expect(way.map(({ name }) => name)).toEqual([
    'Close',
    'Conversation',
    expect.stringContaining('[1]'),
    'Table',
    'Code',
    expect.stringContaining('the guide'),
    expect.stringContaining('Resetting your password'),
    'Copy',
    'Helpful',
    'Not helpful',
    'Ask again',
    'Your question',
    'Send',
    'Behind',
  ]);
  expect(way.filter(({ outlined, name }) => !outlined && name !== 'Behind')).toEqual([]);
  // And back in, from behind.
  await visit.page.keyboard.press('Shift+Tab');
  expect((await focus(visit)).name).toBe('Send');
});

test('copying and rating work by keyboard and say that they did', async () => {
  const visit = await enter();
  await visit.part('launcher').press('Enter');
  await visit.ask(QUESTION);
  await visit.until('answered');
  await tabTo(visit, 'Copy', 'Shift+Tab');
  await visit.page.keyboard.press('Enter');
  await expect.poll(() => visit.page.evaluate(() => navigator.clipboard.readText())).toBe(ANSWER);
  await visit.widget.getByRole('status').getByText('Copied.').waitFor({ state: 'attached' });
  await tabTo(visit, 'Helpful');
  await visit.page.keyboard.press('Space');
  await visit.widget.locator('[part~="up"][aria-pressed="true"]').waitFor();
  await visit.widget.getByRole('status').getByText('Thank you.').waitFor({ state: 'attached' });
  expect((await focus(visit)).name).toBe('Helpful');
});

test('the whole answer is announced once, politely, when it is complete; until then it is busy', async () => {
  const visit = await enter();
  await visit.part('launcher').press('Enter');
  await visit.widget.evaluate((host) => {
    const root = host.shadowRoot as ShadowRoot;
    const heard = { spoken: [] as string[], busy: [] as string[] };
    Object.assign(globalThis, { heard });
    const listen = (target: Node, tell: () => void, options: MutationObserverInit): void =>
      new MutationObserver(tell).observe(target, { subtree: true, childList: true, ...options });
    const status = root.querySelector('[role=status]') as Element;
    listen(status, () => heard.spoken.push(status.textContent ?? ''), { characterData: true });
    listen(
      root,
      () => {
        const busy = root.querySelector('[aria-busy]')?.getAttribute('aria-busy');
        if (busy && heard.busy.at(-1) !== busy) heard.busy.push(busy);
      },
      { attributes: true },
    );
  });
  await visit.ask(QUESTION);
  await visit.until('answered');
  const { spoken, busy } = await visit.page.evaluate(
    () => (globalThis as unknown as { heard: { spoken: string[]; busy: string[] } }).heard,
  );
  const said = spoken.filter((text) => text);
  expect(said).toHaveLength(1);
  for (const part of ['In short', 'one hour', '24 hours', 'curl -X POST', 'the guide', 'Still stuck?'])
    expect(said[0]).toContain(part);
  expect(busy).toEqual(['true', 'false']);
  const live = visit.widget.locator('[aria-live], [role=status], [role=alert], [role=log]');
  expect(await live.count()).toBe(1);
  expect(await live.getAttribute('aria-live')).not.toBe('assertive');
});
