import { type Claim, type EndpointKey, endpointKey, type Shift } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import { isShareOf } from '../health/too-few-healthy.ts';
import type { AbsenceFacts } from './absent.ts';
import { isApart } from './apart.ts';
import {
  everyClaimOf,
  type JudgeContext,
  type Leaving,
  type LeftOut,
  type NameView,
  type Staying,
} from './judgement.ts';
import type { KeyVerdict } from './key-verdict.ts';

/** Whether an instance serves, as far as a deployment of its service says. */
export const isServing = ({ shift }: Pick<Claim, 'shift'>): boolean => shift === undefined || shift.share === 'all';

/**
 * What the deployment says of an endpoint that is claimed; undefined where any that claims it serves. Where it is known of
 * none of them whether they do, that counts.
 */
export function shiftAt(claimants: readonly Pick<Judged, 'claim'>[]): Shift | undefined {
  if (claimants.some(({ claim }) => isServing(claim))) return undefined;
  return (claimants.find(({ claim: { shift } }) => shift?.share === 'unknown') ?? claimants[0])?.claim.shift;
}

/** The claim of an instance that may not enter now. */
export function awaiting(claim: Claim): LeftOut {
  const { share, state } = claim.shift ?? {};
  const why = share === 'unknown' ? 'nobody can tell whether it is to serve' : 'its revision is not to serve now';
  return { claim, reason: 'awaiting-shift', detail: withState(why, state) };
}

const withState = (why: string, state: string | undefined) => (state === undefined ? why : `${why}: ${state}`);

/**
 * What claims a name, but for claims of a test name that would only say that there is nothing: those of whom nothing stands
 * there, and who are not to.
 */
export function withoutIdleTests({ judged, ours, remembered }: NameView): readonly Judged[] {
  const isIdle = ({ claim }: Judged) => claim.shift?.isTest && !isServing(claim);
  if (!judged.some(isIdle)) return judged;
  const keys = new Set(ours.map(({ key }) => key));
  const tasks = new Set([...keys].map((key) => remembered.values[key]?.task));
  const stands = ({ task, endpoint }: Claim) => tasks.has(task) || (endpoint && keys.has(endpointKey(endpoint)));
  return judged.filter((one) => !isIdle(one) || stands(one.claim));
}

/** What a shift is judged by. */
export interface ShiftFacts {
  /** Whatever claims the name. */
  readonly judged: readonly Judged[];
  readonly kind: AbsenceFacts['kind'];
  readonly minimumHealthyShare: number;
}

/** The instances of a service that are to serve at a name, and how many of them do. */
interface Serving {
  readonly passing: number;
  /** As many as it has, or ECS is to run. */
  readonly wanted: number;
  readonly isEnough: boolean;
}

/**
 * Whether enough of those that are to serve stand at a name, or enter it, for the others to leave: as many of those wanted
 * as `minimumHealthyShare` says, and one at least. An event run sees some of them only, so it has to know how many there are.
 *
 * @param service its ARN
 * @param apart of addresses of IPv6, which not all that ECS requests need to have: a full run sees how many do
 */
export function servingAt(
  service: string,
  stays: readonly Staying[],
  { judged, kind, minimumHealthyShare, apart = false }: ShiftFacts & { readonly apart?: boolean },
): Serving {
  const own = judged.flatMap(({ claim }) => (claim.shift?.service === service ? [claim] : []));
  const requested =
    apart && kind === 'full' ? undefined : own.find(({ shift }) => shift?.requested !== undefined)?.shift?.requested;
  const declared = new Set(own.flatMap((claim) => (isServing(claim) && !isGoing(claim) ? [claim.task] : [])));
  const passing = new Set(
    stays.flatMap(({ claim, reason }) =>
      claim?.shift?.service === service && isServing(claim) && (reason === 'running' || reason === 'healthy')
        ? [claim.task]
        : [],
    ),
  ).size;
  const wanted = Math.max(1, declared.size, requested ?? 0);
  const isWhole = kind === 'full' || requested !== undefined;
  return { passing, wanted, isEnough: isWhole && isShareOf(passing, wanted, minimumHealthyShare) };
}

const isGoing = ({ leftOut }: Claim) =>
  leftOut !== undefined && (leftOut.taskStops || leftOut.reason === 'stopping' || leftOut.reason === 'ignored');

/**
 * Lets the revision that is not to serve wait outside, and leave once enough of the other stand: a shift never empties a
 * name. Until then the other waits too, so that those of the one enter in the change in which those of the other leave.
 *
 * | its share       | stands in the zone | enough of those that are to serve pass | then                             |
 * | --------------- | ------------------ | --------------------------------------- | -------------------------------- |
 * | none            | no                 | any                                     | left out as `awaiting-shift`     |
 * | none            | yes                | yes                                     | leaves as `shifted`              |
 * | none            | yes                | no                                      | stays as `held-shift`, whatever its health |
 * | none, test name | yes                | any                                     | leaves as `shifted`              |
 * | unknown         | no                 | any                                     | left out as `awaiting-shift`     |
 * | unknown         | yes                | any                                     | stays as `held-shift`            |
 * | all             | no                 | no, and one of share none stands and passes | left out as `awaiting-shift` |
 * | all, or no word | any                | any                                     | as judged otherwise              |
 *
 * Of an address name the clients of one address family do not live on by the addresses of the other.
 */
export function withoutShifted(
  verdicts: readonly KeyVerdict[],
  view: NameView,
  context: Omit<ShiftFacts, 'judged'> & Pick<JudgeContext, 'unshifted'>,
): readonly KeyVerdict[] {
  const outsiders = verdicts.filter(({ shift }) => shift);
  if (outsiders.length === 0) return verdicts;
  const stays = verdicts.flatMap((verdict) => (verdict.shift ? [] : verdict.stays));
  const groups = Map.groupBy(outsiders, ({ key, shift }) => sideOf(shift?.service, isApart(view, key)));
  const serving = new Map(
    [...groups.values()].flatMap((group) => {
      const its = group[0]?.shift && servingBeside(group[0].key, group[0].shift.service, { stays, view, context });
      return its ? group.map((verdict) => [verdict, its] as const) : [];
    }),
  );
  const sides = new Map(
    outsiders.flatMap((verdict) => {
      const its = serving.get(verdict);
      return isKnown(verdict) && servesAlone(verdict) && its?.isEnough === false
        ? [[sideOf(verdict.shift?.service, isApart(view, verdict.key)), its] as const]
        : [];
    }),
  );
  return verdicts.map((verdict) => {
    const {
      shift,
      key,
      stays: [own],
    } = verdict;
    if (!shift) {
      const its = sides.get(sideOf(own?.claim?.shift?.service, isApart(view, key)));
      return its ? together(verdict, its) : verdict;
    }
    const its = serving.get(verdict);
    const leaves = isKnown(verdict) && (shift.isTest || (its?.isEnough && !context.unshifted));
    return outside(
      verdict,
      leaves ? { reason: 'shifted' } : { reason: 'held-shift', why: whyHeld(isKnown(verdict), its) },
    );
  });
}

/** A service at a name, for clients of one address family where they are apart. */
const sideOf = (service: string | undefined, apart: boolean) => `${service} ${apart}`;

/** Whether it is known of an endpoint that it is not to serve. */
const isKnown = ({ shift, unknownOwner }: KeyVerdict) => shift?.share === 'none' && !unknownOwner;

/** Whether clients can go on with an endpoint that is not to serve: it stands and passes. */
const servesAlone = ({ shift, stays }: KeyVerdict) => !shift?.isTest && stays.some(({ isNew }) => !isNew);

/** An endpoint that is to serve and would enter now waits until enough of its revision do. */
function together(verdict: KeyVerdict, { passing, wanted }: Serving): KeyVerdict {
  const claims = verdict.stays.flatMap(everyClaimOf);
  const enters = verdict.leaves.length === 0 && verdict.stays.every(({ isNew }) => isNew);
  if (!enters || !claims.every(({ shift }) => shift?.share === 'all')) return verdict;
  const why = `it enters together with enough others: of ${wanted} instances that are to serve ${passes(passing)}`;
  const waits = claims.map(
    (claim): LeftOut => ({ claim, reason: 'awaiting-shift', detail: withState(why, claim.shift?.state) }),
  );
  return { ...verdict, stays: [], leftOut: [...verdict.leftOut, ...waits] };
}

const passes = (count: number) => `${count} ${count === 1 ? 'passes' : 'pass'}`;

function servingBeside(
  key: EndpointKey,
  service: string,
  {
    stays,
    view,
    context,
  }: { readonly stays: readonly Staying[]; readonly view: NameView; readonly context: Omit<ShiftFacts, 'judged'> },
): Serving {
  const apart = isApart(view, key);
  const isBeside = (one: string) => isApart(view, one) === apart;
  const judged = view.judged.filter(({ claim: { endpoint } }) => !endpoint || isBeside(endpoint.target));
  const beside = stays.filter((one) => isBeside(one.key));
  return servingAt(service, beside, { ...context, judged, apart });
}

function whyHeld(isKnown: boolean, serving: Serving | undefined): string {
  if (!isKnown || !serving) return 'nobody can tell whether it is to serve';
  const { passing, wanted, isEnough } = serving;
  return isEnough
    ? 'those that are to serve have no place yet'
    : `of ${wanted} instances that are to serve ${passes(passing)} here`;
}

type Fate = { readonly reason: 'shifted' } | { readonly reason: 'held-shift'; readonly why: string };

/** The verdict over an endpoint of which nobody who claims it serves. */
function outside({ key, stays, leaves, leftOut, incumbent, shift }: KeyVerdict, fate: Fate): KeyVerdict {
  const about = incumbent && { claim: incumbent.judged.claim, ...(incumbent.entry && { entry: incumbent.entry }) };
  // What stands at an endpoint that passes is of whoever passes there, whoever is remembered of it.
  const passing = stays.flatMap(({ isNew, key: at, value, claim }) =>
    isNew || !claim ? [] : [{ key: at, value, claim }],
  );
  const standing = [
    ...passing,
    ...leaves.map(({ key: at, value, claim }) => ({ key: at, value, ...(claim && { claim }) })),
    ...(incumbent?.values ?? []).map((value) => ({ ...value, ...about })),
  ];
  const detail = withState(fate.reason === 'shifted' ? 'its revision does not serve any more' : fate.why, shift?.state);
  const owner = standing[0]?.claim;
  const waits = stays.flatMap(everyClaimOf).filter((claim) => claim !== owner);
  return {
    key,
    absent: false,
    ...(shift && { shift }),
    stays:
      fate.reason === 'held-shift'
        ? standing.map((one) => ({ ...one, reason: fate.reason, isNew: false, detail }))
        : [],
    leaves: fate.reason === 'shifted' ? standing.map((one) => ({ ...one, reason: fate.reason, detail })) : [],
    leftOut: [...leftOut, ...waits.map(awaiting)],
  };
}

/**
 * Whether a name would lose the revision that has served before enough of the other one is there: those of it that were to
 * enter may have found no place. Where the change takes several batches, only those count that stand already, since each
 * batch may be the last.
 */
export function losesByShift(
  { stays, leaves, steps = [] }: Shiftable,
  view: NameView,
  context: Omit<ShiftFacts, 'judged'>,
): boolean {
  const shifted = leaves.filter(({ reason, claim }) => reason === 'shifted' && !claim?.shift?.isTest);
  const there = steps.length > 1 ? stays.filter(({ isNew }) => !isNew) : stays;
  return shifted.some(
    ({ key, claim }) => !servingBeside(key, claim?.shift?.service ?? '', { stays: there, view, context }).isEnough,
  );
}

/** What of a name's plan is looked at. */
interface Shiftable {
  readonly stays: readonly Staying[];
  readonly leaves: readonly Leaving[];
  readonly steps?: readonly unknown[];
}
