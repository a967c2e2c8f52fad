/** Hostile answers, as they stream through the real server: nothing runs, nothing is loaded, nothing foreign is in the page. */

import { afterAll, describe, expect, test } from 'vitest';
import { BAD_ADDRESSES, LINK_ATTACKS } from './attacks_links.js';
import { MARKUP_ATTACKS } from './attacks_markup.js';
import { TEXT_ATTACKS } from './attacks_text.js';
import { expectUnharmed } from './audit.js';
import { askAll, openHouse, type Script } from './harness.js';

const house = openHouse();
const counts = { attacks: 0, elements: 0, links: 0 };
/** A conversation keeps fifty turns. */
const TURNS = 40;

afterAll(() =>
  console.log(
    `${counts.attacks} attacks: ${counts.elements} elements and ${counts.links} links audited, 0 got through`,
  ),
);

/** In pieces of one, three, seventeen characters, or whole; the longest in some two hundred pieces. */
function inPieces(text: string, at: number): string[] {
  const size = Math.max([1, 3, 17, text.length][at % 4] ?? 1, Math.ceil(text.length / 200), 1);
  return Array.from({ length: Math.ceil(text.length / size) }, (_, piece) =>
    text.slice(piece * size, (piece + 1) * size),
  );
}

async function attack(strict: boolean, scripts: readonly Script[]): Promise<string[]> {
  const ends: string[] = [];
  for (let first = 0; first < scripts.length; first += TURNS) {
    const batch = scripts.slice(first, first + TURNS);
    const world = house.world();
    const workflow = await world.workflow(house.model.engine((input) => batch[Number(input)] ?? {}));
    const attributes = { workflow, 'api-key': (await world.key()).secret, 'no-store': '' };
    const visit = await house.open({ world, strict, attributes });
    ends.push(...(await askAll(visit, Object.keys(batch))));
    const found = await expectUnharmed(house, visit);
    counts.attacks += batch.length;
    counts.elements += found.elements;
    counts.links += found.links;
    await house.closePages();
  }
  return ends;
}

test('there are at least 200 attacks, no two the same', () => {
  const all = [...MARKUP_ATTACKS, ...LINK_ATTACKS, ...TEXT_ATTACKS];
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(200);
  console.log(`${all.length} different answers`);
});

test('an attack that works would be noticed', async () => {
  const url = house.foreignUrl();
  const extra = `<img src="${url}" alt="" onerror="canary(1)">`;
  const visit = await house.open({ world: house.world(), strict: false, extra });
  await expect.poll(() => visit.heard.canaries).toEqual(['1']);
  expect(visit.heard.requests.map(({ url }) => url)).toContain(url);
  expect(await house.noticed(url)).toBe(true);
  await expect(expectUnharmed(house, visit)).rejects.toThrow();
});

describe.each([
  { policy: 'no policy', strict: false },
  { policy: 'the strictest policy', strict: true },
])('Under $policy', ({ strict }) => {
  const answers: [string, readonly string[]][] = [
    ['HTML', MARKUP_ATTACKS],
    ['links', LINK_ATTACKS],
    ['text', TEXT_ATTACKS],
  ];

  test.each(answers)('hostile %s in an answer harms nothing', async (_kind, texts) => {
    const ends = await attack(
      strict,
      texts.map((text, at) => ({ pieces: inPieces(text, at) })),
    );
    // The server itself refuses a few texts that are no Unicode.
    expect(ends.filter((end) => end === 'nodai-error').length).toBeLessThan(3);
  });

  test('hostile sources harm nothing', async () => {
    const texts = [...MARKUP_ATTACKS, ...LINK_ATTACKS].map((text) => text.slice(0, 500));
    const sources = texts.map((title, at) => ({
      title,
      url: BAD_ADDRESSES[at % BAD_ADDRESSES.length] ?? null,
      snippet: texts[(at + 1) % texts.length] ?? null,
    }));
    const pieces = ['See [1], [2] and [3](https://evil.example/).'];
    const scripts = Array.from({ length: Math.ceil(sources.length / 20) }, (_, page) => ({
      pieces,
      sources: sources.slice(page * 20, page * 20 + 20),
    }));
    const ends = await attack(strict, scripts);
    expect(ends.every((end) => end === 'nodai-answer')).toBe(true);
    counts.attacks += sources.length - scripts.length;
  });

  test('hostile objects as output harm nothing', async () => {
    const texts = [
      ...MARKUP_ATTACKS.slice(0, 25),
      ...TEXT_ATTACKS.slice(0, 12),
      '``````\n<img src=x onerror=canary(1)>',
    ];
    const ends = await attack(
      strict,
      texts.map((text) => ({
        output: JSON.parse(`{"__proto__": {"polluted": true}, ${JSON.stringify(text)}: [${JSON.stringify(text)}]}`),
      })),
    );
    expect(ends.every((end) => end === 'nodai-answer')).toBe(true);
  });
});
