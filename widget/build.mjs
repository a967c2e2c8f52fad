/** Builds dist/: modules with types for bundlers, the two files for pages, and the demo. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
/** What a page may weigh, in bytes after gzip. */
const BUDGETS = { 'nodai-query.js': 14 * 1024, 'nodai-widget.js': 512 };
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const TARGET = ['chrome111', 'firefox117', 'safari16.4'];

const shared = { bundle: true, target: TARGET, charset: 'utf8', logLevel: 'warning', absWorkingDir: here };
const minified = { ...shared, minify: true, legalComments: 'none' };

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'demo'), { recursive: true });

await Promise.all([
  build({
    ...shared,
    entryPoints: ['index', 'define', 'jsx', 'react/index'].map((name) => `src/${name}.ts`),
    outdir: dist,
    outbase: 'src',
    format: 'esm',
    splitting: true,
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
  }),
  build({
    ...minified,
    entryPoints: [{ in: 'src/define.ts', out: 'nodai-query' }],
    outdir: dist,
    format: 'esm',
    // Each language but English is a file of its own, such as nodai-query.de.js.
    splitting: true,
    chunkNames: 'nodai-query.[name]',
  }),
  build({ ...minified, entryPoints: ['src/loader.ts'], outfile: 'dist/nodai-widget.js', format: 'iife' }),
  build({
    ...minified,
    entryPoints: readdirSync(join(here, 'demo'))
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `demo/${name}`),
    outdir: 'dist/demo',
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  }),
]);
for (const name of readdirSync(join(here, 'demo')).filter((file) => file.endsWith('.html')))
  copyFileSync(join(here, 'demo', name), join(dist, 'demo', name));

execFileSync(process.execPath, [TSC, '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' });

const integrity = {};
let heavy = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const bytes = gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
  console.log(`${name}: ${(bytes / 1024).toFixed(2)} KB gzip of ${budget / 1024}`);
  heavy ||= bytes > budget;
  const hash = createHash('sha384').update(readFileSync(join(dist, name)));
  integrity[name] = `sha384-${hash.digest('base64')}`;
}
writeFileSync(join(dist, 'integrity.json'), `${JSON.stringify(integrity, null, 2)}\n`);
if (heavy) console.error('A file is over its budget.');
if (heavy && process.argv.includes('--check')) process.exitCode = 1;
