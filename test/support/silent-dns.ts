import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type DnsServer, type DnsServerOptions, type DnsZone, startDnsServer } from '../stand-ins/dns-server.ts';

/** A DNS server that can fall silent and come back at the same port of its address. */
export interface FallibleDns {
  /** `<address>:<port>`, as clients take it. */
  readonly server: string;
  /** From here on nobody answers: packets and connections are taken, not refused. */
  silence(): Promise<void>;
  answer(): Promise<void>;
  /** Queries that came while nobody answered. */
  readonly unanswered: () => number;
  close(): Promise<void>;
}

/** @param options 127.0.0.1 and a free port by default */
export async function startFallibleDns(
  zones: () => readonly DnsZone[],
  options: Partial<Pick<DnsServerOptions, 'address' | 'port' | 'heard'>> = {},
): Promise<FallibleDns> {
  const { address = '127.0.0.1' } = options;
  let serving: { close(): Promise<void> } = await startDnsServer({ port: 0, zones, ...options });
  const { port } = serving as DnsServer;
  let unanswered = 0;
  return {
    server: `${address}:${port}`,
    silence: async () => {
      await serving.close();
      serving = await startSilence({ port, address }, () => unanswered++);
    },
    answer: async () => {
      await serving.close();
      serving = await startDnsServer({ zones, ...options, port });
    },
    unanswered: () => unanswered,
    close: () => serving.close(),
  };
}

interface Place {
  readonly port: number;
  readonly address: string;
}

async function startSilence({ port, address }: Place, heard: () => void): Promise<{ close(): Promise<void> }> {
  const udp = createSocket('udp4').on('message', heard);
  udp.bind({ port, address });
  const open = new Set<Socket>();
  const tcp = createServer((connection) => {
    open.add(connection.on('error', () => {}));
  }).listen(port, address);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  return {
    close: async () => {
      const closed = [once(udp, 'close'), once(tcp, 'close')];
      udp.close();
      tcp.close();
      for (const connection of open) connection.destroy();
      await Promise.all(closed);
    },
  };
}

/** The port that a server of this machine listens on. */
export const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
