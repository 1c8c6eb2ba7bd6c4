import { type AddressType, addressNameOf } from '../../functions/domain/dns/address-name.ts';
import { addressesAt, aliasSet } from '../support/address-shop.ts';
import { edit } from '../support/shop.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import { ADDRESS_NAME } from './declarations.ts';
import { isAliasOf, namingOf } from './watch.ts';

/** The name at which the aliases of all deployments stand. */
export const ALIAS_NAME = `${ADDRESS_NAME}.${ZONE}`;
/** The set of addresses behind the alias of a deployment. */
export const addressSetOf = (owner: string): string => addressNameOf(ADDRESS_NAME, namingOf(owner));

const LABEL = 'blue';
const THEIRS = addressSetOf(LABEL);
const ANSWERS = { A: '10.9.9.9', AAAA: '2001:db8:9::9' } as const;

/** Somebody whose aliases at our address name come and go, and who in some histories takes ours away. */
export interface Neighbour {
  /** One edit, at once and as a whole; false where it made no sense. */
  edit(): Promise<boolean>;
  /** Whether what the neighbour has put into the zone stands as it was put, and nothing else of theirs. */
  isUnharmed(): boolean;
}

/** What the neighbour has at our name, for each type: not given, of A alone. */
export interface NeighbourAliases {
  readonly form: 'simple' | 'weighted';
  readonly types?: readonly AddressType[] | undefined;
}

export function neighbour(world: World, random: () => number, { form, types = ['A'] }: NeighbourAliases): Neighbour {
  const about: { SetIdentifier?: string; Weight?: number } =
    form === 'weighted' ? { SetIdentifier: LABEL, Weight: 2 } : {};
  const grabs = random() < 0.4;
  const standing = new Set<AddressType>();
  const arrived = new Set<AddressType>();
  const sets = (type: AddressType) =>
    world.aws.route53.recordSets(ZONE_ID).filter(({ Name, Type }) => Name === ALIAS_NAME && Type === type);
  const change = (Action: 'CREATE' | 'DELETE', ResourceRecordSet: object) =>
    edit(world, [{ Action, ResourceRecordSet }]);
  const arrive = async (Type: AddressType) => {
    if (!arrived.has(Type)) await change('CREATE', addressesAt(THEIRS, [ANSWERS[Type]], { Type }));
    arrived.add(Type);
  };
  const [first = 'A', ...others] = types;
  const isUnharmedIn = (type: AddressType) => {
    const theirs = sets(type).filter((set) => isAliasOf(set, LABEL));
    const [only] = theirs;
    const same = only?.SetIdentifier === about.SetIdentifier && only?.Weight === about.Weight;
    return standing.has(type) ? theirs.length === 1 && same : theirs.length === 0;
  };
  return {
    async edit() {
      const type = others.length > 0 ? (types[Math.floor(random() * types.length)] ?? first) : first;
      if (grabs && random() < 0.3) {
        const ours = sets(type).find((set) => isAliasOf(set, OWNER));
        if (ours) await change('DELETE', ours);
        return ours !== undefined;
      }
      const stands = standing.has(type);
      if (!stands && form === 'simple' && sets(type).length > 0) return false;
      await arrive(type);
      await change(stands ? 'DELETE' : 'CREATE', aliasSet(ALIAS_NAME, THEIRS, { Type: type, ...about }));
      if (stands) standing.delete(type);
      else standing.add(type);
      return true;
    },
    isUnharmed: () => types.every(isUnharmedIn),
  };
}
