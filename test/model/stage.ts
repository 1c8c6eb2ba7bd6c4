import type { Run } from '../../functions/domain/reading/run.ts';
import { ThrottledError } from '../../functions/domain/words/errors.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import type { InvokeHook } from '../stand-ins/ecs.ts';
import { isWanted } from '../support/fleet.ts';
import { smallSlices } from '../support/sending.ts';
import { type World, worldOn } from '../support/world.ts';
import { type Driven, drive } from './driver.ts';
import { type Fleet, fleet } from './fleet.ts';
import { hooking } from './hooking.ts';
import { watchNames } from './named-watch.ts';
import { type Neighbour, neighbour } from './neighbour.ts';
import { type Pausing, pausedPasses, pausing } from './pausing.ts';
import { type Person, person } from './person.ts';
import { HOOK, type Rolling, rolling } from './rolling.ts';
import { type ShiftWatch, watchShifts } from './shift-watch.ts';
import { newsIn, newsOf, type StageEvent, toldOf } from './stage-events.ts';
import { settingsOf, type Traits, targetTypeOf } from './traits.ts';
import { type Turnstile, turnstile } from './turnstile.ts';
import { type Watch, type Watched, watch } from './watch.ts';

/** How old what ECS shows is at most, in milliseconds. */
const STALENESS = 3_000;
const DEPLOYMENT_READS: ReadonlySet<string> = new Set(['DescribeServices', 'DescribeServiceDeployments']);

/** A bound on everything after the chaos: a history that does not come to rest is a violation. */
const REST = 6_000;

/** What a history is played on: two deployments over one zone, and whoever decides what happens next. */
export interface Stage {
  readonly random: () => number;
  readonly chance: (share: number) => boolean;
  readonly gate: Turnstile;
  readonly ours: World;
  readonly green: World;
  readonly tasks: Fleet;
  /** Only where a service is deployed blue/green. */
  readonly rolling?: Rolling;
  readonly shifts?: ShiftWatch;
  readonly someone: Person;
  /** Only where an address name is declared. */
  readonly neighbour?: Neighbour;
  readonly pausing: Pausing;
  readonly watched: Watch;
  /** Events that ECS has sent and nobody has delivered yet. */
  readonly outbox: StageEvent[];
  readonly trace: string[];
  readonly violations: string[];
  /** When an execution began to verify a slice last, by `sliceIn`. */
  readonly verifiedAt: ReadonlyMap<string, number>;
  /**
   * Messages that nobody comes for, although they say something new. One whose start Step Functions has refused says nothing
   * where its like was queued and acknowledged: the event was tried again in a sandbox that knew it, and dropped there.
   */
  forgotten(): readonly string[];
  /** Plans and changes of the zone that wait on purpose. */
  readonly held: number;
  readonly executions: number;
  launch(world: World, input: unknown, name: string): void;
  /** When an execution was launched. */
  launchedAt(name: string): number;
  /** From now on, or no more, ECS tells nothing of services and their deployments. */
  hideDeployments(hidden: boolean): void;
  /** Deployments go as far as they go by now, beside whatever else happens. */
  advanceDeployments(): void;
  /** Delivers one event, and now and then leaves it to be delivered again. */
  deliver(): void;
  /** Starts what was asked for. */
  startAsked(): Promise<void>;
  /** One call goes on, or else the clock moves; false when nothing is left to go on. */
  goOn(): Promise<boolean>;
  rest(): Promise<void>;
  act(what: string, done: boolean): void;
  /** Nothing new happens any more, and ECS answers at once; steps may still be killed. */
  calmDown(): void;
  /** Only the runs that have to put everything right are left. */
  closeDown(): void;
}

export function stage(
  seed: number,
  traits: Traits,
  {
    random,
    apart,
    checkEnd,
  }: { readonly random: () => number; readonly apart: () => number; readonly checkEnd: (ended: Driven) => void },
): Stage {
  const { kind, stale, faulty, lossy, eventful, throughFile, awsvpcShare, named, shifting } = traits;
  const chance = (share: number) => random() < share;
  const gate = turnstile();
  const special = kind !== 'mixed';
  let calm = false;
  let last = false;
  let held = 0;
  let executions = 0;
  const trace: string[] = [`${kind}: ${JSON.stringify(traits)}`];
  const violations: string[] = [];
  const verifiedAt = new Map<string, number>();
  /** When the reading of a pass began, by `passIn`. */
  const beganAt = new Map<string, number>();
  const plannedAt = new Map<string, number>();
  const launchedAt = new Map<string, number>();
  /** Since when ECS has told nothing of deployments. */
  let hiddenSince: number | undefined;
  const hid: (readonly [number, number])[] = [];
  let invoke: InvokeHook = () => undefined;
  const paused = pausedPasses();

  const cutting = seeded(seed + 4_000_000_007);
  const sliced = cutting() < 0.3;
  const sending = smallSlices({ elements: 1, batches: 1 + Math.floor(cutting() * 2) });
  if (sliced) trace.push(`slices of ${1 + sending.tempo.lifetime / 1_000}`);
  const queueing = seeded(seed + 1_000_000_007);
  const triggering = seeded(seed + 3_000_000_019);
  const sandboxes = 1 + Math.floor(triggering() * 3);
  const refused = triggering() < 0.4 ? 0.3 : 0;
  const late = triggering() < 0.3 ? 0.3 : 0;
  const acknowledged = new Set<string>();
  const refusals = new Map<string, number>();
  const staleness = () => (stale && !calm && chance(0.3) ? Math.floor(random() * STALENESS) : 0);
  const ours = worldOn(gate, {
    random,
    sandbox: () => Math.floor(triggering() * sandboxes),
    // The clock may go on between question and answer, and no answer come.
    aroundStart: async (start) => {
      await (triggering() < late ? gate.sleep(Math.floor(triggering() * 5_000)) : gate.pass());
      if (!last && triggering() < refused) throw new ThrottledError('StartExecution: Rate exceeded');
      const answer = await start();
      await gate.pass();
      return answer;
    },
    before: async ({ operation }) => {
      if (hiddenSince !== undefined && DEPLOYMENT_READS.has(operation)) {
        await gate.pass();
        if (hiddenSince !== undefined) throw new ThrottledError(`${operation}: Rate exceeded`);
        return;
      }
      if (operation !== 'ChangeResourceRecordSets' || calm || !chance(special ? 0.6 : 0.4)) return gate.pass();
      // A plan that waits long before it is applied is where the rare histories are.
      held += 1;
      await gate.pass(Math.floor(random() * (chance(0.4) ? 400 : 90)));
      held -= 1;
    },
    ecs: {
      staleness,
      ...(shifting && { invoke: (...call: Parameters<InvokeHook>) => invoke(...call) }),
    },
    ...(shifting && { route53: { propagationMs: shifting.propagationMs } }),
    ...(sliced && { sending }),
    environment: {
      ...(kind === 'stopping' ? { ON_UNHEALTHY: 'deregister-and-stop' } : { HEALTH_CHECK: 'off' }),
      ...settingsOf(named),
      ...(shifting && { SHIFT_HOOK: HOOK }),
    },
    beforeStep: async (step, payload) => {
      const { execution = '', pass = 0, slice } = (payload as { run?: Partial<Run> }).run ?? {};
      if (step === 'VerifyChanges') verifiedAt.set(sliceIn(execution, slice), gate.now());
      paused.begins(step, passIn(execution, pass));
      if (step === 'SnapshotZone') beganAt.set(passIn(execution, pass), gate.now());
      if (step === 'PlanChanges') plannedAt.set(passIn(execution, pass), gate.now());
      if (execution.startsWith('ours')) trace.push(`${gate.now() % 1_000_000} ${execution} ${step}`);
      if (faulty && !last && step !== 'StartRun' && chance(0.015)) throw new Error(`${step} was killed`);
      if (!special || calm) return;
      if (kind === 'stopping' && step === 'ApplyBatch' && apart() < 0.3) throw new Error(`${step} was killed`);
      if (kind === 'stopping' || step !== 'PlanChanges' || apart() < 0.3) return;
      // Zone and claims are read by then, and nothing is written yet. Who removes waits less than who takes over.
      const full = (payload as { run?: { kind: string } }).run?.kind === 'full';
      held += 1;
      await gate.pass(Math.floor(apart() * (full ? 40 : 150)));
      held -= 1;
    },
  });
  const hides = queueing() < 0.5;
  ours.aws.sqs.admin.setFaults({
    oldHandlesWork: queueing() < 0.5,
    emptyShortPolls: hides ? 0.3 : 0,
    duplicates: queueing() < 0.4 ? 0.3 : 0,
    countLagMs: queueing() < 0.7 ? 60_000 : 0,
  });
  const green = worldOn(gate, {
    random,
    beside: ours,
    environment: {
      HEALTH_CHECK: 'off',
      OWNER_LABEL: 'green',
      DEPLOYMENT_ID: 'another/deployment',
      ...settingsOf(named),
    },
  });
  const rolled = shifting && rolling(ours, random, { ...shifting, lag: staleness });
  const tasks =
    rolled ?? fleet(ours, random, { awsvpcShare, oneName: kind === 'reusing', checked: kind === 'stopping', named });
  const someone = person(ours, random, { meek: eventful || kind === 'retiring' });
  const others = named?.alias && neighbour(ours, random, { form: named.alias, types: named.contested });
  const outbox: StageEvent[] = [];
  ours.aws.ecs.admin.onTaskChange((event) => {
    if (isWanted(event.detail) && !(lossy && chance(0.15))) outbox.push(event);
  });
  if (named?.draining) {
    ours.aws.ecs.admin.onInstanceEvent((event) => {
      if (event.detail.status === 'DRAINING' && !(lossy && chance(0.15))) outbox.push(event);
    });
  }
  const seen: Watched = {
    now: gate.now,
    tasks: tasks.tasks,
    trace,
    violations,
    beganAt: (execution, pass) => (stale ? undefined : beganAt.get(passIn(execution, pass))),
    targetType: targetTypeOf(named),
  };
  const watched = watch(ours, seen);
  if (named) watchNames(ours, named, seen);
  const wasHidden = (pass: string) => {
    const [began = 0, planned = Number.POSITIVE_INFINITY] = [beganAt.get(pass), plannedAt.get(pass)];
    return hid.some(([from, until]) => from < began && until > planned);
  };
  const shifts =
    rolled &&
    watchShifts(ours, rolled, {
      ...seen,
      since: (execution, pass) => (beganAt.get(passIn(execution, pass)) ?? 0) - (stale ? STALENESS : 0),
      isBlind: (execution, pass) => execution.startsWith('ours') && wasHidden(passIn(execution, pass)),
      propagationMs: shifting.propagationMs,
      isUnderWay: (execution) => underWay.has(execution),
    });

  const running = new Set<Promise<void>>();
  const underWay = new Set<string>();
  const launch = (world: World, input: unknown, name: string) => {
    executions += 1;
    launchedAt.set(name, gate.now());
    trace.push(`launch ${name} ${JSON.stringify(input)}`);
    if (world === ours) underWay.add(name);
    const begun = throughFile ? world.start(input, name) : drive(world, input, name);
    const run: Promise<void> = begun.then((execution) => {
      running.delete(run);
      underWay.delete(name);
      trace.push(`ended ${name} ${execution.end}`);
      if (world === ours) checkEnd(execution);
    });
    running.add(run);
  };
  const startAsked = async () => {
    for (let next = ours.started.shift(); next; next = ours.started.shift()) launch(ours, next.input, next.name);
    // What was begun goes on to its first call or wait, before anybody looks at the clock.
    await gate.idle();
  };
  const pauses = pausing(ours, paused, {
    underWay,
    violations,
    start: () => launch(ours, {}, `ours-resumed-${executions}`),
    goesOn(order) {
      const done: Promise<void> = order
        .catch((fault) => void violations.push(`an order failed: ${fault}`))
        .finally(() => running.delete(done));
      running.add(done);
    },
  });
  if (rolled && shifts) {
    const around = { gate, random, rolling: rolled, watched: shifts, trace, violations, isCalm: () => calm };
    invoke = hooking(ours, { ...around, isUnwoken: shifting.unwoken });
  }
  /** Lambda tries an event again whose start Step Functions has refused, in whichever sandbox is free. */
  const trigger = (event: StageEvent) => {
    const news = newsIn(event, tasks);
    const done: Promise<void> = ours.step('StartRun', event).then(
      (answer) => {
        running.delete(done);
        if (Reflect.get(Object(answer), 'execution')) for (const one of news) acknowledged.add(one);
      },
      (fault) => {
        running.delete(done);
        for (const one of news) refusals.set(one, (refusals.get(one) ?? 0) + 1);
        if (fault instanceof ThrottledError) trigger(event);
        else violations.push(`the trigger failed: ${fault}`);
      },
    );
    running.add(done);
  };
  const goOn = async () => {
    await startAsked();
    if (gate.calls > 0) await gate.letPass(Math.floor(random() * gate.calls));
    else if (gate.nextDue !== undefined) await gate.advance(gate.nextDue - gate.now());
    else await gate.idle();
    return running.size > 0 || ours.started.length > 0;
  };
  return {
    random,
    chance,
    gate,
    ours,
    green,
    tasks,
    someone,
    ...(rolled && { rolling: rolled }),
    ...(shifts && { shifts }),
    ...(others && { neighbour: others }),
    pausing: pauses,
    watched,
    outbox,
    forgotten() {
      const left = ours.aws.sqs.admin.peek('ecs-events').map(({ body }) => JSON.parse(body));
      const news = Map.groupBy(left, ({ task, stops }) => newsOf(task, stops !== undefined));
      return [...news].flatMap(([what, all]) =>
        acknowledged.has(what) && all.length <= (refusals.get(what) ?? 0) ? [] : [what],
      );
    },
    trace,
    violations,
    verifiedAt,
    get held() {
      return held;
    },
    get executions() {
      return executions;
    },
    launch,
    launchedAt: (name) => launchedAt.get(name) ?? 0,
    hideDeployments(isHidden) {
      if (isHidden === (hiddenSince !== undefined)) return;
      if (hiddenSince !== undefined) hid.push([hiddenSince, gate.now()]);
      hiddenSince = isHidden ? gate.now() : undefined;
    },
    advanceDeployments() {
      if (!rolled) return;
      const done: Promise<void> = rolled.advance().then(
        () => void running.delete(done),
        (fault) => {
          running.delete(done);
          violations.push(`a deployment does not go on: ${fault}`);
        },
      );
      running.add(done);
    },
    startAsked,
    goOn,
    deliver() {
      const index = Math.floor(random() * outbox.length);
      const [event] = chance(0.15) ? [outbox[index]] : outbox.splice(index, 1);
      if (!event) return;
      trace.push(toldOf(event));
      trigger(event);
    },
    async rest() {
      for (let steps = 0; steps < REST; steps += 1) {
        if (!(await goOn())) return;
      }
      violations.push('the history does not come to rest');
    },
    act(what, done) {
      if (done) trace.push(`${gate.now() % 1_000_000} ${what}`);
    },
    calmDown() {
      calm = true;
    },
    closeDown() {
      last = true;
    },
  };
}

/** The passes of an execution that verify the same. */
export const sliceIn = (execution: string, slice = 0) => `${execution} ${slice}`;
const passIn = (execution: string, pass: number) => `${execution} ${pass}`;
