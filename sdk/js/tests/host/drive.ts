/** Runs the suite on another runtime, and gives back what it has told. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Data } from '../suite/bench.js';
import type { Host, Result } from './control.js';
import type { Runtime } from './runtimes.js';
import type { Mock } from './setup.js';
import { makeWorld } from './world.js';

export interface Report {
  readonly results: ReadonlyMap<string, Result>;
  /** What it has written to its output or console. */
  readonly output: string;
  readonly ended: boolean;
}

const SUITE = fileURLToPath(new URL('../suite', import.meta.url));
const LIMIT = 240_000;

/** `project` has the package installed: what is tested there is what is shipped. */
export async function runOn(runtime: Runtime, host: Host, mock: Mock, data: Data, project: string): Promise<Report> {
  const { name, kind } = runtime;
  host.worlds.set(name, await makeWorld(kind, host, mock, data));
  const script = await bundle(runtime.module(`runSuite('${host.control}', '${name}')`), project);
  host.scripts.set(name, script);
  const folder = await mkdtemp(join(tmpdir(), 'nodai-suite-'));
  await writeFile(join(folder, 'bundle.mjs'), script);
  const running = await runtime.start(join(folder, 'bundle.mjs'), folder, host);
  try {
    const told = (): Result[] => host.results.get(name) ?? [];
    const done = (): boolean => told().some((result) => !result.name);
    let dead = false;
    void running.ended.then(() => {
      dead = true;
    });
    for (const until = Date.now() + LIMIT; !done() && !dead && Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const results = new Map(told().map((result) => [result.name, result]));
    return { results, output: running.output(), ended: done() };
  } finally {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(contents: string, project: string): Promise<string> {
  const stdin = { contents, resolveDir: SUITE, loader: 'ts' as const };
  const options = { bundle: true, write: false, format: 'esm', platform: 'neutral', target: 'es2022' } as const;
  const built = await build({ stdin, ...options, external: ['node:*'], plugins: [shipped(project)] });
  return built.outputFiles[0]?.text ?? '';
}

/** Takes what the suite imports from the sources out of the packed package, by its exports. */
function shipped(project: string): Plugin {
  return {
    name: 'shipped',
    setup(build) {
      build.onResolve({ filter: /\/src\/.*\.js$/ }, ({ path, kind }) => {
        const entry = path.replace(/^.*\/src\/(_generated\/)?(index)?/, '').replace(/\.js$/, '');
        return build.resolve(`@nodai/sdk${entry && `/${entry}`}`, { resolveDir: project, kind });
      });
    },
  };
}
