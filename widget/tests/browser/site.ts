/** The site: a web server of its own origin that embeds the widget, under the policy that the widget promises to live with. */

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DIST } from './find.js';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html', '.json': 'application/json' };

export interface Page {
  html: string;
  /** The Content-Security-Policy, if any. */
  policy?: string | undefined;
}

export interface Site {
  origin: string;
  /** Puts a page or a script up; answers its address. */
  put(content: Page | { script: string }): string;
  stop(): Promise<void>;
}

/** The strictest policy: nothing but own scripts and the API. */
export function strictPolicy(api: string): string {
  return (
    `default-src 'none'; script-src 'self'; connect-src ${api}; style-src 'none'; img-src 'none'; ` +
    "trusted-types 'none'; require-trusted-types-for 'script'"
  );
}

export async function startSite(): Promise<Site> {
  // Read once: the files may be built anew while the tests run.
  const files = new Map<string, { body: Buffer; type: string; policy?: string | undefined }>();
  for (const entry of readdirSync(DIST, { recursive: true, encoding: 'utf8' }))
    if (TYPES[extname(entry)])
      files.set(`/widget/${entry}`, { body: readFileSync(join(DIST, entry)), type: TYPES[extname(entry)] ?? '' });
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '', 'http://site').pathname);
    if (!file) {
      // No page has an icon; that is no error.
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.setHeader('content-type', `${file.type}; charset=utf-8`).setHeader('content-encoding', 'gzip');
    if (file.policy) response.setHeader('content-security-policy', file.policy);
    response.end(gzipSync(file.body, { level: 9 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let count = 0;
  return {
    origin,
    put(content) {
      count += 1;
      const script = 'script' in content;
      const path = `/${script ? 'script' : 'page'}-${count}.${script ? 'js' : 'html'}`;
      if (script) files.set(path, { body: Buffer.from(content.script), type: 'text/javascript' });
      else files.set(path, { body: Buffer.from(content.html), type: 'text/html', policy: content.policy });
      return origin + path;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
