/** The package as a registry would get it: built, packed, and unpacked where a project would have it. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PACKAGE: string = fileURLToPath(new URL('../../', import.meta.url));
const BIN = fileURLToPath(new URL('../../../../node_modules/.bin/', import.meta.url));

export interface Packed {
  /** A project that has the package, and the types of Node, installed. */
  readonly project: string;
  readonly tarball: string;
  readonly remove: () => void;
}

/** What a command printed; one that fails throws it. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const path = command.includes('/') ? command : BIN + command;
  const given = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env };
  const ended = spawnSync(path, args, { cwd, encoding: 'utf8', env: given, maxBuffer: 2 ** 26 });
  const told = `${ended.stdout}${ended.stderr}`;
  if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.status}: ${told}`);
  return told;
}

export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'nodai-packed-'));
  const staged = join(folder, 'staged');
  const project = join(folder, 'project');
  const installed = join(project, 'node_modules', '@nodai', 'sdk');
  mkdirSync(staged);
  mkdirSync(installed, { recursive: true });
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md']) cpSync(join(PACKAGE, name), join(staged, name));
  run('tsdown', ['--out-dir', join(staged, 'dist'), '--logLevel', 'error'], PACKAGE);
  run('/usr/bin/env', ['npm', 'pack', '--silent', '--pack-destination', folder], staged);
  const name = readdirSync(folder).find((one) => one.endsWith('.tgz')) ?? '';
  run('/usr/bin/env', ['tar', '-xzf', join(folder, name), '-C', installed, '--strip-components=1'], folder);
  const types = dirname(createRequire(join(PACKAGE, 'package.json')).resolve('@types/node/package.json'));
  const undici = dirname(createRequire(join(types, 'package.json')).resolve('undici-types/package.json'));
  mkdirSync(join(project, 'node_modules', '@types'));
  symlinkSync(types, join(project, 'node_modules', '@types', 'node'));
  symlinkSync(undici, join(project, 'node_modules', 'undici-types'));
  const manifest = { private: true, type: 'module', dependencies: { '@nodai/sdk': '*' } };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  return { project, tarball: join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
