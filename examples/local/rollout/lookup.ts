import { Resolver } from 'node:dns/promises';
import { UsageError } from '../options.ts';

/** `address:port` of each instance behind an SRV name; empty while the name does not exist. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/**
 * Asks the local DNS server as a client does. A target that leaves between two questions is no instance any more: the zone
 * changes while a rollout is looked at.
 *
 * @param zone is put behind each name
 * @throws UsageError where nothing answers
 */
export function lookUpAt({ dnsPort, zone }: { readonly dnsPort: number; readonly zone: string }): LookUp {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${dnsPort}`]);

  const noneIfUnknown = (error: NodeJS.ErrnoException): [] => {
    if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return [];
    if (error.code !== 'ECONNREFUSED') throw error;
    throw new UsageError(
      `no DNS server answers on port ${dnsPort}: is "npm start" running, with the same DNS_PORT as here?`,
    );
  };

  return async (name) => {
    const values = await resolver.resolveSrv(`${name}.${zone}`).catch(noneIfUnknown);
    const found = await Promise.all(
      values.map(async ({ name: target, port }) => {
        const addresses: readonly string[] = await resolver.resolve4(target).catch(noneIfUnknown);
        return addresses.map((address) => `${address}:${port}`);
      }),
    );
    return found.flat();
  };
}
