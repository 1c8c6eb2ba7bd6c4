import { define, host } from './fleet.ts';
import { edit } from './shop.ts';
import { OWNER, type StillWorld, type WorldOptions, world, ZONE, ZONE_ID } from './world.ts';

/** The name that clients ask for, and that of the set behind it. */
export const NAME = `calc.${ZONE}`;
export const SET = `calc._address.${OWNER}.${ZONE}`;

export interface AddressShop extends StillWorld {
  /** A task of calc by itself, or on the host that an earlier one at the address has. */
  place(address: string, about?: { readonly port?: number; readonly ipv6Address?: string }): string;
}

/** One cluster in which tasks of their own addresses declare the address name `calc`, and are checked by HTTP. */
export function addressShop(options: Omit<WorldOptions, 'beside'> = {}, about: { host?: boolean } = {}): AddressShop {
  const around = world(options);
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const networkMode = about.host ? 'host' : 'awsvpc';
  const definitions = new Map<number, string>();
  const definitionOf = (port: number) => {
    const environment = { [`SERVICE_${port}_ADDRESS_NAME`]: 'calc', [`SERVICE_${port}_CHECK_HTTP`]: '/health' };
    const known = definitions.get(port) ?? define(around, `calc-${port}`, { environment, networkMode });
    definitions.set(port, known);
    return known;
  };
  const homes = new Map<string, string>();
  return {
    ...around,
    place: (address, { port = 8080, ipv6Address } = {}) => {
      const taskDefinition = definitionOf(port);
      const elasticInterface = ipv6Address === undefined ? {} : { ipv6Address };
      if (!about.host) return admin.putTask({ cluster: 'shop', taskDefinition, address, elasticInterface });
      const containerInstance = homes.get(address) ?? host(around, 'shop', address);
      homes.set(address, containerInstance);
      return admin.putTask({ cluster: 'shop', taskDefinition, containerInstance });
    },
  };
}

/** Every owner name of the zone but its own, with types. */
export const names = ({ aws }: StillWorld): readonly string[] =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Name }) => Name !== ZONE)
    .map(({ Name = '', Type }) => `${Name} ${Type}`)
    .sort();

/** What the zone has of a name: addresses, and what an alias stands for with its weight. */
export const standing = ({ aws }: StillWorld, name: string, type = 'A'): readonly string[] =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter((set) => set.Name === name && set.Type === type)
    .flatMap(({ ResourceRecords = [], AliasTarget, SetIdentifier, Weight }) => [
      ...ResourceRecords.map(({ Value = '' }) => Value),
      ...(AliasTarget
        ? [`→ ${AliasTarget.DNSName}${SetIdentifier === undefined ? '' : ` ${SetIdentifier} ${Weight}`}`]
        : []),
    ])
    .sort();

/** An alias within the zone, as another deployment or a person makes it. */
export const aliasSet = (name: string, target: string, about: object = {}) => ({
  Name: name,
  Type: 'A',
  AliasTarget: { HostedZoneId: ZONE_ID, DNSName: target, EvaluateTargetHealth: false },
  ...about,
});

export const addressesAt = (name: string, values: readonly string[], about: object = {}) => ({
  Name: name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
  ...about,
});

/** A change of somebody else's: everything is made, in this order. */
export const made = (around: StillWorld, ...sets: readonly object[]) =>
  edit(
    around,
    sets.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })),
  );
