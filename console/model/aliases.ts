import { ADDRESS_TYPES, type AddressType, aliasNameOf } from '../../functions/domain/dns/address-name.ts';
import type { Naming } from '../../functions/domain/dns/ownership.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import { aliasSetsOf, isOurAlias } from '../../functions/domain/zone/alias.ts';
import type { AliasView } from '../views.ts';
import type { KnownName } from './instances.ts';

const MOST_TEXT = 300;
/** Sets of others that are shown one by one. */
const MOST_OTHERS = 20;

/**
 * How clients reach an address name: for each type of address that it has, what stands at the name that they ask for, and which
 * set is behind it. Undefined for a name of SRV, and where the zone could not be read.
 */
export function aliasViews(
  { name, sets, atAlias }: Pick<KnownName, 'name' | 'sets' | 'atAlias'>,
  naming: Naming,
): readonly AliasView[] | undefined {
  const asked = aliasNameOf(name, naming);
  if (asked === undefined || !atAlias) return undefined;
  const has = (type: AddressType) =>
    [...sets, ...atAlias.filter((one) => isOurAlias(one, naming))].some((one) => one.type === type);
  const types = ADDRESS_TYPES.filter(has);
  return (types.length > 0 ? types : (['A'] as const)).map((type) => {
    const there = aliasSetsOf(atAlias, type);
    const ours = there.find((one) => isOurAlias(one, naming));
    const others = there.filter((one) => !isOurAlias(one, naming));
    return {
      type,
      name: printable(asked, MAX_DECLARATION),
      set: printable(ours?.aliasTarget?.name ?? name, MAX_DECLARATION),
      stands: ours !== undefined,
      ...(ours?.weight !== undefined && { weight: ours.weight }),
      addresses: sets.filter((one) => one.type === type).reduce((sum, { values }) => sum + values.length, 0),
      others: others.slice(0, MOST_OTHERS).map(otherText),
    };
  });
}

function otherText({ type, values, aliasTarget, setIdentifier }: RecordSet): string {
  const what = aliasTarget ? `alias of ${aliasTarget.name}` : values.map(valueText).join(' ');
  return printable(`${type} ${what}${setIdentifier === undefined ? '' : ` ("${setIdentifier}")`}`, MOST_TEXT);
}
