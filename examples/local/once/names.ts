import { Resolver } from 'node:dns/promises';
import { askTcp } from '../../../test/stand-ins/dns/client.ts';

/** `address:port` of each instance behind an SRV name, sorted; empty while the name does not exist. */
export type Instances = readonly string[];

interface Asked {
  readonly dnsPort: number;
  readonly zone: string;
}

/** Asks the DNS server as any client does, by UDP with Node's resolver and by TCP; they must agree. */
export function nameReader({ dnsPort, zone }: Asked) {
  const resolver = resolverAt(dnsPort);

  const byUdp = async (name: string): Promise<Instances> => {
    const values = await resolver.resolveSrv(name).catch(noneIfUnknown);
    const found = await Promise.all(
      values.map(async ({ name: target, port }) =>
        (await resolver.resolve4(target)).map((address) => `${address}:${port}`),
      ),
    );
    return found.flat().sort();
  };

  const ports = async (name: string): Promise<readonly number[]> => {
    const { answers } = await askTcp(dnsPort, { name, type: 'SRV' });
    return answers.flatMap((answer) => (answer.type === 'SRV' ? [answer.data.port] : [])).sort();
  };

  return async (service: string): Promise<Instances> => {
    const name = `_${service}._tcp.${zone}`;
    const instances = await byUdp(name);
    const overTcp = await ports(name);
    const agree = JSON.stringify(instances.map((one) => Number(one.split(':')[1])).sort()) === JSON.stringify(overTcp);
    if (!agree)
      throw new Error(`${name} has ${instances.join(', ')} over UDP, and ports ${overTcp.join(', ')} over TCP`);
    return instances;
  };
}

/** The addresses of an address name, sorted; empty while it does not exist. UDP and TCP must agree. */
export function addressReader({ dnsPort, zone }: Asked) {
  const resolver = resolverAt(dnsPort);
  return async (label: string): Promise<readonly string[]> => {
    const name = `${label}.${zone}`;
    const addresses = (await resolver.resolve4(name).catch(noneIfUnknown)).sort();
    const { answers } = await askTcp(dnsPort, { name, type: 'A' });
    const overTcp = answers.flatMap((answer) => (answer.type === 'A' ? [String(answer.data)] : [])).sort();
    if (JSON.stringify(addresses) !== JSON.stringify(overTcp))
      throw new Error(`${name} is ${addresses.join(', ')} over UDP, and ${overTcp.join(', ')} over TCP`);
    return addresses;
  };
}

function resolverAt(dnsPort: number): Resolver {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${dnsPort}`]);
  return resolver;
}

function noneIfUnknown(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return [];
  throw error;
}
