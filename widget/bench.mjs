/** How long a piece of a streaming answer takes in Chromium, and whether that grows: `node bench.mjs` prints microseconds a piece. */

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const PIECE = 16;
const TEXT = `## In short

Open **Settings**, choose *Security*, then \`Reset password\`, or see [the guide](https://help.example/password) [1].

1. We send you a link.
2. It works for **one hour**.

| Plan | Works for |
|------|----------:|
| Free | 1 hour |

\`\`\`sh
curl -X POST https://api.example/reset
\`\`\`

`;

const { outputFiles } = await build({
  stdin: { contents: "export { markdown } from './src/markdown.ts'", resolveDir: import.meta.dirname, loader: 'ts' },
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  globalName: 'widget',
});
const browser = await chromium.launch({
  executablePath: process.env.NODAI_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
});
const page = await browser.newPage();
await page.addScriptTag({ content: outputFiles[0].text });
for (const [name, text] of [
  ['markdown', TEXT],
  ['one paragraph', 'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '],
]) {
  const rows = await page.evaluate(
    ([text, piece]) => {
      const run = (kilobytes) => {
        const whole = text.repeat((kilobytes * 1024) / text.length + 1).slice(0, kilobytes * 1024);
        const root = document.createElement('div');
        document.body.append(root);
        const writer = globalThis.widget.markdown(root, { code: 'Code', table: 'Table' });
        const marks = [performance.now()];
        for (let at = 0; at < whole.length; at += piece) {
          writer(whole.slice(at, at + piece));
          if ((at + piece) % 16384 === 0) marks.push(performance.now());
        }
        writer('', true);
        root.remove();
        return marks.slice(1).map((mark, at) => ((mark - marks[at]) * 1000) / (16384 / piece));
      };
      for (let warm = 0; warm < 20; warm += 1) run(64);
      const runs = Array.from({ length: 21 }, () => run(64));
      return runs[0].map((_, at) => runs.map((one) => one[at]).sort((a, b) => a - b)[10]);
    },
    [text, PIECE],
  );
  console.log(
    `${name.padEnd(14)} µs a piece of ${PIECE}: ${rows.map((row, at) => `to ${(at + 1) * 16} KB ${row.toFixed(1)}`).join(', ')}`,
  );
}
await browser.close();
