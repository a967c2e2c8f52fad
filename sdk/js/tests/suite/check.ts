/** Assertions that need no test runner, so that every runtime can make them. */

import type { NodAIError } from '../../src/index.js';

// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
export type Any = any;
export type Failed = NodAIError & Record<string, Any>;

export function ok(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export function fail(what: string): never {
  throw new Error(what);
}

export function equal(got: unknown, expected: unknown, what = 'value'): void {
  const fault = difference(got, expected, what, true);
  if (fault) fail(fault);
}

/** Objects may have more fields than expected, lists not more items. */
export function subset(got: unknown, expected: unknown, what = 'value'): void {
  const fault = difference(got, expected, what, false);
  if (fault) fail(fault);
}

function difference(got: Any, expected: Any, at: string, whole: boolean): string | undefined {
  if (Object.is(got, expected)) return undefined;
  const both = typeof got === 'object' && typeof expected === 'object' && got && expected;
  if (!both || Array.isArray(got) !== Array.isArray(expected)) return `${at} is ${show(got)}, not ${show(expected)}`;
  if (Array.isArray(got) && got.length !== expected.length) {
    return `${at} has ${got.length} items, not ${expected.length}: ${show(got)}`;
  }
  const names = whole ? new Set([...Object.keys(got), ...Object.keys(expected)]) : Object.keys(expected);
  for (const name of names) {
    const fault = difference(got[name], expected[name], `${at}.${name}`, whole);
    if (fault) return fault;
  }
  return undefined;
}

export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 600);
  } catch {
    return String(value);
  }
}

/** What a promise rejects with. */
export async function reason(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  return fail(`nothing was thrown, but answered ${show(value)}`);
}

/** The error of this package that a promise rejects with. */
export async function failure(promise: Promise<unknown>, name?: string): Promise<Failed> {
  const error = (await reason(promise)) as Failed;
  if (name !== undefined && error?.name !== name) fail(`it threw ${error?.stack ?? show(error)}, not ${name}`);
  return error;
}

/** What a function throws at once. */
export function thrown(work: () => unknown): Failed {
  let value: unknown;
  try {
    value = work();
  } catch (error) {
    return error as Failed;
  }
  return fail(`nothing was thrown, but answered ${show(value)}`);
}
