import { aliasFormAt } from '../zone/alias.ts';
import { routingAt } from '../zone/routing.ts';
import { judgeName } from './judge-name.ts';
import { claimsOf, type JudgeContext, type LeftOut, type NameJudgement, type NameView } from './judgement.ts';
import { withOnePort } from './one-port.ts';

/** A name and what stands at its alias. */
export type AddressNameView = NameView & Required<Pick<NameView, 'alias'>>;

export const isAddressView = (view: NameView): view is AddressNameView => view.alias !== undefined;

/**
 * Judges an address name as any other, with two differences: its instances serve at one port, and while no alias of ours can
 * stand at the name that clients ask for, nothing new is published that nobody would find.
 */
export function judgeAddressName(view: AddressNameView, context: JudgeContext): NameJudgement {
  const { form, conflict } = aliasFormAt(view.alias, context.routing, context.naming);
  const judged = judgedAtOnePort(view, { ...context, routing: 'simple' });
  // Where the set itself is another's, its alias is left as it is too.
  if (!routingAt(view.sets, 'simple', context.naming).routing) return judged;
  const reached: NameJudgement = {
    ...judged,
    alias: { sets: view.alias, ...(form && { form }) },
    ...(conflict !== undefined && judged.conflict === undefined && { conflict }),
  };
  return form === undefined ? withoutNewcomers(reached, conflict) : reached;
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

function withoutNewcomers(judgement: NameJudgement, detail: string): NameJudgement {
  const waiting = judgement.stays
    .filter(({ isNew }) => isNew)
    .flatMap(claimsOf)
    .map((claim): LeftOut => ({ claim, reason: 'conflict', detail }));
  if (waiting.length === 0) return judgement;
  return {
    ...judgement,
    stays: judgement.stays.filter(({ isNew }) => !isNew),
    leftOut: [...judgement.leftOut, ...waiting],
  };
}
