import { parseSrv } from '../../functions/domain/dns/srv.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { isOurText } from '../support/builders.ts';
import { OWNER, type World, ZONE_ID } from '../support/world.ts';
import { chaos, prepare } from './chaos.ts';
import type { Driven } from './driver.ts';
import type { ModelTask } from './fleet.ts';
import { checkNames } from './named-rest.ts';
import { comeThrough, tellsOfShift } from './shift-course.ts';
import { type Stage, sliceIn, stage } from './stage.ts';
import {
  addressTraits,
  BEFORE_AAAA,
  BEFORE_NAMES,
  BEFORE_PAUSES,
  BEFORE_SHIFTS,
  namedTraits,
  pausingTraits,
  shiftingTraits,
  type Traits,
  targetTypeOf,
  traitsOf,
} from './traits.ts';
import { claimants, namingOf } from './watch.ts';
import { appliedBy, createdBy, publishedBy, sliceOf, valuesOf } from './zone-view.ts';

/** What one history went through, and which laws it broke. */
export interface Report {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly executions: number;
  readonly changes: number;
}

/**
 * One history: full runs, event runs, another owner and a person over one zone, with tasks that come and go and events
 * that are lost, repeated, late and reordered, any call between any two others. Everything follows from the seed.
 *
 * @param onWorld is given each deployment before anything has happened
 */
export async function runHistory(seed: number, onWorld?: (world: World) => void): Promise<Report> {
  const random = seeded(seed);
  const apart = seeded(seed + 2_000_000_011);
  const traits = traitsAt(seed, random, apart);
  const play: Stage = stage(seed, traits, { random, apart, checkEnd: (ended) => checkEnd(ended, play, traits) });
  for (const world of [play.ours, play.green]) onWorld?.(world);
  await prepare(play, traits);
  await chaos(play, traits);
  if (play.rolling) await comeThrough(play, play.rolling);
  await comeToRest(play, traits);
  await putRight(play, traits);
  checkZone(play, traits);
  if (traits.named) await checkNames(play, traits.named);
  const { violations, trace, executions, watched } = play;
  return { seed, violations, trace, executions, changes: watched.changes };
}

function traitsAt(seed: number, random: () => number, apart: () => number): Traits {
  if (seed > BEFORE_SHIFTS) return shiftingTraits(random);
  if (seed > BEFORE_AAAA) return addressTraits(random);
  if (seed > BEFORE_NAMES) return namedTraits(random);
  return seed > BEFORE_PAUSES ? pausingTraits(random) : traitsOf(random, apart);
}

/** What a run has published stands for a task that had not stopped when the run looked last. */
function checkEnd({ name, end }: Driven, play: Stage, { stale }: Traits) {
  const { ours, tasks, violations, verifiedAt, watched } = play;
  if (play.rolling) tellsOfShift(name, play);
  if (end !== 'ZoneInSync' || stale) return;
  const published = valuesOf(ours);
  for (const { name: owner, value, task } of createdBy(ours, name)) {
    const standing = `${owner} ${value}`;
    const publisher = watched.publisherOf(standing);
    if (!published.has(standing) || publisher?.execution !== name) continue;
    const last = verifiedAt.get(sliceIn(name, sliceOf(ours, publisher)));
    if (last === undefined) continue;
    // Whoever had the endpoint last is whose value it is by now.
    const whose = claimants(tasks.tasks, { name: owner, value }).at(-1);
    if (whose?.stoppedAt === undefined || whose.stoppedAt >= last) continue;
    if (whose.awsvpc && addressReused(whose, { publishedFor: task, looked: last, tasks: tasks.tasks })) continue;
    violations.push(`${name} ended with ${value} of ${whose.arn}, which had stopped before its last verification`);
  }
}

/** Another interface had the address when the run looked last: only a full run may decide then (design, section 4). */
function addressReused(
  whose: ModelTask,
  {
    publishedFor,
    looked,
    tasks,
  }: { readonly publishedFor: string | undefined; readonly looked: number; readonly tasks: readonly ModelTask[] },
): boolean {
  if (whose.arn !== publishedFor) return true;
  const others = tasks.filter((one) => one !== whose && one.address === whose.address);
  return whose.ended && others.some(({ endedAt }) => endedAt === undefined || endedAt >= looked);
}

/** The events that are left are delivered, and what they start ends; by then they have brought the zone into sync. */
async function comeToRest(play: Stage, { kind, eventful, faulty }: Traits): Promise<void> {
  const { ours, tasks, violations, gate } = play;
  play.calmDown();
  ours.health.clear();
  await settle(play);
  while (play.pausing.open) {
    play.act('order', play.pausing.order());
    await play.rest();
  }
  if (kind === 'reusing') {
    // An interface that outlives the task whose value stands leaves the decision to a full run: until it is gone.
    while (tasks.end());
    await settle(play);
  }
  // One more thing happens when nothing else does: nobody but its own run sees to it.
  if (kind === 'mixed' && eventful && tasks.fail()) await settle(play);
  const pending = ours.aws.sqs.admin.peek('ecs-events').length;
  const [found, wanted] = [publishedBy(ours, OWNER), tasks.desired()].map((all) => all.join(', '));
  if (eventful && (pending === 0 || play.forgotten().length === 0) && !(faulty && pending > 0) && found !== wanted) {
    violations.push(`no message is left, but the zone is not in sync:\n  zone:    ${found}\n  desired: ${wanted}`);
  }
  if (pending > 0) {
    // Of a deployment that takes minutes some runs are too old to go on: their messages come again later.
    if (!faulty && kind !== 'shifting' && play.forgotten().length > 0)
      violations.push('messages are left that nobody comes for');
    await gate.advance(3_700_000);
  }
}

async function settle({ outbox, gate, random, ...play }: Stage): Promise<void> {
  while (outbox.length > 0) {
    play.deliver();
    await gate.idle();
    for (let calls = Math.floor(random() * 2); calls > 0; calls -= 1) await play.goOn();
  }
  await play.rest();
}

/** Full runs, one after the other, which nothing disturbs: after these everything has to be as it is wanted. */
async function putRight(play: Stage, { again }: Traits): Promise<void> {
  const { ours, green, tasks, violations, trace, gate } = play;
  play.closeDown();
  await gate.advance(5_000);
  const shared = trace.some((line) => line.startsWith('launch green'));
  for (const [world, name] of [
    [ours, 'ours-last'],
    ...(shared ? [[green, 'green-last'] as const] : []),
    ...(again ? [[ours, 'ours-after'] as const] : []),
  ] as const) {
    play.launch(world, {}, name);
    await gate.idle();
    await play.rest();
  }
  if (ours.aws.sqs.admin.peek('ecs-events').length > 0) violations.push('messages are left after a full run');
  // Address record sets of absent hosts are the one thing that may leave later (L5).
  const late = appliedBy(ours, 'ours-after').filter((name) => !/^ip6?-/.test(name));
  if (late.length > 0) violations.push(`a run after the last one still changes ${late.join(', ')}`);
  for (const [world, owner] of [[ours, OWNER] as const, ...(shared ? [[green, 'green'] as const] : [])]) {
    const [found, wanted] = [publishedBy(world, owner), tasks.desired()].map((all) => all.join(', '));
    if (found !== wanted) violations.push(`${owner} does not converge:\n  zone:    ${found}\n  desired: ${wanted}`);
  }
}

function checkZone({ ours, someone, violations }: Stage, { named }: Traits): void {
  const sets = ours.aws.route53.accepted(ZONE_ID);
  const type = targetTypeOf(named);
  const addresses = new Set(sets.flatMap(({ Type, Name }) => (Type === type && Name ? [Name] : [])));
  const values = [...valuesOf(ours)].map((one) => one.split(' ').slice(1).join(' '));
  for (const value of values.filter((one) => isOurText(one, namingOf(OWNER)))) {
    const target = parseSrv(value)?.target ?? '';
    if (!addresses.has(target)) violations.push(`${value} names a target without address record set`);
  }
  const lost = someone.lost();
  if (lost.length > 0) violations.push(`values of the person are lost: ${lost.join(', ')}`);
}
