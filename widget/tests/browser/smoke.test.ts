import { expect, test } from 'vitest';
import { openHouse } from './harness.js';

const house = openHouse();

test('an answer of the real server streams into a page under the strictest policy', async () => {
  const world = house.world();
  const { secret } = await world.key();
  const visit = await house.open({ world, attributes: { workflow: 'wf_support', 'api-key': secret } });
  await visit.ask('How do I reset my password?');
  await visit.until('answered');
  await expect(visit.part('answer').textContent()).resolves.toContain('Open Settings');
  expect(visit.heard.violations).toEqual([]);
  expect(visit.heard.errors).toEqual([]);
  expect(visit.heard.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    expect.stringMatching(/^GET \/page/),
    'GET /widget/nodai-query.js',
    'POST /api/v1/workflows/wf_support/stream',
  ]);
  await expect(house.tried()).resolves.toEqual([]);
});
