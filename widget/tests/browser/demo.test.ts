/** The demo that the server has at `/demo`, under its own policy. */

import { expect, test } from 'vitest';
import { runAxe } from './axe.js';
import { openHouse } from './harness.js';

const house = openHouse();

test.each([
  { page: '/demo', look: 'light', widgets: 6 },
  { page: '/demo', look: 'dark', widgets: 6 },
  { page: '/demo/gallery.html', look: 'light', widgets: 16 },
  { page: '/demo/gallery.html?theme=dark&lang=ar', look: 'dark', widgets: 16 },
  { page: '/demo/loader.html', look: 'light', widgets: 1 },
] as const)('$page in the look $look has $widgets widgets, and axe finds nothing', async ({ page, look, widgets }) => {
  const visit = await house.visit({ colorScheme: look });
  await visit.page.goto(house.server + page);
  await expect.poll(() => visit.page.locator('nodai-query:defined').count()).toBe(widgets);
  const [first] = await visit.page.locator('nodai-query:defined').all();
  await first?.locator('[part~=panel], [part~=launcher]').first().waitFor({ state: 'attached' });
  expect((await runAxe(visit.page)).violations).toEqual([]);
  expect(visit.heard.violations).toEqual([]);
  expect(visit.heard.errors).toEqual([]);
  expect(visit.heard.requests.filter(({ url }) => !house.isKnown(url))).toEqual([]);
});
