import { addressNameOf } from '../../functions/domain/dns/address-name.ts';
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

/** Somebody whose alias at our address name comes and goes, and who in some histories takes ours away. */
export interface Neighbour {
  /** One edit, at once and as a whole; false where it made no sense. */
  edit(): Promise<boolean>;
  /** Whether what the neighbour has put into the zone stands as it was put, and nothing else of theirs. */
  isUnharmed(): boolean;
}

export function neighbour(world: World, random: () => number, form: 'simple' | 'weighted'): Neighbour {
  const about: { SetIdentifier?: string; Weight?: number } =
    form === 'weighted' ? { SetIdentifier: LABEL, Weight: 2 } : {};
  const alias = aliasSet(ALIAS_NAME, THEIRS, about);
  const grabs = random() < 0.4;
  let stands = false;
  let arrived = false;
  const sets = () => world.aws.route53.recordSets(ZONE_ID).filter(({ Name }) => Name === ALIAS_NAME);
  const change = (Action: 'CREATE' | 'DELETE', ResourceRecordSet: object) =>
    edit(world, [{ Action, ResourceRecordSet }]);
  const arrive = async () => {
    if (!arrived) await change('CREATE', addressesAt(THEIRS, ['10.9.9.9']));
    arrived = true;
  };
  return {
    async edit() {
      if (grabs && random() < 0.3) {
        const ours = sets().find((set) => isAliasOf(set, OWNER));
        if (ours) await change('DELETE', ours);
        return ours !== undefined;
      }
      if (!stands && form === 'simple' && sets().length > 0) return false;
      await arrive();
      await change(stands ? 'DELETE' : 'CREATE', alias);
      stands = !stands;
      return true;
    },
    isUnharmed() {
      const theirs = sets().filter((set) => isAliasOf(set, LABEL));
      const [only] = theirs;
      const same = only?.SetIdentifier === about.SetIdentifier && only?.Weight === about.Weight;
      return stands ? theirs.length === 1 && same : theirs.length === 0;
    },
  };
}
