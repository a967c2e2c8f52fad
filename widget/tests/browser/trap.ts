/** The trap: the proxy through which Chromium must go to anything but loopback. It lets nothing out and keeps what was tried. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Trap {
  /** Also answers `GET /tried`: what has been tried, as JSON. */
  url: string;
  stop(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  const tried: string[] = [];
  const server: Server = createServer((request, response) => {
    if (request.url === '/tried') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(tried));
      return;
    }
    tried.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    tried.push(`CONNECT ${request.url}`);
    // Chromium may be gone before it hears this; that must not end the tests.
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Whoever forgets to stop it is not kept from ending.
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
