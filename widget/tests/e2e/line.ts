/** The line between a page and the server, which a test can cut. */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Line {
  /** Where the server is reached through it. */
  url: string;
  /** Breaks every connection, and with `dead` those that are tried afterwards. */
  cut(dead?: 'dead'): void;
  mend(): void;
  stop(): Promise<void>;
}

export async function startLine(to: string): Promise<Line> {
  const { port, hostname } = new URL(to);
  const open = new Set<Socket>();
  let works = true;
  const server = createServer((near) => {
    if (!works) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      // Whatever ends one half ends the other.
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut: Line['cut'] = (dead) => {
    works = !dead;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      works = true;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
