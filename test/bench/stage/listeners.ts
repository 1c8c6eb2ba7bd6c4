import { once } from 'node:events';
import { createServer } from 'node:http';

/** Real HTTP servers for the health checker, one a task. */
export interface Listeners {
  /** Listens on a free port of the address, answers everything with 200. @returns the port */
  open(address: string): Promise<number>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export function startListeners(): Listeners {
  const ends: (() => Promise<unknown>)[] = [];
  return {
    async open(address) {
      const server = createServer((_, response) => void response.end('ok')).listen(0, address);
      await once(server, 'listening');
      ends.push(async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      });
      const bound = server.address();
      if (bound === null || typeof bound === 'string') throw new Error(`no port on ${address}`);
      return bound.port;
    },
    close: async () => {
      await Promise.all(ends.splice(0).map((end) => end()));
    },
  };
}
