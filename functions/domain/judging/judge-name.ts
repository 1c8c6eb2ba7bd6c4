import { normalSrv, srvText } from '../dns/srv.ts';
import { type EndpointKey, type Shift, srvOf } from '../ecs/claim.ts';
import type { WithEndpoint } from '../health/judged.ts';
import { notPassing } from '../health/too-few-healthy.ts';
import type { InventoryEntry } from '../reading/inventory.ts';
import { isPermitted, permitAt } from '../reading/permitted.ts';
import { isKnown } from '../reading/reading.ts';
import type { PublishedReason } from '../words/reason.ts';
import { isInstanceSet, type OurValue, routingAt } from '../zone/routing.ts';
import { isApart } from './apart.ts';
import { claimantsOf } from './claimants.ts';
import { withoutDraining } from './draining.ts';
import { explainValue } from './explain.ts';
import type { JudgeContext, LeftOut, NameJudgement, NameView, Staying } from './judgement.ts';
import type { KeyVerdict } from './key-verdict.ts';
import { awaiting, isServing, shiftAt, withoutIdleTests, withoutShifted } from './shift.ts';

/** Judges one name: what stays, what leaves and why, what is left out and why. */
export function judgeName(named: NameView, context: JudgeContext): NameJudgement {
  const view = { ...named, judged: withoutIdleTests(named) };
  const { routing, conflict } = routingAt(view.sets, context.routing, context.naming);
  const leftOut = view.judged.flatMap(({ claim }) =>
    claim.leftOut ? [{ claim, reason: claim.leftOut.reason, ...detailOf(claim.leftOut) }] : [],
  );
  if (!routing) {
    const others = view.judged.filter(({ claim }) => !claim.leftOut);
    const conflicting = others.map(({ claim }) => ({ claim, reason: 'conflict' as const, detail: conflict }));
    const nothing = { current: [], stays: [], leaves: [], absent: [] };
    return { name: view.name, routing: context.routing, conflict, ...nothing, leftOut: [...leftOut, ...conflicting] };
  }

  const current = view.sets.filter((set) => isInstanceSet(set, context.naming));
  const ours = Map.groupBy(view.ours, ({ key }) => key);
  const endpoints = claimantsOf(view.judged);
  const keys = new Set([...ours.keys(), ...endpoints.keys()]);
  const verdicts = [...keys].sort().map((key) =>
    judgeKey(
      {
        key,
        ours: ours.get(key) ?? [],
        claimants: endpoints.get(key) ?? [],
        entry: view.remembered.values[key],
      },
      view,
      context,
    ),
  );
  // Before health is judged: what is to leave anyway neither counts for those that fail, nor against them.
  const shifted = withoutShifted(verdicts, view, { ...context, kind: context.facts.kind });
  const settled = [...Map.groupBy(shifted, ({ key }) => isApart(view, key))].flatMap(([apart, some]) => {
    const remaining = context.drains?.(apart) ? withoutDraining(some, context.facts.kind) : some;
    return applyHealthPolicy(remaining, context);
  });
  // A claim that explains what became of its own value has its reason there.
  const explained = new Set(settled.map(({ explainedBy }) => explainedBy));
  return {
    name: view.name,
    current,
    routing,
    ...(conflict !== undefined && { conflict }),
    stays: settled.flatMap(({ stays }) => stays),
    leaves: settled.flatMap(({ leaves }) => leaves),
    leftOut: [
      ...leftOut.filter(({ claim }) => !explained.has(claim)),
      ...settled.flatMap((verdict) => verdict.leftOut),
    ],
    absent: settled.flatMap(({ key, absent }) => (absent ? [key] : [])),
  };
}

interface KeyView {
  readonly key: EndpointKey;
  readonly ours: readonly OurValue[];
  /** The best first. */
  readonly claimants: readonly WithEndpoint[];
  readonly entry: InventoryEntry | undefined;
}

function judgeKey(view: KeyView, { name, judged }: NameView, context: JudgeContext): KeyVerdict {
  const { key, ours, claimants, entry } = view;
  const [best] = claimants;
  const shift = shiftAt(claimants);
  const outside = shift && { shift };
  const ready = readyOf(view, shift);
  if (ready?.verdict.state === 'passing') {
    return { ...publishKey(view, ready, ready.verdict.by), ...unknownOwner(view, context), ...outside };
  }
  const notYet = (waiting: readonly WithEndpoint[]) => waiting.map((one) => notReady(one, context.facts.now));
  const nothing = { key, stays: [], leaves: [], leftOut: notYet(claimants), absent: false };
  if (ours.length === 0) return { ...nothing, ...outside };

  const decided = permitAt(context.permitted?.get(name), { name, ours: ours.map(({ value }) => srvText(value)) });
  const permit = decided && { permit: decided };
  const about = entry ? { entry } : {};
  // A value stands for its entry's instance while that claims the endpoint, whoever else does too.
  const incumbent = entry ? claimants.find(({ claim }) => claim.task === entry.task) : best;
  if (incumbent) {
    const rivals = notYet(claimants.filter((one) => one !== incumbent));
    return {
      ...nothing,
      ...outside,
      leftOut: rivals,
      incumbent: { judged: incumbent, values: ours, ...about, ...permit },
    };
  }
  const facts = permit ? { ...context.facts, ...permit } : context.facts;
  const { by, absent, ...explained } = explainValue(view, judged, { ...context, facts });
  const fate =
    explained.action === 'remove'
      ? { leaves: ours.map((value) => ({ ...value, ...about, reason: explained.reason })) }
      : { stays: ours.map((value) => ({ ...value, ...about, ...why(explained), isNew: false })) };
  return { ...nothing, ...fate, ...(by && { explainedBy: by }), absent };
}

function unknownOwner({ ours, claimants, entry }: KeyView, { facts }: JudgeContext): Pick<KeyVerdict, 'unknownOwner'> {
  if (ours.length === 0 || !entry || claimants.some(({ claim }) => claim.task === entry.task)) return {};
  return isKnown(facts.cluster(entry.cluster)) ? {} : { unknownOwner: true };
}

const why = ({ reason, detail }: { readonly reason: PublishedReason; readonly detail?: string }) => ({
  reason,
  ...(detail !== undefined && { detail }),
});

/** What ECS calls UNHEALTHY enters late: the value has to be its own already. */
function isReady({ claim, verdict }: WithEndpoint, { ours, entry }: KeyView): boolean {
  const published = ours.length > 0 && (entry === undefined || entry.task === claim.task);
  return verdict.state === 'passing' && (published || !claim.taskUnhealthy);
}

/** Of several that claim an endpoint, one that is to serve; nothing enters by one that is not, beside one that is. */
function readyOf(view: KeyView, shift: Shift | undefined): WithEndpoint | undefined {
  const ready = view.claimants.filter((one) => isReady(one, view));
  const serving = ready.find(({ claim }) => isServing(claim));
  return serving ?? (view.ours.length > 0 || shift ? ready[0] : undefined);
}

/** Publishes the claimant's value; other values at the same endpoint (another weight, say) give way to it. */
function publishKey(
  { key, ours, claimants, entry }: KeyView,
  { claim }: WithEndpoint,
  by: 'running' | 'check',
): KeyVerdict {
  const besides = claimants.map((one) => one.claim).filter((one) => one !== claim);
  const wanted = srvOf(claim.endpoint);
  const standing = ours.find(({ value }) => normalSrv(value) === normalSrv(wanted));
  return {
    key,
    stays: [
      {
        key,
        value: standing?.value ?? wanted,
        reason: by === 'running' ? 'running' : 'healthy',
        isNew: standing === undefined,
        claim,
        ...(besides.length > 0 && { besides }),
      },
    ],
    leaves: ours
      .filter((value) => value !== standing)
      .map((value) => ({ ...value, reason: 'replaced' as const, claim, ...(entry && { entry }) })),
    leftOut: [],
    absent: false,
  };
}

function notReady({ claim, verdict }: WithEndpoint, now: number): LeftOut {
  if (!isServing(claim)) return awaiting(claim);
  const detail = verdict.state === 'passing' ? TASK_UNHEALTHY : verdict.cause;
  if (claim.graceEndsAt !== undefined && now < claim.graceEndsAt) return { claim, reason: 'starting', detail };
  return { claim, reason: verdict.state === 'unknown' ? 'unprobed' : 'unhealthy', detail };
}

const TASK_UNHEALTHY = 'it passes its own checks, but ECS calls its task UNHEALTHY';

/** Decides over the published instances that do not pass, all of a name together (L7). */
function applyHealthPolicy(verdicts: readonly KeyVerdict[], context: JudgeContext): readonly KeyVerdict[] {
  const incumbents = verdicts.flatMap(({ incumbent }) => (incumbent ? [incumbent] : []));
  if (incumbents.length === 0) return verdicts;
  const failing = incumbents.filter(({ judged }) => judged.verdict.state === 'failing').length;
  // What only stays until others have come says nothing of them.
  const counts = ({ claim, isNew, reason }: Staying) => claim && !isNew && reason !== 'held-shift';
  const passing = verdicts.flatMap(({ stays }) => stays.filter(counts)).length;
  const decision = notPassing(
    { passing, failing, unknown: incumbents.length - failing },
    { ...context, kind: context.facts.kind },
  );
  // What panic has let go in the full plan goes, but failing checks never empty a name (L7).
  const leaves = (one: KeyVerdict) => one.incumbent && mayLeave(one.incumbent, context);
  const othersStay = verdicts.some((one) => one.stays.length > 0 || (one.incumbent && !leaves(one)));

  return verdicts.map((verdict) => {
    if (!verdict.incumbent) return verdict;
    const { judged, values, entry } = verdict.incumbent;
    const cause = judged.verdict.state === 'passing' ? {} : { detail: judged.verdict.cause };
    const about = { claim: judged.claim, ...(entry && { entry }), ...cause };
    const failing = othersStay && leaves(verdict) ? 'unhealthy' : decision.failing;
    const reason = judged.verdict.state === 'failing' ? failing : decision.unknown;
    return reason === 'unhealthy'
      ? { ...verdict, leaves: values.map((value) => ({ ...value, ...about, reason })) }
      : { ...verdict, stays: values.map((value) => ({ ...value, ...about, reason, isNew: false })) };
  });
}

/** Whether the full plan, of which this is a slice, has decided that an instance that fails its checks leaves. */
function mayLeave({ judged, entry, permit }: NonNullable<KeyVerdict['incumbent']>, { facts }: JudgeContext): boolean {
  const { task } = entry ?? judged.claim;
  const decided = isPermitted(permit, { reason: 'unhealthy', task });
  return decided && judged.verdict.state === 'failing' && !facts.addressTaken(task);
}

const detailOf = ({ detail }: { readonly detail?: string }) => (detail === undefined ? {} : { detail });
