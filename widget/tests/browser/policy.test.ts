/** The strictest policy and Trusted Types: nothing that the widget does breaks them, as an element and by the loader. */

import { expect, test } from 'vitest';
import { openHouse, type Visit } from './harness.js';
import { ANSWER, bring, PIECES, QUESTION, SOURCES, STATES } from './states.js';

const house = openHouse();

/** What the page heard that a visitor's browser would have refused. */
function broken({ heard }: Visit): unknown[] {
  const refused = heard.console.filter(({ text }) => /Content Security Policy|Trusted|Refused/i.test(text));
  return [...heard.violations, ...heard.errors, ...refused];
}

test('a violation would be noticed', async () => {
  const visit = await house.open({
    world: house.world(),
    extra: '<script>canary("ran")</script><img src="/x.png" alt="">',
  });
  await expect.poll(() => visit.heard.violations.map(({ directive }) => directive)).toContain('script-src-elem');
  await expect.poll(() => visit.heard.violations.map(({ directive }) => directive)).toContain('img-src');
  await visit.page.evaluate(() => {
    try {
      document.body.innerHTML = '<p>No</p>';
    } catch {
      // That is what Trusted Types are for.
    }
  });
  await expect
    .poll(() => visit.heard.violations.map(({ directive }) => directive))
    .toContain('require-trusted-types-for');
  expect(broken(visit).length).toBeGreaterThan(3);
  expect(visit.heard.canaries).toEqual([]);
});

// The suites of states and looks hold the element to the same policy.
test.each(STATES.filter(({ name }) => !name.endsWith('inline')))(
  'a widget that is $name, by the loader, breaks nothing',
  async (state) => {
    const visit = await house.visit();
    await bring(visit, house.model, state, { world: house.world(), loader: true });
    expect(broken(visit)).toEqual([]);
  },
);

test.each([false, true])('a whole conversation breaks nothing (by the loader: %s)', async (loader) => {
  const world = house.world();
  const workflow = await world.workflow(house.model.engine({ pieces: PIECES, sources: SOURCES }));
  const visit = await house.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
  const attributes = { workflow, 'api-key': (await world.key()).secret, mode: 'floating', lang: 'de', theme: 'dark' };
  await visit.go({ world, loader, attributes });
  await visit.part('launcher').click();
  await visit.ask(QUESTION);
  await visit.until('answered');
  await visit.part('copy').click();
  await expect.poll(() => visit.page.evaluate(() => navigator.clipboard.readText())).toBe(ANSWER);
  await visit.part('up').click();
  await visit.widget.locator('[part~="up"][aria-pressed="true"]').waitFor();
  await visit.part('retry').click();
  await visit.until('answered');
  await visit.widget.evaluate((element) => element.setAttribute('lang', 'ar'));
  await visit.part('send').getByText('إرسال').waitFor();
  await visit.part('close').click();
  await visit.until('closed');
  await visit.page.reload();
  await visit.part('launcher').click();
  await visit.part('answer').getByText('Settings').first().waitFor();
  await visit.part('reset').click();
  await visit.until('open');
  expect(broken(visit)).toEqual([]);
});
