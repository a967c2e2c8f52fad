/** Every case of the suite, in this Node: each is a test of its own. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Host, startHost } from './host/control.js';
import { makeWorld, readData } from './host/world.js';
import { EXCEPTIONS, fits } from './suite/applies.js';
import { Bench, type World } from './suite/bench.js';
import { casesFor, everyCase } from './suite/index.js';

const data = readData();
const mock = inject('mock');

describe.skipIf(!mock)(`node ${process.versions.node} (skipped where nodai-mock is not installed)`, () => {
  let host: Host;
  let world: World;
  beforeAll(async () => {
    host = await startHost();
    if (mock) world = await makeWorld('vitest', host, mock, data);
  });
  afterAll(async () => host?.stop());

  for (const { name, run } of casesFor('vitest', data)) test(name, () => run(new Bench(world)));
});

test('every case has a name of its own, and every exception is one of a case', () => {
  const names = everyCase(data).map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  const named = EXCEPTIONS.flatMap(({ cases }) => cases);
  expect(named.filter((one) => !names.some((name) => fits(one, name)))).toEqual([]);
});
