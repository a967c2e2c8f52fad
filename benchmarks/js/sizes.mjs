/** What programs and the widget weigh in a page: `node sizes.mjs` prints bytes after esbuild and gzip as JSON. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const weight = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** A program as a page would load it: bundled, minified, after gzip. */
async function weigh(contents) {
  const built = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
    legalComments: 'none',
    logLevel: 'error',
  });
  return weight(built.outputFiles[0].contents);
}

/** The files that a page asks for before the widget works: a built file and what it imports at once. */
async function loaded(file) {
  const options = { entryPoints: [file], bundle: true, write: false, metafile: true, format: 'esm', logLevel: 'error' };
  const { inputs } = (await build({ ...options, absWorkingDir: here })).metafile;
  const found = new Set([relative(here, file)]);
  for (const name of found) {
    for (const { kind, path } of inputs[name].imports) if (kind === 'import-statement') found.add(path);
  }
  return [...found].map((name) => join(here, name));
}

const programs = JSON.parse(readFileSync(join(here, 'programs.json'), 'utf8'));
const sizes = {};
for (const [name, { sizes: ways }] of Object.entries(programs)) {
  sizes[name] = {};
  for (const [way, contents] of Object.entries(ways)) sizes[name][way] = await weigh(contents);
}

const dist = join(here, '../node_modules/@nodai/widget/dist');
const [loader, element] = [join(dist, 'nodai-widget.js'), join(dist, 'nodai-query.js')];
let widget = null;
if (existsSync(element)) {
  const parts = await loaded(element);
  const sum = parts.reduce((total, file) => total + weight(readFileSync(file)), 0);
  widget = { element: sum, loader: weight(readFileSync(loader)), requests: 1 + parts.length };
}
console.log(JSON.stringify({ sizes, widget }));
