/** What each module adds to the file for pages: bytes after minifying, and how many fewer gzip bytes there were without it. */

import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

export const gzip = (content) => gzipSync(content, { level: 9 }).length;

/** A line a module, the heaviest first. */
export async function tableOf(options) {
  const { outputFiles } = await build({
    ...options,
    minify: false,
    minifySyntax: true,
    minifyIdentifiers: true,
    write: false,
    logLevel: 'error',
  });
  const main = outputFiles.find(({ path }) => path.endsWith('nodai-query.js'));
  // Without minified white space esbuild names each module in a comment.
  const [, ...pieces] = main.text.split(/^\/\/ (\S+\.[jt]s)$/m);
  const modules = [];
  for (let at = 0; at < pieces.length; at += 2) {
    const { code } = await transform(pieces[at + 1], { minifyWhitespace: true, charset: 'utf8' });
    modules.push({ name: pieces[at], code });
  }
  const weigh = (without) =>
    gzip(
      modules
        .filter((module) => module !== without)
        .map(({ code }) => code)
        .join(''),
    );
  const whole = weigh();
  return modules
    .map((module) => ({ ...module, share: whole - weigh(module) }))
    .sort((one, other) => other.share - one.share)
    .map(
      ({ name, code, share }) => `${String(share).padStart(6)} ${String(Buffer.byteLength(code)).padStart(6)}  ${name}`,
    );
}
