/** The vectors once more, by the functions of `@nodai/sdk/funcs/*`: what they send and answer is what methods do. */

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NodAI, NodAICore } from '../src/index.js';
import { mockControls } from '../src/testing.js';
import { readData } from './host/world.js';
import { Bench, SECRET, type World } from './suite/bench.js';
import type { Any } from './suite/check.js';
import { exchanges } from './suite/vectors.js';

const FOLDER = new URL('../src/_generated/funcs/', import.meta.url);
const data = readData();
const world = { kind: 'vitest', page: false, data } as World;
const kebab = (operation: string): string => operation.replaceAll(/[._]/g, '-');
const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

async function load(operation: string): Promise<Any> {
  const name = kebab(operation);
  return (await import(new URL(`${name}.ts`, FOLDER).href))[camel(name)];
}

for (const { name, run } of exchanges(data, false, async (set, operation, args) =>
  (await load(operation))(new NodAICore({ apiKey: SECRET, ...set }), ...args),
)) {
  test(`${name}, by a function`, () => run(new Bench(world)));
}

test('there is a function for every method of the client, and a method for every function', async () => {
  const methods = (at: Any, path: string[]): string[] =>
    Object.getOwnPropertyNames(at)
      .concat(Object.getOwnPropertyNames(Object.getPrototypeOf(at) ?? {}))
      .flatMap((name) => {
        if (name === 'constructor' || name in Object.prototype) return [];
        const value = at[name];
        if (typeof value === 'function') return path.length ? [camel([...path, name].join('-'))] : [];
        return typeof value === 'object' && value ? methods(value, [...path, name]) : [];
      });
  const client = new NodAI({ apiKey: SECRET });
  const made = [...methods(client, []), ...methods({ mock: mockControls(client) }, [])];
  const functions = readdirSync(FOLDER).map((file) => camel(file.slice(0, -3)));
  expect([...new Set(made)].sort()).toEqual(functions.sort());
});
