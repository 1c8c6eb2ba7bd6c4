import type { AddressFamily } from '../../functions/domain/dns/address-family.ts';
import { anyUnread } from '../../functions/domain/reading/reading.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import { reasonRow } from '../../functions/domain/words/reason.ts';
import type { Capacity } from '../../functions/domain/zone/capacity.ts';
import { faultPort } from '../faults/port.ts';
import { watch } from '../faults/watch.ts';
import { drive } from '../model/driver.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { connectEvents } from '../support/fleet.ts';
import { UNFIT } from '../support/hostile.ts';
import { smallSlices } from '../support/sending.ts';
import { OWNER, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';
import { checkAnswers, checkNamed, checkRetired } from './answers.ts';
import { type Dice, diceOf } from './dice.ts';
import { disturbance } from './disturb.ts';
import { type Fleet, fleet, type Instance } from './fleet.ts';
import { fill, foreign, isMarked, published } from './zone.ts';

/** What one world went through, and which laws it broke. */
export interface Report {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly runs: number;
  readonly faults: number;
}

const GUARD_MINIMUM = 10;
/** Which worlds publish IPv6 addresses, by the rest of their seed. */
const FAMILIES = new Map<number, AddressFamily>([
  [1, 'ipv6'],
  [3, 'dualstack'],
  [5, 'ipv4'],
]);
/** What a name can hold in every fourth world, where it is spread beyond that: three in a simple set, about four in a part. */
const TINY: Capacity = { values: 3, characters: 16_000, sets: 100, octets: 260 };

/**
 * One world: a zone in which others have their own, a fleet, settings; one to three runs with changes before each and
 * faults in most; then good runs until it must be at rest. Everything follows from the seed.
 *
 * @param onWorld is given the world before anything is in it
 */
export async function runWorld(seed: number, onWorld?: (world: StillWorld) => void): Promise<Report> {
  const random = seeded(seed);
  const dice = diceOf(random);
  // Not drawn, so that the other worlds stay what they are.
  const spreads = seed % 4 === 0;
  const family = FAMILIES.get(seed % 6);
  const settings = {
    ...settingsOf(dice),
    ...(spreads && { BEYOND_CAPACITY: 'spread' }),
    ...(family && { ADDRESS_FAMILY: family }),
  };
  const disturbed = dice.chance(0.7);
  // Calls of the run bucket are many, and each costs its time: they fail in some worlds only.
  const bareRim = dice.chance(0.8);
  const port = faultPort();
  // Drawn by itself, so that the worlds of known seeds stay what they are.
  const cutting = diceOf(seeded(seed + 1_000_000_007));
  const slices = cutting.chance(0.3) ? 1 + cutting.upTo(2) : 0;
  let ahead = 0;
  const later = (milliseconds: number) => {
    ahead += milliseconds;
  };
  const around = world({
    random,
    environment: settings,
    bareRim,
    ...(spreads && { capacity: TINY }),
    ...(slices > 0 && { sending: smallSlices({ elements: 1, batches: slices }) }),
    ...(disturbed && { ...port.options, later: () => ahead }),
  });
  onWorld?.(around);
  const trace: string[] = [JSON.stringify(settings), ...(slices > 0 ? [`slices of ${slices}`] : [])];
  const { blocked, shared, taken } = await fill(around, dice);
  /** Names at which what is wanted may not be all that is published. */
  const crowded = spreads ? shared.union(blocked) : blocked;
  const tasks = fleet(around, dice, { checks: settings.HEALTH_CHECK !== 'off', family });
  const begun = foreign(around);
  const at = (ownerName: string, value: string) =>
    tasks.instances.filter((one) => `${one.name}.${ZONE}` === ownerName && one.value === value);
  const watching = watch(around, (ownerName, value) =>
    at(ownerName, value).every((one) => !tasks.lives(one) || tasks.fails(one)),
  );
  const violations: string[] = [];
  const breaks = (law: string, what: string) => violations.push(`${law} ${what}`);
  let runs = 0;
  let faults = 0;
  const everything = () => JSON.stringify(around.aws.route53.recordSets(ZONE_ID));
  const untouched = everything();
  if (family) around.aws.route53.onChange(({ changes }) => checkNamed(around, tasks, changes, breaks));
  /** An answer that said to be whole has hidden record sets. */
  let deceived = false;

  const go = async (input: unknown, name: string) => {
    runs += 1;
    const end = (await around.clock.run(drive(around, input, name))).end;
    trace.push(`${name} ${end}: ${published(around).join(', ')}`);
    // What a person has approved may be as much as it is.
    const largest = name === 'approved' ? 1 : Number(settings.MAX_DELETE_SHARE);
    const plans = plansOf(around, name);
    for (const plan of plans) checkPlan(plan, { maxDeleteShare: largest, decided: decidedBy(plans[0]) }, breaks);
    return end;
  };

  for (let round = 1 + dice.upTo(2); round > 0; round -= 1) {
    const events = dice.chance(0.3) ? connectEvents(around) : undefined;
    for (let changes = dice.upTo(5); changes > 0; changes -= 1) tasks.change();
    trace.push(`fleet: ${describe(tasks)}`);
    await events?.settled();
    events?.off();
    const met =
      disturbed && dice.chance(0.8)
        ? disturbance(around, dice, { clusters: tasks.clusters, bareRim, later })
        : undefined;
    if (met) {
      port.arm(met.fault);
      faults += 1;
      deceived ||= HIDING.test(met.name);
      trace.push(`fault: ${met.name}`);
    }
    const removed = watching.removed.length;
    const asked = around.started.shift();
    const name = asked?.name ?? `run-${runs}`;
    const end = await go(asked?.input ?? {}, name);
    port.disarm();
    if (met) around.restart();
    for (const lost of watching.removed.slice(removed)) {
      const [ownerName = '', ...value] = lost.split(' ');
      const whose = at(ownerName, value.join(' '));
      if (whose.length > 0 && whose.every(({ cluster }) => met?.unread.includes(cluster)))
        breaks('L1', `${lost} was removed, whose cluster could not be read`);
    }
    if (met?.halting && plansOf(around, name).some(anyUnread))
      breaks('L11', 'a cluster was not read that has answered something in each try');
    // An answer that knows nothing of a task is no word of its running.
    const offered = plansOf(around, name).flatMap(({ held }) => (met?.name.includes('failures') ? [] : held));
    for (const one of offered.filter(({ name: ownerName, value }) => at(ownerName, value).some(tasks.lives)))
      breaks('L8', `${one.name} ${one.value} is offered for approval, whose task runs`);
    if (!met && end === 'RemovalsHeld') checkHeld(tasks, crowded, published(around), breaks);
    await around.clock.advance(dice.pick([1_000, 60_000, 300_000]));
  }

  if (taken && deceived && isMarked(around)) {
    // Nobody could know that the label is in use when it was marked; what others have there is theirs all the same.
    await go({}, 'last');
    if (foreign(around) !== begun) breaks('L2', `what is not ours has changed:\n  ${begun}\n  ${foreign(around)}`);
    return { violations, trace, runs, faults };
  }
  if (taken) {
    const end = await go({}, 'last');
    if (end !== 'RunFailed') breaks('L2', `the owner label is in use, and the last run ended in ${end}`);
    if (everything() !== untouched) breaks('L2', `the owner label is in use, and the zone has changed`);
    return { violations, trace, runs, faults };
  }

  tasks.heal();
  await around.clock.advance(60_000);
  let end = await go({}, 'last');
  const hash = plansOf(around, 'last').flatMap(({ heldHash }) => heldHash ?? [])[0];
  if (hash !== undefined) {
    checkHeld(tasks, crowded, published(around), breaks);
    end = await go({ approve: hash }, 'approved');
  }
  if (end !== 'ZoneInSync') breaks('L5', `the last run ended in ${end}`);
  const wanted = desired(tasks, crowded);
  const found = published(around).filter((one) => !crowded.has(one.slice(0, one.indexOf(' '))));
  if (found.join('\n') !== wanted.join('\n'))
    breaks('L5', `does not converge:\n  zone:    ${found.join(', ')}\n  desired: ${wanted.join(', ')}`);
  if (family) checkAnswers(around, tasks, found, breaks);
  const late: string[] = [];
  const stop = around.aws.route53.onChange(({ changes }) =>
    late.push(...changes.map(({ before, after }) => before?.Name ?? after?.Name ?? '')),
  );
  await go({}, 'after');
  stop();
  checkTold(plansOf(around, 'after'), tasks, found, breaks);
  const others = late.filter((name) => !name.endsWith(`.${OWNER}.${ZONE}`));
  if (others.length > 0) breaks('L5', `a run after the last one still changes ${others.join(', ')}`);
  if (family) await checkRetired(around, () => go({}, 'retired'), breaks);
  if (foreign(around) !== begun) breaks('L2', `what is not ours has changed:\n  ${begun}\n  ${foreign(around)}`);
  for (const violation of watching.violations) breaks('L1, L2', violation);
  for (const [key, text] of around.bucket) {
    if (!/^[\w.:/-]+$/.test(key) || UNFIT.test(text)) breaks('L14', `${key} has a text of a workload in it as it is`);
  }
  return { violations, trace, runs, faults };
}

const HIDING = /^route53:ListResourceRecordSets (page cut short|empty page)/;

function settingsOf(dice: Dice) {
  return {
    HEALTH_CHECK: dice.pick(['on', 'on', 'off']),
    MINIMUM_HEALTHY_SHARE: dice.pick(['0', '0.5', '0.5', '1']),
    MAX_DELETE_SHARE: dice.pick(['0.1', '0.3', '0.3', '1']),
    RECORD_TTL: dice.pick(['0', '5', '60']),
  };
}

/** What the zone must hold in the end, as `name value`. */
const desired = ({ instances, lives }: Fleet, blocked: ReadonlySet<string>) =>
  instances
    .filter((one) => lives(one) && !blocked.has(one.name))
    .map(({ name, value }) => `${name} ${value}`)
    .sort();

/** New instances go through, however many removals are held (L8). */
function checkHeld(
  tasks: Fleet,
  blocked: ReadonlySet<string>,
  found: readonly string[],
  breaks: (law: string, what: string) => void,
): void {
  const standing = new Set(found);
  const healthy = tasks.instances.filter((one: Instance) => tasks.lives(one) && !tasks.fails(one));
  const missing = healthy.filter((one) => !blocked.has(one.name) && !standing.has(`${one.name} ${one.value}`));
  if (missing.length > 0)
    breaks('L8', `removals are held, and ${missing[0]?.name} ${missing[0]?.value} is not published`);
}

/** What slices of a full run may remove, as `<name> <endpoint> <reason>`. */
function decidedBy(full: PlanRecord | undefined): ReadonlySet<string> {
  const names = full?.kind === 'full' ? full.names : [];
  return new Set(names.flatMap(({ name, removed }) => removed.map(({ key, reason }) => `${name} ${key} ${reason}`)));
}

function checkPlan(
  plan: PlanRecord,
  { maxDeleteShare, decided }: { readonly maxDeleteShare: number; readonly decided: ReadonlySet<string> },
  breaks: (law: string, what: string) => void,
): void {
  const { names, dispositions, ours, kind, slice } = plan;
  const isDecided = (what: string) => slice !== undefined && decided.has(what);
  for (const { name, target, port, outcome, reason } of dispositions) {
    const row = reasonRow(outcome, reason);
    if (outcome === 'removed' && isDecided(`${name} ${target}:${port} ${reason}`)) continue;
    if (!row) breaks('L6', `${name} ${target} ${port} has reason "${reason}"`);
    else if (kind === 'event' && 'eventRun' in row && !row.eventRun)
      breaks('L3', `an event run says ${outcome} "${reason}" of ${name} ${target} ${port}`);
  }
  const reasons = new Set(
    dispositions.map(({ outcome, name, target, port }) => `${outcome} ${name} ${target}:${port}`),
  );
  for (const { name, created, removed } of names) {
    for (const { key } of created)
      if (!reasons.has(`published ${name} ${key}`)) breaks('L6', `${name} ${key} is published without a reason`);
    for (const { key } of removed)
      if (!reasons.has(`removed ${name} ${key}`)) breaks('L6', `${name} ${key} is removed without a reason`);
  }
  const unexplained = names.flatMap(({ name, removed }) =>
    removed.filter(({ key, reason }) => reason === 'unexplained' && !isDecided(`${name} ${key} ${reason}`)),
  ).length;
  if (kind === 'event' && unexplained > 0) breaks('L8', 'an event run removes without an explanation');
  if (ours >= GUARD_MINIMUM && unexplained / ours > maxDeleteShare)
    breaks('L8', `${unexplained} of ${ours} are removed without an explanation`);
}

/** Each value that stands and each instance that runs has a reason in a full run that read everything (L6). */
function checkTold(
  plans: readonly PlanRecord[],
  { instances, lives }: Fleet,
  found: readonly string[],
  breaks: (law: string, what: string) => void,
): void {
  const told = plans.flatMap(({ dispositions }) => dispositions);
  const standing = new Set(told.map(({ name, target, port }) => `${name} ${port} ${target}`));
  for (const one of found) {
    const [name, , , port, target] = one.split(' ');
    if (!standing.has(`${name}.${ZONE} ${port} ${target}`)) breaks('L6', `${one} stands without a reason`);
  }
  const tasks = new Set(told.map(({ name, task }) => `${name} ${task}`));
  const silent = instances.filter((one) => lives(one) && !tasks.has(`${one.name}.${ZONE} ${one.task}`));
  if (silent.length > 0) breaks('L6', `nothing is said of ${silent[0]?.name} of ${silent[0]?.task}`);
}

function plansOf({ bucket }: StillWorld, execution: string): readonly PlanRecord[] {
  return [...bucket]
    .filter(([key]) => key.startsWith(`runs/${execution}/`) && key.endsWith('/plan.json'))
    .map(([, text]) => JSON.parse(text).body);
}

const describe = ({ instances, lives, fails }: Fleet) =>
  instances
    .map((one) => `${one.name} ${one.address}:${one.port} ${lives(one) ? (fails(one) ? 'fails' : 'ok') : one.state}`)
    .join(', ');
