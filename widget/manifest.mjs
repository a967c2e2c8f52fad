/** Writes custom-elements.json from the sources; with --check it only says whether it is up to date. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, 'custom-elements.json');
const analyzer = createRequire(import.meta.url).resolve('@custom-elements-manifest/analyzer/cem.js');
const folder = relative(here, mkdtempSync(join(tmpdir(), 'manifest-')));
const files = ['src/element.ts', 'src/register.ts'];
const own = join(here, 'package.json');
const before = readFileSync(own);
execFileSync(process.execPath, [analyzer, 'analyze', '--quiet', '--globs', ...files, '--outdir', folder], {
  cwd: here,
});
// The analyzer names its output there, which is for this script only.
if (!readFileSync(own).equals(before)) writeFileSync(own, before);

const manifest = JSON.parse(readFileSync(join(here, folder, 'custom-elements.json'), 'utf8'));
for (const module of manifest.modules) {
  module.path = module.path.replace(/^src\/(.*)\.ts$/, 'dist/$1.js');
  for (const declaration of module.declarations ?? []) {
    // What is private in the source is nobody's business; what the platform calls is no method to call.
    declaration.members = declaration.members?.filter(
      ({ name, privacy, description }) =>
        privacy !== 'private' &&
        !name.startsWith('#') &&
        !/Callback$/.test(name) &&
        !description?.includes('@internal'),
    );
  }
}
const text = `${JSON.stringify(manifest, null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('custom-elements.json is not what the sources say: run `npm run manifest`.');
  process.exitCode = 1;
}
