/** The tests of every state in some looks: what axe finds, what the page heard, and a picture. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runAxe } from './axe.js';
import { faintTexts } from './contrast.js';
import { OUTPUT } from './find.js';
import { type Look, openHouse, type Visit } from './harness.js';
import { bring, STATES } from './states.js';

export function testLooks(looks: readonly Look[]): void {
  const house = openHouse();
  const pictures = join(OUTPUT, 'states');
  const undecided: string[] = [];
  let passes = 0;
  let visitor: Visit;

  afterAll(() => {
    console.log(`${STATES.length} states × ${looks.length} looks: ${passes} rules of axe hold. Pictures: ${pictures}`);
    if (undecided.length) console.log(`axe leaves open: ${undecided.join('\n')}`);
  });

  describe.each(looks)('In the look $name', (look) => {
    mkdirSync(join(pictures, look.name), { recursive: true });

    test.each(STATES)('axe finds nothing in a widget that is $name', async (state) => {
      visitor ??= await house.visit({}, 'file');
      const visit = visitor;
      await bring(visit, house.model, state, { world: house.world(), look });
      const below = (): Promise<number> =>
        visit.part('log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
      await expect.poll(below, { message: 'the end of the conversation is in sight', timeout: 5_000 }).toBeLessThan(48);
      await visit.page.screenshot({ path: join(pictures, look.name, `${state.name.replace(' ', '-')}.png`) });
      const found = await runAxe(visit.page);
      passes += found.passes;
      expect(found.violations).toEqual([]);
      // Contrast that axe cannot tell is computed here; nothing else may be left open.
      const contrasts = found.incomplete.filter(({ rule }) => rule === 'color-contrast');
      undecided.push(...contrasts.map(({ targets }) => `${look.name}, ${state.name}: ${targets.join(' ')}`));
      expect(found.incomplete.filter((finding) => !contrasts.includes(finding))).toEqual([]);
      expect(await faintTexts(visit)).toEqual([]);
      expect(visit.heard.violations).toEqual([]);
      expect(visit.heard.errors).toEqual([]);
      const moving = await visit.widget.evaluate((host) => host.shadowRoot?.getAnimations().length);
      expect(moving).toBe(state.name === 'asking' && !look.media?.reducedMotion ? 1 : 0);
    });
  });
}
