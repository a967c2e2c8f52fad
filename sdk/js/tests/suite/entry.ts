/** Runs every case that applies, in whatever runtime this is bundled for, and tells the driver what became of each. */

import { Bench, type Case, type World } from './bench.js';
import type { Any } from './check.js';
import { casesFor } from './index.js';
import { CONTROL, unhandled } from './life.js';

/** A case that takes longer has hung: the others still have their turn. */
const LIMIT = 40_000;

export async function runSuite(control: string, name: string): Promise<void> {
  const rejections = new Set<unknown>(); // some tell of one in two ways
  listen((reason) => rejections.add(reason));
  void Promise.reject(new Error(CONTROL));
  const world: World = await (await fetch(`${control}/world/${name}`)).json();
  const tell = async (result: object): Promise<void> => {
    await fetch(`${control}/results/${name}`, { method: 'POST', body: `${JSON.stringify(result)}\n` });
  };
  for (const one of [...casesFor(world.kind, world.data), unhandled(rejections)]) {
    const started = performance.now();
    const fault = await faultOf(one, world);
    await tell({ name: one.name, fault, milliseconds: Math.round(performance.now() - started) });
  }
  await tell({ name: '', milliseconds: 0 });
}

async function faultOf(one: Case, world: World): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${LIMIT} ms`)), LIMIT);
  });
  try {
    await Promise.race([one.run(new Bench(world)), limit]);
    return undefined;
  } catch (error) {
    return (error as Error)?.stack ?? String(error);
  } finally {
    clearTimeout(timer);
  }
}

function listen(note: (reason: unknown) => void): void {
  const { process, addEventListener } = globalThis as Any;
  process?.on?.('unhandledRejection', note);
  addEventListener?.('unhandledrejection', (event: Any) => {
    event.preventDefault();
    note(event.reason);
  });
}
