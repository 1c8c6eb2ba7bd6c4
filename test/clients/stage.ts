import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleSet } from '../stand-ins/dns/zone-builder.ts';
import type { DnsServerOptions, DnsZone } from '../stand-ins/dns-server.ts';
import { type FallibleDns, startFallibleDns } from '../support/silent-dns.ts';
import { type Ear, ear } from './heard.ts';

export const ZONE = 'servicediscovery.internal';
export const NAME = `_calc._tcp.${ZONE}`;
/** Seconds; the construct's default. */
export const TTL = 5;
/** Seconds for which an absence may be remembered (prop `negativeTtl`). */
export const NEGATIVE_TTL = 5;
const SOA = 'ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600';
type RecordSets = ReturnType<DnsZone['recordSets']>;

/** How many instances share one host: clients that tell instances by their address alone lose some. */
const ON_ONE_HOST = 3;
const HOSTS = 200;

/** One small HTTP server; it says at every path who it is. */
export interface Instance {
  /** `<address>:<port>`, and what it answers. */
  readonly endpoint: string;
  /** From here on it takes connections and says nothing. */
  hang(): void;
  /** From here on nobody listens there, and open connections are broken off. */
  kill(): Promise<void>;
  /** Answers what it was asked, then ends. */
  end(): Promise<void>;
}

/** A DNS server that one client asks. */
export interface ClientDns extends FallibleDns, Ear {}

/** Instances of one name, and the zone that names them. */
export interface ClientStage {
  /** Those that the zone names. */
  readonly published: () => readonly Instance[];
  start(count: number): Promise<readonly Instance[]>;
  /** The zone names exactly these; without any, the name does not exist. */
  publish(instances: readonly Instance[], weights?: readonly number[]): void;
  /** A server of these zones for one client, so that its queries are told from those of others. */
  dns(options?: Partial<Pick<DnsServerOptions, 'address' | 'port'>>): Promise<ClientDns>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export function clientStage(): ClientStage {
  const started: { instance: Instance; gone: boolean }[] = [];
  const servers: FallibleDns[] = [];
  let published: readonly Instance[] = [];
  let recordSets = setsOf([]);
  const zones = (): readonly DnsZone[] => [{ name: ZONE, recordSets: () => recordSets }];
  let hosts = 0;
  return {
    published: () => published,
    start: async (count) => {
      const next = await Promise.all(
        Array.from({ length: count }, () =>
          startInstance(`127.20.1.${1 + (Math.floor(hosts++ / ON_ONE_HOST) % HOSTS)}`),
        ),
      );
      started.push(...next.map((instance) => ({ instance, gone: false })));
      return next;
    },
    publish: (instances, weights) => {
      published = [...instances];
      recordSets = setsOf(published, weights);
    },
    dns: async (options) => {
      const heard = ear();
      const server = await startFallibleDns(zones, { ...options, heard: heard.heard });
      servers.push(server);
      return { ...server, ...heard };
    },
    close: async () => {
      await Promise.all([
        ...started.map(({ instance }) => instance.kill()),
        ...servers.map((server) => server.close()),
      ]);
    },
  };
}

async function startInstance(address: string): Promise<Instance> {
  let hangs = false;
  let endpoint = '';
  const server = createServer((_, response) => {
    if (!hangs) response.setHeader('Connection', server.listening ? 'keep-alive' : 'close').end(endpoint);
  });
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((listens, fails) => server.once('error', fails).listen(0, address, listens));
  endpoint = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    hang: () => {
      hangs = true;
    },
    kill: () => closed(server, () => server.closeAllConnections()),
    end: () => closed(server, () => server.closeIdleConnections()),
  };
}

async function closed(server: Server, disconnect: () => void): Promise<void> {
  if (!server.listening) return disconnect();
  const done = new Promise<void>((ended) => server.close(() => ended()));
  disconnect();
  await done;
}

/** The zone's record sets, with the SOA of a private zone and values as the product writes them. */
function setsOf(instances: readonly Instance[], weights: readonly number[] = []): RecordSets {
  const targets = new Map(instances.map(({ endpoint }) => [targetOf(endpoint), endpoint.split(':')[0] ?? '']));
  const values = instances.map(
    ({ endpoint }, at) => `1 ${weights[at] ?? 1} ${endpoint.split(':')[1]} ${targetOf(endpoint)}`,
  );
  return [
    simpleSet(`${ZONE}.`, 'SOA', NEGATIVE_TTL, `${SOA} ${NEGATIVE_TTL}`),
    simpleSet(`${ZONE}.`, 'NS', 172_800, 'ns-1536.awsdns-00.co.uk.'),
    ...(values.length > 0 ? [simpleSet(`${NAME}.`, 'SRV', TTL, ...values)] : []),
    ...[...targets].map(([target, address]) => simpleSet(target, 'A', TTL, address)),
  ];
}

export const targetOf = (endpoint: string): string => `ip-${endpoint.split(':')[0]?.replaceAll('.', '-')}.ecs.${ZONE}.`;

/** The address that such a target stands for. */
export const addressOf = (target: string): string => /^ip-([\d-]+)\./.exec(target)?.[1]?.replaceAll('-', '.') ?? target;
