import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type DnsServer, type DnsZone, startDnsServer } from '../stand-ins/dns-server.ts';

/** A DNS server that can fall silent and come back at the same port of 127.0.0.1. */
export interface FallibleDns {
  /** `127.0.0.1:<port>`, as clients take it. */
  readonly server: string;
  /** From here on nobody answers: packets and connections are taken, not refused. */
  silence(): Promise<void>;
  answer(): Promise<void>;
  /** Queries that came while nobody answered. */
  readonly unanswered: () => number;
  close(): Promise<void>;
}

export async function startFallibleDns(zones: () => readonly DnsZone[]): Promise<FallibleDns> {
  let serving: { close(): Promise<void> } = await startDnsServer({ port: 0, zones });
  const { port } = serving as DnsServer;
  let unanswered = 0;
  return {
    server: `127.0.0.1:${port}`,
    silence: async () => {
      await serving.close();
      serving = await startSilence(port, () => unanswered++);
    },
    answer: async () => {
      await serving.close();
      serving = await startDnsServer({ port, zones });
    },
    unanswered: () => unanswered,
    close: () => serving.close(),
  };
}

async function startSilence(port: number, heard: () => void): Promise<{ close(): Promise<void> }> {
  const udp = createSocket('udp4').on('message', heard);
  udp.bind({ port, address: '127.0.0.1' });
  const open = new Set<Socket>();
  const tcp = createServer((connection) => {
    open.add(connection.on('error', () => {}));
  }).listen(port, '127.0.0.1');
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
