/** Builds dist/: modules with types for bundlers, the two files for pages, and the demo. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';
import { gzip, tableOf } from './sizes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
/** What a page may weigh, in bytes after gzip. */
const BUDGETS = JSON.parse(readFileSync(join(here, 'budget.json'), 'utf8'));
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const TARGET = ['chrome111', 'firefox117', 'safari16.4'];

const TERSER = {
  module: true,
  ecma: 2022,
  compress: { passes: 5, ecma: 2022, unsafe_arrows: true, unsafe: true, pure_getters: true },
  format: { comments: false },
};

const shared = { bundle: true, target: TARGET, charset: 'utf8', logLevel: 'warning', absWorkingDir: here };
const minified = { ...shared, minify: true, legalComments: 'none' };

/** Names that only the widget's own modules know: no page, no stored conversation and no answer of the API has them. */
const INTERNAL = /^(announce|coming|contactUrl|dispatch|expire|floating|imageHosts|present|renew)$/;
/** The file that pages load; each language but English is a file of its own, such as nodai-query.de.js. */
const forPages = {
  ...minified,
  entryPoints: [{ in: 'src/define.ts', out: 'nodai-query' }],
  outdir: dist,
  format: 'esm',
  splitting: true,
  chunkNames: 'nodai-query.[name]',
  mangleProps: INTERNAL,
};

const began = Date.now();
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
  buildForPages(),
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

// Files are replaced, not removed first: who serves or tests them meanwhile has the old ones.
for (const name of readdirSync(dist, { recursive: true })) {
  const stat = statSync(join(dist, name));
  if (stat.isFile() && stat.mtimeMs < began - 1000) rmSync(join(dist, name));
}

const integrity = {};
let heavy = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const content = readFileSync(join(dist, name));
  const bytes = gzip(content);
  console.log(`${name}: ${(bytes / 1024).toFixed(2)} KB gzip of ${budget / 1024}`);
  heavy ||= bytes > budget;
}
for (const name of readdirSync(dist).filter((file) => /^nodai-.*\.js$/.test(file)))
  integrity[name] = `sha384-${createHash('sha384')
    .update(readFileSync(join(dist, name)))
    .digest('base64')}`;
writeFileSync(join(dist, 'integrity.json'), `${JSON.stringify(integrity, null, 2)}\n`);
if (process.argv.includes('--check')) {
  console.log(`\n  gzip  bytes  module of nodai-query.js\n${(await tableOf(forPages)).join('\n')}`);
  if (heavy) process.exitCode = 1;
}
if (heavy) console.error('A file is over its budget.');

/** esbuild puts the modules together, terser finds what can be said shorter. */
async function buildForPages() {
  const { outputFiles } = await build({ ...forPages, write: false });
  for (const { path, text } of outputFiles) {
    const { code } = await minify(text, TERSER);
    writeFileSync(path, code);
  }
}
