import type { RecordSet, Routing } from '../../functions/domain/dns/record-set.ts';
import type { Claim } from '../../functions/domain/ecs/claim.ts';
import { revisionShares, type ServiceState } from '../../functions/domain/ecs/deployment.ts';
import { withShares } from '../../functions/domain/ecs/shares.ts';
import type { Plan } from '../../functions/domain/plan/plan.ts';
import { planZone } from '../../functions/domain/plan/plan-zone.ts';
import type { RememberedName } from '../../functions/domain/reading/inventory.ts';
import { batchUnits } from '../../functions/domain/sending/batch.ts';
import { plannedNames } from '../../functions/domain/telling/plan-record.ts';
import { disagreements } from '../../functions/domain/telling/verify.ts';
import { ourValues } from '../../functions/domain/zone/routing.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import {
  CALC,
  CLUSTER,
  claim,
  DEPLOYMENT,
  endpoint,
  FAILING,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  PASSING,
  reading,
  SETTINGS,
  snapshot,
  taskArn,
} from '../support/builders.ts';
import { rememberedAfter } from '../support/inventory.ts';
import { applyChanges } from '../support/zone-model.ts';
import { type Dice, diceOf } from './dice.ts';
import { HOOK, type Rollout, type RolloutTask, rollout, toldOf } from './rollout.ts';

const TEST = 'try.shop.internal.';
/** Two instances share a host, whatever their revisions. */
const addressOf = (id: string) => `10.0.0.${1 + (Math.floor(Number(id) / 2) % 200)}`;
const portOf = (id: string) => 8_000 + Number(id);

/** What a run reads at one moment, and who is to serve then. */
interface Read {
  readonly zone: readonly RecordSet[];
  readonly now: number;
  readonly kind: 'full' | 'event';
  readonly tasks: readonly Readonly<RolloutTask>[];
  /** Of which tasks it hears: an event run of some. */
  readonly heard: ReadonlySet<string>;
  readonly state: ServiceState;
  readonly serving: readonly number[] | undefined;
  readonly tested: number | undefined;
}

/**
 * One world of a service that deploys: revisions that come one after the other or into each other, rollbacks, deployments
 * that somebody stops or ECS does not tell of, instances that fail, runs that overlap. Everything follows from the seed.
 */
export function runShiftWorld(seed: number): {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
} {
  const dice = diceOf(seeded(seed));
  const count = 1 + dice.upTo(4);
  const ecs = rollout(dice, count);
  const play = stage(dice, ecs, count);
  for (let round = 0; round < 30 && play.violations.length === 0; round += 1) {
    const act = dice.pick(['deploy', 'step', 'step', 'step', 'step', 'back', 'halt', 'health', 'none'] as const);
    if (act === 'deploy' && (!ecs.isUnderWay() || dice.chance(0.2))) ecs.deploy();
    if (act === 'step') ecs.step(play.isShifted());
    if (act === 'back') ecs.rollBack();
    if (act === 'halt' && dice.chance(0.3)) ecs.halt();
    if (act === 'health') for (const one of dice.some(ecs.tasks, 0.3)) one.passes = dice.chance(0.7);
    play.trace.push(`${round} ${act}: ${toldOf(ecs)}`);
    play.run();
  }
  play.rest();
  return { violations: play.violations.map((what) => `seed ${seed}: ${what}`), trace: play.trace };
}

function stage(dice: Dice, ecs: Rollout, count: number) {
  const violations: string[] = [];
  const trace: string[] = [];
  const routing = dice.pick<Routing>(['simple', 'weighted', 'multivalue']);
  let zone: readonly RecordSet[] = [];
  let remembered: readonly RememberedName[] = [];
  let now = NOW;
  let late: (() => void) | undefined;
  let was: Pick<Read, 'state' | 'serving' | 'tested'> | undefined;

  const idsAt = (name: string, sets: readonly RecordSet[] = zone): readonly string[] => {
    const keys = new Set(
      sets.filter((set) => set.ownerName === name).flatMap((set) => ourValues(set, NAMING).map(({ key }) => key)),
    );
    return ecs.tasks.map(({ id }) => id).filter((id) => keys.has(keyOf(addressOf(id), portOf(id))));
  };
  /** What ECS says of the deployment: as it is, as it was a moment ago, or nothing. */
  const said = (): Pick<Read, 'state' | 'serving' | 'tested'> => {
    const is = { state: ecs.describe(), serving: ecs.serving(), tested: ecs.tested() };
    const before = was;
    was = ecs.isUnderWay() ? is : undefined;
    if (before && dice.chance(0.1)) return before;
    if (!ecs.isUnderWay() || dice.chance(0.85)) return is;
    return { ...is, state: { ...is.state, deployment: 'unreadable' }, serving: undefined };
  };
  const look = (kind: Read['kind'], isCalm = false): Read => ({
    zone,
    now,
    kind,
    tasks: ecs.tasks.map((one) => ({ ...one })),
    heard: new Set((kind === 'full' ? ecs.tasks : dice.some(ecs.tasks, 0.6)).map(({ id }) => id)),
    ...(isCalm ? { state: ecs.describe(), serving: ecs.serving(), tested: ecs.tested() } : said()),
  });
  const plan = (read: Read): Plan => {
    const { judgedClaims, listed } = claimsOf(read);
    return planZone({
      snapshot: snapshot(read.zone, { marker: { deployment: DEPLOYMENT } }),
      reading: reading({
        now: read.now,
        judged: judgedClaims,
        listed,
        remembered,
        taskFates: Object.fromEntries(
          read.tasks.flatMap(({ id, state }) =>
            state === 'stopped' && read.heard.has(id) ? [[taskArn(id), 'stopped']] : [],
          ),
        ),
        ...(read.kind === 'event' && {
          addresses: {
            recordSets: read.zone.filter(({ type }) => type === 'A'),
            lookedFor: judgedClaims.flatMap(({ claim: one }) => one.endpoint?.target ?? []),
          },
        }),
      }),
      coverage: read.kind === 'full' ? { kind: 'full' } : { kind: 'event', names: [CALC, TEST] },
      settings: { ...SETTINGS, routing },
    });
  };
  const send = (read: Read, planned: Plan) => {
    const whole = read.kind === 'full';
    remembered = rememberedAfter(remembered, planned, { now: read.now, takenAt: read.now, whole });
    for (const { changes } of batchUnits(planned.units).flatMap(({ units }) => units)) {
      try {
        zone = applyChanges(zone, changes);
        checkTargets();
      } catch {
        // Another run was faster: Route 53 refuses the batch, and the next run plans anew.
        return;
      }
    }
  };
  /** L9: what a value names is there. */
  const checkTargets = () => {
    const addresses = new Set(zone.flatMap(({ type, ownerName }) => (type === 'A' ? [ownerName] : [])));
    const named = zone.flatMap((set) => ourValues(set, NAMING)).map(({ value }) => value.target);
    const lost = named.find((target) => !addresses.has(target));
    if (lost !== undefined) violations.push(`nothing stands at ${lost}, which a value names`);
  };
  const judge = (read: Read, planned: Plan) => {
    const [before, after] = [idsAt(CALC, read.zone), idsAt(CALC)];
    const of = (id: string) => read.tasks.find((one) => one.id === id);
    const serves = (id: string) => read.serving?.includes(of(id)?.revision ?? -1) ?? false;
    const come = after.filter((id) => !before.includes(id));
    const gone = before.filter((id) => !after.includes(id) && of(id)?.state === 'running');
    const say = (what: string) => violations.push(`${what}: ${before} became ${after} (${planned.units.length} units)`);
    for (const id of come) if (!serves(id)) say(`${id} has entered and is not to serve`);
    const good = after.filter((id) => serves(id) && of(id)?.passes);
    const shifted = gone.filter((id) => !serves(id));
    const enough = Math.max(1, SETTINGS.minimumHealthyShare * count);
    const alone = after.filter(
      (id) => of(id)?.state === 'running' && !serves(id) && of(id)?.passes && read.heard.has(id),
    );
    if (read.serving && come.length > 0 && alone.length > 0 && good.length < enough)
      say(`${come} did not wait until ${alone} left`);
    if (shifted.length > 0 && read.serving === undefined) say('something has left, and nobody could tell');
    if (shifted.length > 0 && good.length < enough) say(`a shift has left ${good.length} of ${count}`);
    if (!isUntouched(read)) say('without the hook its deployment would change what is judged');
    // A second look at the tasks, which knows nothing of deployments, finds everything as it is.
    for (const { finding } of disagreements(plannedNames(planned, read.now), claimsOf(read).claims)) say(finding);
    for (const id of idsAt(TEST)) {
      if (idsAt(TEST, read.zone).includes(id) || of(id)?.revision === read.tested) continue;
      say(`${id} has entered the test name and is not tested`);
    }
  };

  return {
    violations,
    trace,
    /** Whether the zone has what the hook waits for: nobody else, and enough of those that are to serve. */
    isShifted: () => {
      const serving = ecs.serving();
      const there = idsAt(CALC).map((id) => ecs.tasks.find((one) => one.id === id)?.revision ?? -1);
      return serving?.length === 0 || (there.length > 0 && there.every((one) => serving?.includes(one)));
    },
    /** Now and then a run that plans on what it has read, and applies it only after the next one has. */
    run() {
      now += MINUTE;
      const read = look(dice.chance(0.6) ? 'full' : 'event');
      const planned = plan(read);
      if (!late && dice.chance(0.15)) {
        late = () => send(read, planned);
        return;
      }
      send(read, planned);
      judge(read, planned);
      trace.push(`  ${read.kind}${read.serving ? '' : ' (unknown)'}: ${idsAt(CALC)} | ${idsAt(TEST)}`);
      if (late && dice.chance(0.5)) {
        late();
        late = undefined;
      }
    },
    /** Everybody passes, every answer comes: what is under way ends, and the zone is as it should be. */
    rest() {
      if (violations.length > 0) return;
      for (const one of ecs.tasks) one.passes = true;
      const full = () => {
        now += MINUTE;
        const read = look('full', true);
        const planned = plan(read);
        send(read, planned);
        return planned;
      };
      const check = (when: string) => {
        full();
        const serving = ecs.serving();
        const wanted = ecs.tasks.filter(({ state, revision }) => state === 'running' && serving?.includes(revision));
        const ids = wanted.map(({ id }) => id);
        if (serving && ids.length > 0 && idsAt(CALC).join() !== ids.join())
          violations.push(`${when}: ${idsAt(CALC)} stand, not ${ids} (${toldOf(ecs)})`);
        const tested = ecs.tasks.filter(({ state, revision }) => state === 'running' && revision === ecs.tested());
        if (serving && idsAt(TEST).join() !== tested.map(({ id }) => id).join())
          violations.push(`${when}: ${idsAt(TEST)} stand under the test name, not ${tested.map(({ id }) => id)}`);
        const again = full().units.filter(({ kind }) => kind === 'name');
        if (again.length > 0) violations.push(`${when}: a further run changes ${again.map(({ name }) => name)}`);
      };
      check('at rest');
      for (let round = 0; round < 12; round += 1) {
        if (ecs.serving() === undefined) ecs.deploy();
        ecs.step(true);
        for (const one of ecs.tasks) one.passes = true;
        check(`round ${round} of the rest`);
      }
    },
  };
}

/** Whether a service that does not ask to be shifted is judged as if nobody knew of deployments. */
function isUntouched(read: Read): boolean {
  const { claims } = claimsOf(read);
  const hooks = read.state.hooks.map((one) => ({ ...one, target: `${one.target}-of-others` }));
  const shares = revisionShares({ ...read.state, hooks }, HOOK, false);
  const shared = withShares(claims, [{ cluster: CLUSTER, name: 'calc', service: read.state.service, shares }], NAMING);
  return JSON.stringify(shared) === JSON.stringify({ claims, remarks: [] });
}

function claimsOf({ tasks, heard, state }: Read) {
  const seen = tasks.filter((one) => one.state !== 'stopped' && heard.has(one.id));
  const claims = seen.map(({ id, revision, state: at }): Claim => {
    const where = at === 'running' ? { endpoint: endpoint(addressOf(id), portOf(id)) } : {};
    const stops = at === 'stopping' ? { leftOut: { reason: 'stopping', taskStops: true } as const } : {};
    return claim(id, { service: 'calc', startedBy: `ecs-svc/${revision}`, ...where, ...stops });
  });
  const shares = revisionShares(state, HOOK, false);
  const shared = withShares(claims, [{ cluster: CLUSTER, name: 'calc', service: state.service, shares }], NAMING);
  const passes = new Set(seen.flatMap(({ id, passes: good }) => (good ? [taskArn(id)] : [])));
  return {
    claims,
    judgedClaims: shared.claims.map((one) => judged(one, passes.has(one.task) ? PASSING : FAILING)),
    listed: seen.map(({ id }) => taskArn(id)),
  };
}
