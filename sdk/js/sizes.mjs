/** What each way to use the package weighs in a page: esbuild, minified, gzip. `--check` fails above the goals. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const QUERY = "workflows.query('wf_support', { input: 'Hi' })";

/** Name → [program, goal in KB of 1024 bytes]. */
export const PROGRAMS = {
  'one call': [`import { NodAI } from '@nodai/sdk'; await new NodAI().${QUERY};`, 5],
  everything: ["export * from '@nodai/sdk';", 7],
  'one function': [
    "import { NodAICore } from '@nodai/sdk'; import { workflowsQuery } from '@nodai/sdk/funcs/workflows-query';" +
      " await workflowsQuery(new NodAICore(), 'wf_support', { input: 'Hi' });",
    3.5,
  ],
  webhooks: ["export * from '@nodai/sdk/webhooks';", 1],
  sse: ["export * from '@nodai/sdk/sse';", 0.8],
  browser: ["export * from '@nodai/sdk/browser';", 4.75],
};

/** The bytes of a program: minified, and after gzip. */
export async function weigh(contents, options = {}) {
  const built = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
    ...options,
  });
  const text = built.outputFiles[0].contents;
  return { minified: text.length, gzip: gzipSync(text, { level: 9 }).length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let heavy = false;
  for (const [name, [contents, goal]] of Object.entries(PROGRAMS)) {
    const { minified, gzip } = await weigh(contents);
    const over = gzip > goal * 1024;
    heavy ||= over;
    const kilobytes = (bytes) => (bytes / 1024).toFixed(2).padStart(6);
    console.log(
      `${name.padEnd(13)}${kilobytes(minified)} KB ${kilobytes(gzip)} gzip of ${goal}${over ? '  OVER' : ''}`,
    );
  }
  if (heavy && process.argv.includes('--check')) process.exitCode = 1;
}
