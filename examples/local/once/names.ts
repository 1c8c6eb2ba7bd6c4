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

  return (service: string): Promise<Instances> =>
    agreed(async () => {
      const name = `_${service}._tcp.${zone}`;
      const found = await byUdp(name);
      const overTcp = await ports(name);
      const isSame = JSON.stringify(found.map((one) => Number(one.split(':')[1])).sort()) === JSON.stringify(overTcp);
      return isSame
        ? { found }
        : { found, differs: `${name} has ${found.join(', ')} over UDP, and ports ${overTcp.join(', ')} over TCP` };
    });
}

/** The addresses of an address name, sorted; empty while it does not exist. UDP and TCP must agree. */
export function addressReader({ dnsPort, zone }: Asked) {
  const resolver = resolverAt(dnsPort);
  return (label: string): Promise<readonly string[]> =>
    agreed(async () => {
      const name = `${label}.${zone}`;
      const found = (await resolver.resolve4(name).catch(noneIfUnknown)).sort();
      const { answers } = await askTcp(dnsPort, { name, type: 'A' });
      const overTcp = answers.flatMap((answer) => (answer.type === 'A' ? [String(answer.data)] : [])).sort();
      return JSON.stringify(found) === JSON.stringify(overTcp)
        ? { found }
        : { found, differs: `${name} is ${found.join(', ')} over UDP, and ${overTcp.join(', ')} over TCP` };
    });
}

/** What was found by asking twice; `differs` says how the answers do. */
interface Look<T> {
  readonly found: T;
  readonly differs?: string;
}

const LOOKS = 4;

/**
 * What is found by looks that ask twice. The zone may change between two questions, so only what differs in each of four
 * looks is a fault.
 *
 * @throws Error what differs in the last of them
 */
export async function agreed<T>(look: () => Promise<Look<T>>): Promise<T> {
  for (let left = LOOKS; ; left -= 1) {
    const { found, differs } = await look();
    if (differs === undefined) return found;
    if (left === 1) throw new Error(differs);
  }
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
