/** What the widget costs a page: bytes, requests, movement, and whom it tells. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openHouse, type Visit } from './harness.js';

const house = openHouse();
/** Bytes after gzip, by file; the build holds the same. */
const BUDGET: Record<string, number> = JSON.parse(readFileSync(new URL('../../budget.json', import.meta.url), 'utf8'));
const MOST_REQUESTS = 2;

async function enter(loader: boolean): Promise<Visit> {
  const world = house.world();
  const key = await world.key();
  const attributes = { workflow: 'wf_support', 'api-key': key.secret, mode: 'floating' };
  // Long enough that something below the widget could move.
  const extra = '<p>Black tea.</p>'.repeat(100);
  return house.open({ world, loader, attributes, extra });
}

/** How much of the page has moved by itself, as browsers score it. */
function movement(visit: Visit): Promise<number> {
  return visit.page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const shifts = new PerformanceObserver(() => {});
    shifts.observe({ type: 'layout-shift', buffered: true });
    return shifts.takeRecords().reduce((sum, entry) => sum + (entry as unknown as { value: number }).value, 0);
  });
}

test.each([true, false])(
  'a page with the widget keeps the budget until the first answer is there (by the loader: %s)',
  async (loader) => {
    const world = house.world();
    const visit = await house.visit();
    const sizes = new Map<string, Promise<number>>();
    visit.page.on('requestfinished', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/widget/'))
        sizes.set(
          pathname.slice('/widget/'.length),
          request.sizes().then(({ responseBodySize }) => responseBodySize),
        );
    });
    const attributes = { workflow: 'wf_support', 'api-key': (await world.key()).secret, mode: 'floating' };
    await visit.go({ world, loader, attributes });
    await visit.part('launcher').click();
    await visit.ask('How do I reset my password?');
    await visit.until('answered');

    const hosts = new Set(visit.heard.requests.map(({ url }) => new URL(url).origin));
    expect([...hosts].sort()).toEqual([house.site.origin, house.server].sort());
    expect(await house.tried()).toEqual([]);
    expect(await visit.page.context().cookies()).toEqual([]);

    const bytes = Object.fromEntries(
      await Promise.all([...sizes].map(async ([name, size]) => [name, await size] as const)),
    );
    console.log(`By the loader: ${loader}; bytes on the wire: ${JSON.stringify(bytes)}`);
    expect(sizes.size).toBeLessThanOrEqual(MOST_REQUESTS);
    const allowed = (BUDGET['nodai-query.js'] ?? 0) + (loader ? (BUDGET['nodai-widget.js'] ?? 0) : 0);
    expect(Object.values(bytes).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(allowed);
  },
);

/** Where the page's own elements are. */
function places(visit: Visit): Promise<number[]> {
  return visit.page
    .locator('main > h1, main > p, body > p')
    .evaluateAll((elements) => elements.map((one) => one.getBoundingClientRect().top));
}

test('movement would be noticed', async () => {
  const visit = await enter(false);
  await visit.part('launcher').waitFor();
  await visit.page.evaluate(() =>
    document.body.prepend(Object.assign(document.createElement('h2'), { textContent: 'News' })),
  );
  await expect.poll(() => movement(visit)).toBeGreaterThan(0);
});

test('the loader moves nothing on the page, neither when the widget comes nor when it is opened', async () => {
  const visit = await enter(true);
  await visit.part('launcher').waitFor();
  expect(await movement(visit)).toBe(0);
  // By method, since a shift right after a click is not scored.
  await visit.widget.evaluate((element) => (element as unknown as { open(): void }).open());
  await visit.until('open');
  // The panel grows with its answer; the page stays where it is.
  const before = await places(visit);
  await visit.ask('How do I reset my password?');
  await visit.until('answered');
  expect(await places(visit)).toEqual(before);
});

test('the loader waits until the page is idle or touched, and loads once however often it is embedded', async () => {
  const world = house.world();
  const key = await world.key();
  const tag = `<script src="/widget/nodai-widget.js" data-workflow="wf_support" data-key="${key.secret}" data-api-url="${world.url}" async></script>`;
  const visit = await house.open({ world, body: `<main><h1>Shop</h1>${tag}${tag}</main>` });
  await visit.part('launcher').waitFor();
  expect(await visit.widget.count()).toBe(1);
  const scripts = visit.heard.requests.filter(({ url }) => url.endsWith('/nodai-query.js'));
  expect(scripts).toHaveLength(1);
  const [loaded, query] = await visit.page.evaluate(() => [
    performance.getEntriesByType('navigation')[0]?.toJSON().loadEventStart as number,
    performance.getEntriesByName(new URL('/widget/nodai-query.js', location.href).href)[0]?.startTime ?? 0,
  ]);
  expect(query).toBeGreaterThanOrEqual(loaded ?? Number.POSITIVE_INFINITY);
});
