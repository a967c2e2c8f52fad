/** Hostile words that come another way than an answer: problems, attributes, a stored conversation, questions. */

import { expect, test } from 'vitest';
import { BAD_ADDRESSES } from './attacks_links.js';
import { MARKUP_ATTACKS } from './attacks_markup.js';
import { TEXT_ATTACKS } from './attacks_text.js';
import { expectUnharmed } from './audit.js';
import { askAll, openHouse, type Visit } from './harness.js';

const house = openHouse();
const SOME = [...MARKUP_ATTACKS.filter((_, at) => at % 3 === 0), ...TEXT_ATTACKS.slice(0, 12)];

async function enter(strict: boolean, attributes: Record<string, string> = {}): Promise<Visit> {
  const world = house.world();
  const given = { workflow: 'wf_support', 'api-key': (await world.key()).secret, ...attributes };
  return house.open({ world, strict, attributes: given });
}

test.each([false, true])('hostile problems harm nothing (under the policy: %s)', async (strict) => {
  const visit = await enter(strict);
  const texts = SOME.slice(0, 40);
  let asked = 0;
  // The real server puts no such words into its problems, so they are put there on the way.
  await visit.page.route('**/stream', (route) => {
    const text = texts[asked++] ?? '';
    const problem = {
      type: text,
      title: text,
      status: 422,
      detail: text,
      code: text,
      request_id: text,
      errors: [{ pointer: text, code: text, message: text }],
    };
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/problem+json' };
    return route.fulfill({ status: 422, headers, body: JSON.stringify(problem) });
  });
  const ends = await askAll(
    visit,
    texts.map((_, at) => `What now? ${at}`),
  );
  expect(new Set(ends)).toEqual(new Set(['nodai-error']));
  expect(asked).toBe(texts.length);
  await visit.page.unroute('**/stream');
  await expectUnharmed(house, visit);
});

test.each([false, true])('hostile questions harm nothing (under the policy: %s)', async (strict) => {
  const visit = await enter(strict, { workflow: 'wf_echo' });
  const ends = await askAll(visit, SOME);
  expect(new Set(ends)).toEqual(new Set(['nodai-answer']));
  await expectUnharmed(house, visit);
});

test('hostile attributes harm nothing, and lead nowhere but to http, mailto and tel', async () => {
  const [markup = ''] = MARKUP_ATTACKS;
  const words = {
    heading: markup,
    placeholder: markup,
    'text-send': markup,
    'text-launcher': markup,
    'text-contact': markup,
  };
  const visit = await enter(false, { ...words, lang: markup, theme: markup, mode: markup, 'text-forbidden': markup });
  await visit.part('heading').waitFor();
  expect(await visit.part('heading').textContent()).toBe(markup);
  for (const address of BAD_ADDRESSES.filter((one) => !/^(mailto|tel|https?|\/|\\|\?|#|\.\.)/.test(one))) {
    await visit.widget.evaluate((element, url) => {
      element.setAttribute('contact-url', url);
      element.setAttribute('api-url', url);
      (element as unknown as { ask(question: string): boolean }).ask('What now?');
    }, address);
  }
  const links = await visit.widget
    .locator('a')
    .evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).protocol));
  expect(links.filter((protocol) => !['http:', 'https:'].includes(protocol))).toEqual([]);
  expect(visit.heard.canaries).toEqual([]);
  expect(visit.heard.dialogs).toEqual([]);
  expect(visit.heard.errors).toEqual([]);
  expect(await house.tried()).toEqual([]);
});

test('a conversation that somebody else has written into the storage harms nothing', async () => {
  const visit = await enter(false);
  await visit.ask('How do I reset my password?');
  await visit.until('answered');
  const texts = SOME.slice(0, 30);
  const turns = texts.map((text, at) => ({
    id: text,
    question: text,
    answer: text,
    status: ['answered', 'failed', text][at % 3],
    version: text,
    runId: text,
    rating: text,
    trouble: { kind: text, detail: text },
    sources: [{ title: text, url: BAD_ADDRESSES[at], snippet: text }, text, null],
  }));
  const stores: unknown[] = [
    { conversationId: texts[0], turns },
    { conversationId: { toString: 1 }, turns: 'x' },
    { conversationId: 'x', turns: [null, 1, [], { question: {}, answer: [] }] },
    JSON.parse(
      '{"__proto__": {"polluted": true}, "conversationId": "x", "turns": [{"__proto__": {"polluted": true}}]}',
    ),
    [],
    'not JSON',
  ];
  for (const stored of stores) {
    await visit.page.evaluate(
      (text) => {
        const key = sessionStorage.key(0);
        if (!key) throw new Error('nothing is stored');
        sessionStorage.setItem(key, text);
      },
      stored === 'not JSON' ? '{"turns": [' : JSON.stringify(stored),
    );
    await visit.page.reload();
    await visit.box.waitFor();
    expect(await askAll(visit, ['How do I reset my password?'])).toEqual(['nodai-answer']);
    await expectUnharmed(house, visit);
  }
});

test('a page that names a host for images gets images from that host and from no other', async () => {
  const world = house.world();
  const { host } = new URL(house.foreignUrl());
  const addresses = [
    ...BAD_ADDRESSES,
    `https://${host}@evil.example/x.png`,
    `https://${host}.evil.example/x.png`,
    `https://evil.example/${host}/x.png`,
    `https://evil.example?${host}`,
    `https://evil.example#${host}`,
    `https://${host}:8443/x.png`,
    `http://${host}/x.png`,
    `//${host}/x.png`,
  ];
  const pieces = addresses.map((address) => `![x](${address})\n\n![x](https://${host}/x.png"onerror="canary(1))\n\n`);
  const workflow = await world.workflow(house.model.engine({ pieces }));
  const attributes = { workflow, 'api-key': (await world.key()).secret, 'image-hosts': host };
  const visit = await house.open({ world, strict: false, attributes });
  await visit.ask('What now?');
  await visit.until('answered');
  const images = await visit.widget.locator('img').evaluateAll((found) =>
    found.map((image) => ({
      host: new URL((image as HTMLImageElement).src).host,
      names: image.getAttributeNames().filter((name) => name.startsWith('on')),
    })),
  );
  expect(images).toHaveLength(addresses.length);
  expect(images.filter((image) => image.host !== host || image.names.length)).toEqual([]);
  expect(visit.heard.requests.filter(({ url }) => !house.isKnown(url))).toEqual([]);
  expect([...visit.heard.canaries, ...visit.heard.dialogs]).toEqual([]);
  expect(await house.tried()).toEqual([]);
});
