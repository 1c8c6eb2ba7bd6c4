import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { answerMessage } from './dns/answer.ts';
import type { Random } from './dns/routing.ts';
import type { DnsZone } from './dns/zone-index.ts';

export type { DnsZone } from './dns/zone-index.ts';

export interface DnsServerOptions {
  /** UDP and TCP port; 0 takes one that is free on both. */
  readonly port: number;
  /** Where to listen; 127.0.0.1 by default. */
  readonly address?: string;
  /** The zones as they are now, asked on every query. */
  readonly zones: () => readonly DnsZone[];
  /** Orders values and chooses among weighted and multivalue sets; Math.random by default. */
  readonly random?: Random;
  /** Told of every query with what was answered. */
  readonly heard?: (query: Buffer, transport: 'udp' | 'tcp', response: Buffer | undefined) => void;
  /** How long a TCP connection may go without a whole query, in milliseconds; 10,000 by default (RFC 7766 section 6.2.3). */
  readonly tcpIdleTimeout?: number;
  /** TCP connections at one time; one more takes the place of the one that has asked nothing for longest; 100 by default. */
  readonly maxTcpConnections?: number;
}

export interface DnsServer {
  readonly port: number;
  /** Closes both sockets and every connection; a second call changes nothing. */
  close(): Promise<void>;
}

/** A free UDP port may be taken on TCP: how many others are tried. */
const PORT_ATTEMPTS = 20;

/**
 * Serves zones as Route 53's resolver does: authoritative, with recursion available, UDP and TCP on one port number, EDNS
 * up to 4,096 bytes, negative answers with the SOA, wildcards, and simple, weighted and multivalue routing (DNSBehavior.html and
 * routing-policy.html of the developer guide).
 *
 * @throws Error with code EADDRINUSE, port and address when the port is taken
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const { address = '127.0.0.1', zones, random = Math.random, heard } = options;
  const answer = (message: Buffer, transport: 'udp' | 'tcp') => {
    const response = answerMessage(message, transport, zones, random);
    heard?.(message, transport, response);
    return response;
  };
  const { udp, tcp, connections } = await bind(options, address, answer);

  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = [once(udp, 'close'), once(tcp, 'close')];
    udp.close();
    tcp.close();
    for (const connection of connections.keys()) connection.destroy();
    await Promise.all(closed);
  };
  return { port: udp.address().port, close: () => (closing ??= close()) };
}

type Answer = (message: Buffer, transport: 'udp' | 'tcp') => Buffer | undefined;

interface Sockets {
  readonly udp: UdpSocket;
  readonly tcp: Server;
  readonly connections: Connections;
}

async function bind(options: DnsServerOptions, address: string, answer: Answer): Promise<Sockets> {
  for (let attempt = 1; ; attempt++) {
    const udp = udpSocket(address, answer);
    const connections: Connections = new Map();
    const tcp = tcpServer(options, answer, connections);
    try {
      udp.bind({ port: options.port, address, exclusive: true });
      await once(udp, 'listening');
      tcp.listen({ port: udp.address().port, host: address, exclusive: true });
      await once(tcp, 'listening');
    } catch (error) {
      udp.close();
      if (options.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
      continue;
    }
    // From here on a fault of one packet or connection must not end the server.
    udp.on('error', () => {});
    tcp.on('error', () => {});
    return { udp, tcp, connections };
  }
}

function udpSocket(address: string, answer: Answer): UdpSocket {
  const udp = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
  udp.on('message', (message, client) => {
    const response = answer(message, 'udp');
    // A client that is gone is no fault of ours: the callback takes the error.
    if (response) udp.send(response, client.port, client.address, () => {});
  });
  return udp;
}

/** Open connections with what ends each when it asks nothing, those that have asked nothing for longest first. */
type Connections = Map<Socket, NodeJS.Timeout>;

/**
 * Nobody is locked out by connections that are only held open (RFC 7766 section 6.2.3 and 10): each has its time for a
 * whole query, however slowly its bytes come, and a new one takes the place of the one that is idle for longest.
 */
function tcpServer(options: DnsServerOptions, answer: Answer, connections: Connections): Server {
  const { tcpIdleTimeout = 10_000, maxTcpConnections = 100 } = options;
  return createServer((connection) => {
    const active = (): void => {
      clearTimeout(connections.get(connection));
      connections.delete(connection);
      if (connection.destroyed) return;
      connections.set(connection, setTimeout(() => connection.destroy(), tcpIdleTimeout).unref());
    };
    connection.setNoDelay(true);
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      clearTimeout(connections.get(connection));
      connections.delete(connection);
    });
    active();
    const [longestIdle] = connections.keys();
    if (connections.size > maxTcpConnections) longestIdle?.destroy();
    serveFrames(connection, answer, active);
  });
}

/** Queries on TCP carry their length in two bytes (RFC 1035 section 4.2.2); any number may follow one another. */
function serveFrames(connection: Socket, answer: Answer, onQuery: () => void): void {
  let pending = Buffer.alloc(0);
  connection.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const message = pending.subarray(2, 2 + pending.readUInt16BE(0));
      pending = pending.subarray(2 + message.length);
      const response = answer(message, 'tcp');
      // Nothing to answer on a stream means that the client does not speak DNS.
      if (!response) return connection.destroy();
      onQuery();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(response.length);
      // A client that does not read is not read from either.
      if (!connection.write(Buffer.concat([length, response]))) {
        connection.pause();
        connection.once('drain', () => connection.resume());
      }
    }
  });
}
