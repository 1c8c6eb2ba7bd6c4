import { srvText } from '../dns/srv.ts';
import type { EndpointKey } from '../ecs/claim.ts';
import { isApart } from '../judging/apart.ts';
import { isElsewhere } from '../judging/draining.ts';
import { strandedIn } from '../judging/replaced.ts';
import { losesByShift } from '../judging/shift.ts';
import { rememberHeld } from '../reading/held.ts';
import type { Sightings } from '../reading/inventory.ts';
import { anyUnread, isKnown, type Reading } from '../reading/reading.ts';
import { claimsName, type Disposition } from '../words/reason.ts';
import { namingTargets, targetsOf } from './address-units.ts';
import { changeUnits, wantedNames } from './change-units.ts';
import { guardNames, judgeNames, type KeptNames, wholeKey } from './judge-names.ts';
import { leftOutAs, type NamePlan } from './name-plan.ts';
import type { Plan, PlanInput } from './plan.ts';
import { quarantinedTargets, setAside } from './set-aside.ts';
import { settleNames } from './settle-name.ts';
import { sightingsOf } from './sightings.ts';
import { viewZone, type ZoneView } from './view-zone.ts';

/**
 * The product: observed tasks and current record sets in, a plan out, every difference with its reason.
 *
 * Pure: no clock, no I/O, no mutation; the order of its inputs does not matter. Planning again on a zone that the plan
 * was applied to, with the same reading, plans nothing (L5), but for what has to wait for one plan more: instances that
 * fail their checks, since that counts those which this one publishes; and, while no task at all is listed, what leaves
 * once this one has left fewer values than `guardMinimum`, since only a larger zone doubts such an answer.
 */
export function planZone(input: PlanInput): Plan {
  const view = viewZone(input);
  const { judgements, held, settled } = decideNames(view, input);
  const names = settled.map((plan) => setAside(plan, view.aside));
  const { units, addresses } = changeUnits(names, view, input);

  const { reading, coverage } = input;
  const atTargets = targetsOf(namingTargets(names, input)).union(new Set(judgements.flatMap(quarantinedTargets)));
  const wanted = wantedNames({ settled, judgements, addresses }, input);
  return {
    names,
    units,
    dispositions: [...names.flatMap(({ dispositions }) => dispositions), ...unusableDeclarations(reading)],
    lifted: isWhole(input) ? [...view.aside.quarantine.keys()].filter((name) => !wanted.has(name)) : [],
    held,
    taken: [...view.aside.taken].flatMap(([target, what]) => (atTargets.has(target) ? [`${target} ${what}`] : [])),
    ...(coverage.kind === 'full' && {
      remembered: rememberHeld(reading.held, { held, unattributed: unattributed(names), now: reading.now }),
    }),
    ours: view.ours,
    ...(view.untouchable > 0 && { untouchable: view.untouchable }),
    sightings: sightings(view, { names, judgements }, input),
    ...(addresses.idle && { idleAddresses: addresses.idle }),
    proberSuspected: view.proberSuspected,
  };
}

interface Decided {
  readonly judgements: ReturnType<typeof judgeNames>;
  readonly held: Plan['held'];
  readonly settled: readonly NamePlan[];
}

/**
 * Judges the names and fits them into their record sets. Where what was to outlast a draining host, or to follow another
 * revision, has no place after all, the instances before it stay.
 */
function decideNames(view: ZoneView, input: PlanInput, kept: KeptNames = NONE_KEPT): Decided {
  const { kind } = input.coverage;
  const judgements = judgeNames(view, input, kept);
  const held = guardNames(judgements, view, input);
  const settled = settleNames(judgements, held, input);
  const emptied = settled.flatMap((plan, index) => emptiedOf(plan, view.names[index] ?? {}, kind));
  const stranded = new Map<string, ReadonlySet<EndpointKey>>(
    settled.flatMap((plan) => {
      const keys = strandedIn(plan);
      return keys.length > 0 ? [[plan.name, new Set(keys).union(kept.stranded.get(plan.name) ?? new Set())]] : [];
    }),
  );
  const facts = { kind, minimumHealthyShare: input.settings.minimumHealthyShare };
  const lost = settled.flatMap((plan, index) => {
    const named = view.names[index];
    return named && losesByShift(plan, named, facts) ? [plan.name] : [];
  });
  if (emptied.length + lost.length + stranded.size === 0) return { judgements, held, settled };
  const whole = kept.whole.union(new Set(emptied));
  return decideNames(view, input, {
    whole,
    unshifted: kept.unshifted.union(new Set(lost)),
    stranded: new Map([...kept.stranded, ...stranded]),
  });
}

const NONE_KEPT: KeptNames = { whole: new Set(), unshifted: new Set(), stranded: new Map() };

/** Of the values of a name those that are apart, or the others, where draining hosts would leave none elsewhere. */
function emptiedOf(
  { name, stays, leaves, leftOut }: NamePlan,
  view: Parameters<typeof isApart>[0],
  kind: PlanInput['coverage']['kind'],
): readonly string[] {
  return [false, true].flatMap((apart) => {
    const isHere = (key: string) => isApart(view, key) === apart;
    const drains =
      leaves.some(({ key, reason }) => reason === 'host-draining' && isHere(key)) ||
      leftOut.some(({ claim, reason }) => reason === 'host-draining' && isHere(claim.endpoint?.target ?? ''));
    if (!drains) return [];
    const remain = stays.some((one) => isHere(one.key) && isElsewhere(one, kind));
    return remain ? [] : [wholeKey(name, apart)];
  });
}

/** Values that stay although no instance that was seen stands behind them. */
const unattributed = (names: readonly NamePlan[]) =>
  names.flatMap(({ name, stays }) =>
    stays.filter(({ claim }) => !claim).map(({ value }) => ({ name, value: srvText(value) })),
  );

/** What the plan teaches about each name. */
function sightings(
  { names: views }: ZoneView,
  { names, judgements }: { readonly names: readonly NamePlan[]; readonly judgements: ReturnType<typeof judgeNames> },
  { reading, coverage, settings }: PlanInput,
): readonly Sightings[] {
  const listed = new Set(reading.listed);
  const isListed = (cluster: string) => coverage.kind === 'full' && isKnown(reading.clusters[cluster]);
  return names.map((plan, index) =>
    sightingsOf(plan, judgements[index], {
      ours: views[index]?.ours,
      remembered: views[index]?.remembered,
      listed,
      isListed,
      drains: settings.onDraining === 'deregister',
    }),
  );
}

/** Whether a plan knows of everything what is wanted of it. */
const isWhole = ({ coverage, reading }: PlanInput) => coverage.kind === 'full' && !anyUnread(reading);

/** Unusable declarations belong to no name's plan; each run reports those of the tasks that it looked at. */
function unusableDeclarations({ judged }: Reading): readonly Disposition[] {
  return judged.flatMap(({ claim }) => {
    const { leftOut } = claim;
    return leftOut && !claimsName(claim) ? [leftOutAs({ claim, ...leftOut })] : [];
  });
}
