import net from 'node:net';

// A process that serves endpoints: most answer as a small service does, some take the connection and say nothing.

/** Addresses of one group; the endpoints are spread over them as tasks are over hosts. */
const HOSTS = 20;

export interface Endpoints {
  /** Keeps the addresses of several processes apart, 0–255. */
  readonly group: number;
  readonly count: number;
  /** Every how manyth hangs; 1: all. */
  readonly hangsEvery: number;
}

export interface ServedEndpoint {
  readonly address: string;
  readonly port: number;
  readonly hangs: boolean;
}

process.on('message', (message: Endpoints) => {
  void serve(message).then((endpoints) => process.send?.(endpoints));
});
process.on('disconnect', () => process.exit());

async function serve({ group, count, hangsEvery }: Endpoints): Promise<readonly ServedEndpoint[]> {
  const endpoints: ServedEndpoint[] = [];
  for (let index = 0; index < count; index += 1) {
    const hangs = index % hangsEvery === hangsEvery - 1;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => hangs || socket.end(ANSWER));
      socket.resume();
    });
    endpoints.push({ ...(await listen(server, `127.20.${group}.${1 + (index % HOSTS)}`)), hangs });
  }
  return endpoints;
}

/** Word for word: the processes share the machine with those that are measured, and shall not cost them much. */
const BODY = '{"status":"ok"}';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** Where a platform has only 127.0.0.1, all endpoints are there. */
async function listen(server: net.Server, address: string): Promise<{ address: string; port: number }> {
  for (const host of [address, '127.0.0.1']) {
    const found = await new Promise<net.AddressInfo | undefined>((done, failed) => {
      server.once('error', (fault: NodeJS.ErrnoException) =>
        fault.code === 'EADDRNOTAVAIL' ? done(undefined) : failed(fault),
      );
      server.listen(0, host, () => done(server.address() as net.AddressInfo));
    });
    if (found) return { address: found.address, port: found.port };
  }
  throw new Error(`nothing can listen on ${address} or 127.0.0.1`);
}
