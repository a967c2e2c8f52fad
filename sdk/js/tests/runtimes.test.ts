/** The same suite with the packed package on every other runtime: each case is a test of its own. One that is missing is a failure on CI. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Host, startHost } from './host/control.js';
import { type Report, runOn } from './host/drive.js';
import { type Packed, pack } from './host/packed.js';
import { RUNTIMES, type Runtime } from './host/runtimes.js';
import { readData } from './host/world.js';
import { HIDDEN } from './suite/bench.js';
import { casesFor } from './suite/index.js';
import { unhandled } from './suite/life.js';

const data = readData();
const mock = inject('mock');
let host: Host;
let packed: Packed;

beforeAll(async () => {
  packed = pack();
  host = await startHost();
});
afterAll(async () => {
  await Promise.allSettled(started.values());
  await host?.stop();
  packed?.remove();
});

const started = new Map<Runtime, Promise<Report>>();

/** With the next one beside it: most of a run is waiting. */
function start(at: number): Promise<Report | undefined> {
  for (const runtime of RUNTIMES.slice(at, at + 2)) {
    if (started.has(runtime) || !runtime.installed || !mock) continue;
    const report = runOn(runtime, host, mock, data, packed.project);
    report.catch(() => undefined); // told where it is waited for
    started.set(runtime, report);
  }
  return started.get(RUNTIMES[at] as Runtime) ?? Promise.resolve(undefined);
}

for (const [at, runtime] of RUNTIMES.entries()) {
  const { name, kind, version, installed } = runtime;
  const missing = !installed || !mock;
  const why = missing ? ' (it is not installed)' : '';

  describe.skipIf(missing && process.env.CI !== 'true')(`${name} ${version}${why}`, () => {
    let report: Report | undefined;
    beforeAll(async () => {
      if (!installed || !mock) throw new Error(`${name} or nodai-mock is not installed: run tools/setup dev`);
      report = await start(at);
    });

    for (const one of [...casesFor(kind, data), unhandled([])]) {
      test(one.name, () => {
        const result = report?.results.get(one.name);
        if (!result) throw new Error(`${name} ended before this case: ${report?.output.slice(-2000)}`);
        if (result.fault) throw new Error(result.fault);
      });
    }

    test('it came to its end, and nothing that it wrote shows a key', () => {
      expect(report?.ended).toBe(true);
      expect(report?.output).toContain('no answer');
      expect(report?.output).not.toContain(HIDDEN);
    });
  });
}
