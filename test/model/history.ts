import { isOurValue } from '../../functions/domain/dns/naming.ts';
import { parseSrv } from '../../functions/domain/dns/srv.ts';
import type { PlanRecord } from '../../functions/domain/plan/record.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import type { TaskStateChangeEvent } from '../stand-ins/ecs.ts';
import { isWanted } from '../support/fleet.ts';
import { OWNER, type World, worldOn, ZONE, ZONE_ID } from '../support/world.ts';
import { type Driven, drive } from './driver.ts';
import { fleet, type ModelTask, NAMES } from './fleet.ts';
import { person } from './person.ts';
import { turnstile } from './turnstile.ts';

/** What one history went through, and which laws it broke. */
export interface Report {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly executions: number;
  readonly changes: number;
}

/** Scheduler steps of the part in which everything may happen. */
const CHAOS = 120;
/** A bound on everything after it: a history that does not come to rest is a violation. */
const REST = 6_000;

const naming = (owner: string) => ({ zone: ZONE, owner });
const isOurs = (value: string) => isOurValue(value, naming(OWNER));

/**
 * One history: full runs, event runs, another owner and a person over one zone, with tasks that come and go and events
 * that are lost, repeated, late and reordered, any call between any two others. Everything follows from the seed.
 */
export async function runHistory(seed: number): Promise<Report> {
  const random = seeded(seed);
  const chance = (share: number) => random() < share;
  const gate = turnstile();
  const stale = chance(0.25);
  const faulty = chance(0.3);
  const lossy = chance(0.4);
  /** Nothing happens that only a full run repairs: here the events alone must bring the zone into sync. */
  const eventful = !stale && !lossy && chance(0.7);
  const throughFile = chance(0.03);
  const shared = chance(0.5);
  const again = chance(0.25);
  /** Nothing new happens any more, and ECS answers at once; steps may still be killed. */
  let calm = false;
  /** Only the runs that have to put everything right are left. */
  let last = false;
  let writesHeld = 0;
  const trace: string[] = [];
  const violations: string[] = [];
  const verifiedAt = new Map<string, number>();

  const ours = worldOn(gate, {
    random,
    before: async ({ operation }) => {
      if (operation !== 'ChangeResourceRecordSets' || calm || !chance(0.4)) return gate.pass();
      // A plan that waits long before it is applied is where the rare histories are.
      writesHeld += 1;
      await gate.pass(Math.floor(random() * (chance(0.4) ? 400 : 90)));
      writesHeld -= 1;
    },
    ecs: { staleness: () => (stale && !calm && chance(0.3) ? Math.floor(random() * 3_000) : 0) },
    environment: { HEALTH_CHECK: 'off' },
    beforeStep: (step, payload) => {
      const execution = (payload as { run?: { execution: string } }).run?.execution ?? '';
      if (step === 'VerifyChanges') verifiedAt.set(execution, gate.now());
      if (execution.startsWith('ours')) trace.push(`${gate.now() % 1_000_000} ${execution} ${step}`);
      if (faulty && !last && step !== 'StartRun' && chance(0.015)) throw new Error(`${step} was killed`);
    },
  });
  // Drawn apart, so that the histories of known seeds stay what they are.
  const queueing = seeded(seed + 1_000_000_007);
  const hides = queueing() < 0.5;
  ours.aws.sqs.admin.setFaults({
    oldHandlesWork: queueing() < 0.5,
    emptyShortPolls: hides ? 0.3 : 0,
    countLagMs: hides ? 0 : 60_000,
    duplicates: queueing() < 0.4 ? 0.3 : 0,
  });
  const green = worldOn(gate, {
    random,
    beside: ours,
    environment: { HEALTH_CHECK: 'off', OWNER_LABEL: 'green', DEPLOYMENT_ID: 'another/deployment' },
  });
  const tasks = fleet(ours, random, { awsvpcShare: eventful ? 0 : chance(0.4) ? 0.6 : 0.1 });
  const someone = person(ours, random, { meek: eventful });

  const outbox: TaskStateChangeEvent[] = [];
  ours.aws.ecs.admin.onTaskChange((event) => {
    if (isWanted(event.detail) && !(lossy && chance(0.15))) outbox.push(event);
  });
  let changes = 0;
  /** Which execution published a value last, by `owner-name value`. */
  const publisher = new Map<string, string>();
  ours.aws.route53.onChange(({ comment = '', changes: applied }) => {
    changes += 1;
    const execution = /execution (\S+)/.exec(comment)?.[1] ?? '';
    for (const { before, after } of applied) {
      const known = new Set((before?.ResourceRecords ?? []).map(({ Value }) => Value));
      for (const { Value } of after?.ResourceRecords ?? []) {
        if (!known.has(Value)) publisher.set(`${after?.Name} ${Value}`, execution);
      }
    }
    trace.push(
      `${gate.now() % 1_000_000} change by ${comment}: ${applied.map(({ before, after }) => `${before?.Name ?? after?.Name} [${(before?.ResourceRecords ?? []).map(({ Value }) => Value)}] → [${(after?.ResourceRecords ?? []).map(({ Value }) => Value)}]`).join('; ')}`,
    );
    const by = comment.includes('execution green') ? 'green' : comment.includes('execution') ? OWNER : undefined;
    if (by === undefined) return;
    for (const { before, after } of applied) {
      const others = (set: typeof before) =>
        (set?.Type === 'SRV' ? (set.ResourceRecords ?? []) : [])
          .map(({ Value = '' }) => Value)
          .filter((value) => !isOurValue(value, naming(by)))
          .sort()
          .join(' | ');
      if (others(before) !== others(after)) {
        violations.push(`${comment} changed values of others: ${others(before)} → ${others(after)}`);
      }
    }
  });

  const running = new Set<Promise<void>>();
  let executions = 0;
  const launch = (world: World, input: unknown, name: string) => {
    executions += 1;
    trace.push(`launch ${name} ${JSON.stringify(input)}`);
    const begun = throughFile ? world.start(input, name) : drive(world, input, name);
    const run: Promise<void> = begun.then((execution) => {
      running.delete(run);
      trace.push(`ended ${name} ${execution.end}`);
      if (world === ours) checkEnd(execution);
    });
    running.add(run);
  };
  const checkEnd = ({ name, end }: Driven) => {
    const last = verifiedAt.get(name);
    if (end !== 'ZoneInSync' || last === undefined || stale) return;
    const published = valuesOf(ours);
    for (const { name: owner, value, task } of createdBy(ours, name)) {
      const standing = `${owner} ${value}`;
      if (!published.has(standing) || publisher.get(standing) !== name) continue;
      // Whoever had the endpoint last is whose value it is by now.
      const whose = tasks.tasks.findLast(
        (one) =>
          `${one.name}.${ZONE}` === owner && value.includes(` ${one.port} ip-${one.address.replaceAll('.', '-')}.`),
      );
      if (whose?.stoppedAt === undefined || whose.stoppedAt >= last) continue;
      if (whose.awsvpc && addressReused(whose, task, last)) continue;
      violations.push(`${name} ended with ${value} of ${whose.arn}, which had stopped before its last verification`);
    }
  };
  /** Another interface had the address when the run looked last: only a full run may decide then (design, section 4). */
  const addressReused = (whose: ModelTask, publishedFor: string | undefined, looked: number) =>
    whose.arn !== publishedFor ||
    tasks.tasks.some(
      (one) =>
        one !== whose &&
        whose.ended &&
        one.address === whose.address &&
        (one.endedAt === undefined || one.endedAt >= looked),
    );
  const deliver = () => {
    const index = Math.floor(random() * outbox.length);
    const [event] = chance(0.15) ? [outbox[index]] : outbox.splice(index, 1);
    if (!event) return;
    trace.push(`event ${event.detail.taskArn.slice(-6)} ${event.detail.desiredStatus} v${event.detail.version}`);
    const sent = ours.step('StartRun', event).then(
      () => void running.delete(done),
      (fault) => {
        running.delete(done);
        violations.push(`the trigger failed: ${fault}`);
      },
    );
    const done: Promise<void> = sent;
    running.add(done);
  };
  const startAsked = async () => {
    for (let next = ours.started.shift(); next; next = ours.started.shift()) launch(ours, next.input, next.name);
    // What was begun goes on to its first call or wait, before anybody looks at the clock.
    await gate.idle();
  };
  /** One call goes on, or else the clock moves; false when nothing is left to go on. */
  const goOn = async () => {
    await startAsked();
    if (gate.calls > 0) await gate.letPass(Math.floor(random() * gate.calls));
    else if (gate.nextDue !== undefined) await gate.advance(gate.nextDue - gate.now());
    else await gate.idle();
    return running.size > 0 || ours.started.length > 0;
  };
  const rest = async () => {
    for (let steps = 0; steps < REST; steps += 1) {
      if (!(await goOn())) return;
    }
    violations.push('the history does not come to rest');
  };

  const act = (what: string, done: boolean) => {
    if (done) trace.push(`${gate.now() % 1_000_000} ${what}`);
  };
  let fulls = 0;
  let greens = 0;
  for (let step = 0; step < CHAOS; step += 1) {
    const dice = random();
    await startAsked();
    // The next task on the same port, while the change that the last one caused is on its way.
    if (writesHeld > 0 && chance(0.06)) act('take over', tasks.takeOver());
    if (dice < 0.05) act('start', tasks.start());
    else if (dice < 0.08) act('stop', tasks.stop());
    else if (dice < 0.1) act('end', tasks.end());
    else if (dice < 0.13) act('take over', tasks.takeOver());
    else if (dice < 0.145) act('replace', [tasks.stop(), tasks.end(), tasks.start()].includes(true));
    else if (dice < 0.19 && outbox.length > 0) deliver();
    else if (dice < 0.205) act('person', await someone.edit());
    else if (dice < 0.22 && fulls < 2) {
      fulls += 1;
      launch(ours, { trigger: 'schedule' }, `ours-${fulls}`);
    } else if (shared && dice < 0.235 && greens < 2) {
      greens += 1;
      launch(green, {}, `green-${greens}`);
    } else if (dice < 0.255) await gate.advance(Math.floor(random() * 2_000));
    else if (gate.ready > 0) await gate.letPass(Math.floor(random() * gate.ready));
    else if (gate.nextDue !== undefined && gate.nextDue - gate.now() < 15_000)
      await gate.advance(gate.nextDue - gate.now());
    else if (gate.calls > 0) await gate.letPass(Math.floor(random() * gate.calls));
  }

  calm = true;
  while (outbox.length > 0) {
    deliver();
    await gate.idle();
    for (let calls = Math.floor(random() * 2); calls > 0; calls -= 1) await goOn();
  }
  await rest();
  const pending = ours.aws.sqs.admin.peek('ecs-events').length;
  if (eventful && pending === 0 && publishedBy(ours, OWNER).join() !== tasks.desired().join()) {
    violations.push(
      `no message is left, but the zone is not in sync:\n  zone:    ${publishedBy(ours, OWNER).join(', ')}\n  desired: ${tasks.desired().join(', ')}`,
    );
  }
  if (pending > 0) {
    if (!faulty) violations.push('messages are left that nobody comes for');
    await gate.advance(3_700_000);
  }
  last = true;
  await gate.advance(5_000);
  for (const [world, name] of [
    [ours, 'ours-last'],
    ...(greens > 0 ? [[green, 'green-last'] as const] : []),
    ...(again ? [[ours, 'ours-after'] as const] : []),
  ] as const) {
    launch(world, {}, name);
    await gate.idle();
    await rest();
  }
  if (ours.aws.sqs.admin.peek('ecs-events').length > 0) violations.push('messages are left after a full run');
  // Address record sets of absent hosts are the one thing that may leave later (L5).
  const late = appliedBy(ours, 'ours-after').filter((name) => !name.startsWith('ip-'));
  if (late.length > 0) violations.push(`a run after the last one still changes ${late.join(', ')}`);

  for (const [world, owner] of [[ours, OWNER] as const, ...(greens > 0 ? [[green, 'green'] as const] : [])]) {
    const found = publishedBy(world, owner);
    const wanted = tasks.desired();
    if (found.join('\n') !== wanted.join('\n')) {
      violations.push(`${owner} does not converge:\n  zone:    ${found.join(', ')}\n  desired: ${wanted.join(', ')}`);
    }
  }
  const sets = ours.aws.route53.recordSets(ZONE_ID);
  const addresses = new Set(sets.flatMap(({ Type, Name }) => (Type === 'A' && Name ? [Name] : [])));
  for (const value of [...valuesOf(ours)].map((one) => one.split(' ').slice(1).join(' ')).filter(isOurs)) {
    const target = parseSrv(value)?.target ?? '';
    if (!addresses.has(target)) violations.push(`${value} names a target without address record set`);
  }
  const lost = someone.lost();
  if (lost.length > 0) violations.push(`values of the person are lost: ${lost.join(', ')}`);
  return { seed, violations, trace, executions, changes };
}

/** Every SRV value of the zone, as `owner-name value`. */
function valuesOf({ aws }: World): ReadonlySet<string> {
  return new Set(
    aws.route53
      .recordSets(ZONE_ID)
      .filter(({ Type }) => Type === 'SRV')
      .flatMap(({ Name, ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => `${Name} ${Value}`)),
  );
}

/** What a deployment publishes, as `declared-name address port`. */
function publishedBy(world: World, owner: string): readonly string[] {
  return NAMES.flatMap((name) =>
    world.values(name).flatMap((value) => {
      const srv = isOurValue(value, naming(owner)) ? parseSrv(value) : undefined;
      const address = /^ip-(\d+-\d+-\d+-\d+)\./.exec(srv?.target ?? '')?.[1]?.replaceAll('-', '.');
      return srv ? [`${name} ${address} ${srv.port}`] : [];
    }),
  ).sort();
}

function plansOf({ bucket }: World, execution: string): readonly PlanRecord[] {
  return [...bucket]
    .filter(([key]) => key.startsWith(`runs/${execution}/`) && key.endsWith('/plan.json'))
    .map(([, text]) => JSON.parse(text).body);
}

function createdBy(world: World, execution: string) {
  return plansOf(world, execution).flatMap(({ names }) =>
    names.flatMap(({ name, created }) => created.map(({ task, value }) => ({ name, task, value }))),
  );
}

/** Owner names whose changes of an execution took effect. */
function appliedBy({ bucket }: World, execution: string): readonly string[] {
  return [...bucket].flatMap(([key, text]) =>
    key.startsWith(`runs/${execution}/`) && key.includes('/applied-') ? JSON.parse(text).body.applied : [],
  );
}
