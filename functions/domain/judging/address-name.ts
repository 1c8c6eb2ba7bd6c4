import { ADDRESS_TYPES, type AddressType, addressTypeOf } from '../dns/address-name.ts';
import { aliasFormAt, aliasSetsOf, isOurAlias } from '../zone/alias.ts';
import { routingAt } from '../zone/routing.ts';
import { judgeName } from './judge-name.ts';
import { everyClaimOf, type JudgeContext, type LeftOut, type NameJudgement, type NameView } from './judgement.ts';
import { withOnePort } from './one-port.ts';

/** A name and what stands at its alias. */
export type AddressNameView = NameView & Required<Pick<NameView, 'alias'>>;

export const isAddressView = (view: NameView): view is AddressNameView => view.alias !== undefined;

/**
 * Judges an address name as any other, with three differences: its instances serve at one port, the addresses of each family
 * are judged apart from those of the other, and while no alias of ours can stand at the name that clients ask for, nothing
 * new of its type is published that nobody would find.
 */
export function judgeAddressName(view: AddressNameView, context: JudgeContext): NameJudgement {
  const reached = typesOf(view, context).map((type) => {
    const sets = aliasSetsOf(view.alias, type);
    return { type, sets, ...aliasFormAt(sets, context.routing, context.naming) };
  });
  const conflict = reached.find((one) => one.conflict !== undefined)?.conflict;
  const judged = judgedAtOnePort(view, { ...context, routing: 'simple' });
  // Where the set itself is another's, its alias is left as it is too.
  if (!routingAt(view.sets, 'simple', context.naming).routing) return judged;
  const judgement: NameJudgement = {
    ...judged,
    aliases: reached.map(({ conflict: _, ...alias }) => alias),
    ...(conflict !== undefined && judged.conflict === undefined && { conflict }),
  };
  const closed = reached.flatMap(({ type, form, conflict: detail }) => (form ? [] : [[type, detail] as const]));
  return withoutNewcomers(judgement, new Map(closed));
}

/** The types that concern a name: of AAAA only where it has such addresses, or had them. */
function typesOf({ alias, ours, judged }: AddressNameView, { naming }: JudgeContext): readonly AddressType[] {
  const endpoints = judged.flatMap(({ claim }) => claim.endpoint ?? []);
  const aliases = alias.filter((set) => isOurAlias(set, naming)).map(({ type }) => type);
  const types = new Set<string>([...[...ours.map(({ value }) => value), ...endpoints].map(addressTypeOf), ...aliases]);
  return ADDRESS_TYPES.filter((type) => types.has(type) || (type === 'A' && types.size === 0));
}

/** Where all that stands leaves for good, those that served at another port may come at once. */
function judgedAtOnePort(view: AddressNameView, context: JudgeContext): NameJudgement {
  const first = judgeName({ ...view, judged: withOnePort(view, context.facts) }, context);
  // The guard may yet hold what nothing explains.
  const leavesForGood = first.stays.length === 0 && first.leaves.every(({ reason }) => reason !== 'unexplained');
  const waits = first.leftOut.some(({ reason, claim }) => reason === 'port-varies' && claim.endpoint);
  if (!leavesForGood || !waits) return first;
  return judgeName({ ...view, judged: withOnePort({ ...view, ours: [] }, context.facts) }, context);
}

/** @param closed types of which no alias of ours can stand, and why */
function withoutNewcomers(
  judgement: NameJudgement,
  closed: ReadonlyMap<AddressType, string | undefined>,
): NameJudgement {
  const waits = ({ isNew, value }: NameJudgement['stays'][number]) => isNew && closed.has(addressTypeOf(value));
  const waiting = judgement.stays.filter(waits).flatMap((one) => {
    const detail = closed.get(addressTypeOf(one.value));
    return everyClaimOf(one).map(
      (claim): LeftOut => ({ claim, reason: 'conflict', ...(detail !== undefined && { detail }) }),
    );
  });
  if (waiting.length === 0) return judgement;
  return {
    ...judgement,
    stays: judgement.stays.filter((one) => !waits(one)),
    leftOut: [...judgement.leftOut, ...waiting],
  };
}
