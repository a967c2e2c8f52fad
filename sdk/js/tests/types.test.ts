/** Programs that use the package, compiled by three versions of TypeScript, strictly, with the libraries unskipped. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Packed, pack } from './host/packed.js';
import { samples } from './host/samples.js';

const COMPILERS = {
  '5.9.3': fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url)),
  '6.0.3': fileURLToPath(new URL('../runtimes/node_modules/typescript-6/bin/tsc', import.meta.url)),
  '7.0.2': fileURLToPath(new URL('../runtimes/node_modules/typescript-7/bin/tsc', import.meta.url)),
};
const STRICT = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: false,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
  types: ['node'],
};
const PROGRAMS: Record<string, { compilerOptions: object; include: string[] }> = {
  'as ES modules of Node': {
    compilerOptions: { ...STRICT, module: 'nodenext', moduleResolution: 'nodenext' },
    include: ['*.ts', '*.cts'],
  },
  'for a bundler': {
    compilerOptions: { ...STRICT, module: 'esnext', moduleResolution: 'bundler' },
    include: ['*.ts'],
  },
  'on a server without the types of a page': {
    compilerOptions: { ...STRICT, lib: ['es2023'], module: 'nodenext', moduleResolution: 'nodenext' },
    include: ['server.ts', 'required.cts'],
  },
};

let packed: Packed;
beforeAll(() => {
  packed = pack();
  const typed = fileURLToPath(new URL('./typed', import.meta.url));
  for (const name of readdirSync(typed)) cpSync(join(typed, name), join(packed.project, name));
  samples().forEach((text, at) => {
    writeFileSync(join(packed.project, `sample-${at + 1}.ts`), `${text}\nexport {};\n`);
  });
});
afterAll(() => packed?.remove());

describe.each(Object.entries(COMPILERS))('TypeScript %s', (version, compiler) => {
  const there = existsSync(compiler);

  test.skipIf(!there && process.env.CI !== 'true')(`is what it says (skipped where it is not installed)`, () => {
    expect(spawnSync(process.execPath, [compiler, '--version'], { encoding: 'utf8' }).stdout).toBe(
      `Version ${version}\n`,
    );
  });

  // The one in Go is ten times as fast; what it finds in the other ways, the others would too.
  const programs = Object.entries(PROGRAMS).slice(0, version === '7.0.2' ? undefined : 1);
  test.skipIf(!there && process.env.CI !== 'true').each(programs)('compiles %s', (_, program) => {
    const folder = packed.project;
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(program));
    const ended = spawnSync(process.execPath, [compiler, '-p', '.'], { cwd: folder, encoding: 'utf8' });
    expect(ended.stdout).toBe('');
    expect(ended.status).toBe(0);
  });
});
