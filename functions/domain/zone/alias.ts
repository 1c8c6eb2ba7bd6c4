import { type AddressType, aliasNameOf, isAddressName, isAddressType } from '../dns/address-name.ts';
import { isBelow } from '../dns/name.ts';
import type { Naming } from '../dns/ownership.ts';
import { type RecordSet, type Routing, sameRecordSet, valueText } from '../dns/record-set.ts';
import { MAX_SET_WEIGHT } from '../words/quotas.ts';
import { printable } from '../words/text.ts';
import { type Change, exchange } from './change.ts';

/** What stands at the name that clients of an address name ask for: the A, AAAA and CNAME sets there, whoever's. */
export type AliasSets = readonly RecordSet[];

/** What of them concerns the alias of one type: nothing can stand beside a CNAME. */
export const aliasSetsOf = (sets: AliasSets, of: AddressType): AliasSets =>
  sets.filter(({ type }) => type === of || type === 'CNAME');

/**
 * Whether a set is an alias of ours: a plain A or AAAA alias, or a weighted one, whose target lies below `_address.<owner>.<zone>`.
 * One with attributes that we do not make (a health check, a Region) is somebody else's.
 */
export const isOurAlias = (set: RecordSet, naming: Naming): boolean =>
  isPlainAlias(set) && set.aliasTarget !== undefined && isAddressName(set.aliasTarget.name, naming);

/** Simple, or weighted: whatever else tells sets of one name apart is an attribute of its own. */
const isPlainAlias = ({ type, attributes = [], setIdentifier, weight, aliasTarget }: RecordSet): boolean =>
  isAddressType(type) &&
  attributes.length === 1 &&
  aliasTarget !== undefined &&
  !aliasTarget.elsewhere &&
  (setIdentifier === undefined) === (weight === undefined);

/** Of another deployment that keeps its addresses as we do. */
function deploymentOf({ aliasTarget: { name } = { name: '' } }: RecordSet, { zone }: Naming): string | undefined {
  const [, label, rest] = /\._address\.([^.]+)\.(.+)$/.exec(name) ?? [];
  return rest === zone ? label : undefined;
}

/** How an address name is reached; without `form` no alias of ours can stand there. */
export type AliasForm =
  | { readonly form: 'simple' | 'weighted'; readonly conflict?: string }
  | { readonly form?: never; readonly conflict: string };

/**
 * Chooses the form of our alias: what others have made is reported, never fought (design, section 7).
 *
 * | of others stands there                                   | routing    | form                      | conflict |
 * | -------------------------------------------------------- | ---------- | ------------------------- | -------- |
 * | nothing                                                  | `weighted` | weighted                  | no       |
 * | nothing                                                  | any other  | simple                    | no       |
 * | weighted aliases of other deployments                    | `weighted` | weighted, beside them     | no       |
 * | the same, one with the identifier that ours would have   | `weighted` | none                      | yes      |
 * | weighted aliases of other deployments, and ours          | any other  | weighted, as it stands    | yes      |
 * | weighted aliases of other deployments, and none of ours  | any other  | none                      | yes      |
 * | an address set, a CNAME, any other alias                 | any        | none                      | yes      |
 *
 * What stands there of other types (TXT, SRV) is in nobody's way. The two address families are chosen for apart from each
 * other: an A set is not in the way of an AAAA alias, nor the other way round.
 *
 * @param sets of one type, with the CNAMEs
 */
export function aliasFormAt(sets: AliasSets, configured: Routing, naming: Naming): AliasForm {
  const theirs = sets.filter((set) => !isOurAlias(set, naming));
  const [first] = theirs;
  if (!first) return { form: configured === 'weighted' ? 'weighted' : 'simple' };
  const isShared = (set: RecordSet) =>
    isPlainAlias(set) && set.weight !== undefined && deploymentOf(set, naming) !== undefined;
  const other = theirs.find((set) => !isShared(set));
  if (other) return { conflict: described(other, naming) };
  const taken = theirs.find(({ setIdentifier }) => setIdentifier === naming.owner);
  if (taken) return { conflict: `${described(taken, naming)} with our identifier "${naming.owner}"` };
  if (configured === 'weighted') return { form: 'weighted' };
  const conflict = described(first, naming);
  const standing = sets.some((set) => isOurAlias(set, naming) && set.weight !== undefined);
  return standing ? { form: 'weighted', conflict } : { conflict };
}

function described(set: RecordSet, naming: Naming): string {
  const { ownerName, type, weight, aliasTarget, values } = set;
  const form = weight === undefined ? '' : 'weighted ';
  const article = type === 'CNAME' || form !== '' ? 'a' : 'an';
  const at = `stands at ${ownerName}`;
  if (!aliasTarget) {
    const answer = values.length > 0 ? ` (${printable(values.map(valueText).join(', '), 80)})` : '';
    return `${article} ${form}${type} record set${answer} of others ${at}`;
  }
  const label = deploymentOf(set, naming);
  const whose =
    label !== undefined && isBelow(aliasTarget.name, naming.zone)
      ? `of owner label "${printable(label, 63)}"`
      : 'of others';
  return `${article} ${form}alias ${whose} ${at}`;
}

/** How an address name is reached by one address family; without `form` no alias of ours can stand there. */
export interface Alias extends Pick<AliasForm, 'form'> {
  readonly type: AddressType;
  readonly sets: AliasSets;
}

/** What becomes of our alias: `first` goes before the address set that it names, `last` comes behind it. */
export interface AliasChanges {
  readonly first: readonly Change[];
  readonly last: readonly Change[];
}

/**
 * The changes after which our alias stands as it should: while the address set has addresses, and no longer, so that it never
 * names a set that is not there (L9).
 *
 * @param ownerName of the address set
 * @param sets of its type, with the CNAMEs
 * @param instances addresses in it, once everything is applied
 */
export function aliasChanges(
  { ownerName, type, sets, form }: { readonly ownerName: string } & Alias,
  instances: number,
  naming: Naming,
): AliasChanges {
  const ours = sets.filter((set) => isOurAlias(set, naming));
  const wanted = form && instances > 0 ? [aliasSet({ ownerName, type, form }, instances, naming)] : [];
  const isIn = (all: readonly RecordSet[], set: RecordSet) => all.some((one) => sameRecordSet(one, set));
  const kept = form === undefined && instances > 0;
  return {
    first: kept
      ? []
      : exchange(
          ours.filter((set) => !isIn(wanted, set)),
          [],
        ),
    last: exchange(
      [],
      wanted.filter((set) => !isIn(ours, set)),
    ),
  };
}

interface OwnAlias {
  readonly ownerName: string;
  readonly type: AddressType;
  readonly form: 'simple' | 'weighted';
}

function aliasSet({ ownerName, type, form }: OwnAlias, instances: number, naming: Naming): RecordSet {
  return {
    ownerName: aliasNameOf(ownerName, naming) ?? ownerName,
    type,
    ttl: 0,
    values: [],
    policy: 'other',
    attributes: ['AliasTarget'],
    aliasTarget: { name: ownerName },
    // Of all answers each instance is in the same share, whichever deployment it belongs to.
    ...(form === 'weighted' && { setIdentifier: naming.owner, weight: Math.min(instances, MAX_SET_WEIGHT) }),
  };
}
