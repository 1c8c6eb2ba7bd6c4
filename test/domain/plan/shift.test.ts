import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordSet, Routing } from '../../../functions/domain/dns/record-set.ts';
import { type Claim, endpointKey } from '../../../functions/domain/ecs/claim.ts';
import { type DeploymentState, revisionShares, type ServiceState } from '../../../functions/domain/ecs/deployment.ts';
import { withShares } from '../../../functions/domain/ecs/shares.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import type { ChangeUnit } from '../../../functions/domain/zone/change.ts';
import { ourValues, setsOf } from '../../../functions/domain/zone/routing.ts';
import { type World, worlds } from '../../support/arbitrary-worlds.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  claim,
  endpoint,
  entryOf,
  FAILING,
  judged,
  keyOf,
  NAMING,
  ourValue,
  PASSING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
} from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const RUNS = { numRuns: 300 };
const SHARE = SETTINGS.minimumHealthyShare;

const HOOK = 'arn:aws:lambda:eu-west-1:123456789012:function:hook';
const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const revision = (digits: string) => `arn:aws:ecs:eu-west-1:123456789012:service-revision/main/calc/${digits}`;
const BEFORE = ['SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'];
const AFTER = ['PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];
const ROLLBACKS = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

type Colour = 'blue' | 'green';
const DIGITS = { blue: '11', green: '22' } as const;

/** One service in the middle of a deployment: who runs, who passes, who stands in the zone. */
interface Rollout {
  readonly count: number;
  readonly standing: readonly string[];
  /** Instances that do not pass. */
  readonly failing: readonly string[];
  readonly routing: Routing;
  readonly kind: 'full' | 'event';
  /** Somebody else's value stands there too. */
  readonly shared: boolean;
}

const ids = (colour: Colour, count: number) =>
  Array.from({ length: count }, (_, index) => `${(colour === 'blue' ? 1 : 101) + index}`);
const everyone = (count: number) => [...ids('blue', count), ...ids('green', count)];

const rollouts = (about: Partial<Rollout> = {}): fc.Arbitrary<Rollout> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((count) =>
      fc.record({
        count: fc.constant(count),
        standing: fc.subarray(everyone(count)),
        failing: fc.subarray(everyone(count)),
        routing: fc.constantFrom<Routing>('simple', 'weighted', 'multivalue'),
        kind: fc.constantFrom<Rollout['kind']>('full', 'event'),
        shared: fc.boolean(),
      }),
    )
    .map((one) => ({ ...one, ...about }));

const addressOf = (id: string) => `10.0.${Number(id) > 100 ? 1 : 0}.${Number(id) % 100}`;
const claimOf = (colour: Colour, id: string): Claim =>
  claim(id, {
    service: 'calc',
    startedBy: `ecs-svc/${DIGITS[colour]}`,
    endpoint: endpoint(addressOf(id), 80),
  });

const zoneOf = ({ standing, routing, shared }: Rollout): readonly RecordSet[] => {
  const values = standing.map((id) => ({ key: keyOf(addressOf(id), 80), value: ourValue(addressOf(id), 80) }));
  const sets = setsOf(CALC, values, { routing, naming: NAMING, ttl: SETTINGS.recordTtl });
  const theirs = shared && routing === 'simple';
  const [first] = sets;
  return [
    ...(theirs && first ? [{ ...first, values: [...first.values, '1 1 80 db.example.'] }] : sets),
    ...standing.map((id) => addressSet(addressOf(id))),
  ];
};

/** The claims with what a deployment says of them. */
function judgedOf({ count, failing }: Rollout, deployment: Partial<DeploymentState> | 'unreadable'): readonly Judged[] {
  const claims = (['blue', 'green'] as const).flatMap((one) => ids(one, count).map((id) => claimOf(one, id)));
  const state: ServiceState = {
    service: SERVICE,
    cluster: CLUSTER,
    name: 'calc',
    strategy: 'BLUE_GREEN',
    controller: 'ECS',
    hooks: [{ target: HOOK, stages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
    revisions: [
      { arn: revision(DIGITS.blue), requested: count },
      { arn: revision(DIGITS.green), requested: count },
    ],
    deployment:
      deployment === 'unreadable'
        ? deployment
        : {
            arn: 'd',
            status: 'IN_PROGRESS',
            target: { arn: revision(DIGITS.green) },
            sources: [{ arn: revision(DIGITS.blue) }],
            ...deployment,
          },
  };
  const service = { cluster: CLUSTER, name: 'calc', service: SERVICE, shares: revisionShares(state, HOOK, false) };
  const shared = withShares(claims, [service], NAMING).claims;
  return shared.map((one) => {
    const [, id = ''] = one.task.split('task/main/');
    return judged(one, failing.includes(id) ? FAILING : PASSING);
  });
}

function planOf(rollout: Rollout, zone: readonly RecordSet[], all: readonly Judged[]): Plan {
  const values = zone.flatMap((set) => ourValues(set, NAMING));
  const entries = everyone(rollout.count).flatMap((id) => {
    const key = keyOf(addressOf(id), 80);
    return values.some((one) => one.key === key) ? [[key, entryOf(id)] as const] : [];
  });
  return planZone({
    snapshot: snapshot(zone),
    reading: reading({
      judged: all,
      remembered: [rememberedAt(CALC, Object.fromEntries(entries))],
      ...(rollout.kind === 'event' && {
        addresses: {
          recordSets: zone.filter(({ type }) => type === 'A'),
          lookedFor: all.flatMap(({ claim: one }) => one.endpoint?.target ?? []),
        },
      }),
    }),
    coverage: rollout.kind === 'full' ? { kind: 'full' } : { kind: 'event', names: [CALC] },
    settings: { ...SETTINGS, routing: rollout.routing },
  });
}

const sent = ({ units }: Plan): readonly ChangeUnit[] => batchUnits(units).flatMap((batch) => batch.units);
const applied = (zone: readonly RecordSet[], plan: Plan): readonly RecordSet[] =>
  sent(plan).reduce<readonly RecordSet[]>((before, { changes }) => applyChanges(before, changes), zone);
const instancesIn = (zone: readonly RecordSet[], count: number): readonly string[] => {
  const keys = new Set(
    zone
      .filter(({ ownerName }) => ownerName === CALC)
      .flatMap((set) => ourValues(set, NAMING))
      .map(({ key }) => key),
  );
  return everyone(count).filter((id) => keys.has(keyOf(addressOf(id), 80)));
};

/** What the name has after one plan. */
function standingAfter(rollout: Rollout, deployment: Parameters<typeof judgedOf>[1]): readonly string[] {
  const zone = zoneOf(rollout);
  return instancesIn(applied(zone, planOf(rollout, zone, judgedOf(rollout, deployment))), rollout.count);
}
const passing = (colour: Colour, { count, failing }: Rollout) =>
  ids(colour, count).filter((id) => !failing.includes(id));

describe('a deployment', () => {
  it('once shifted has no instance of the old revision, and all of the new one, in one plan', () => {
    fc.assert(
      fc.property(rollouts({ failing: [] }), fc.constantFrom(...AFTER), (rollout, stage) => {
        expect(standingAfter(rollout, { stage })).toEqual(ids('green', rollout.count));
        expect(standingAfter(rollout, { status: 'SUCCESSFUL', stage })).toEqual(ids('green', rollout.count));
      }),
      RUNS,
    );
  });

  it('before it is shifted publishes nobody of the new revision', () => {
    fc.assert(
      fc.property(rollouts(), fc.constantFrom(...BEFORE), (rollout, stage) => {
        const standing = new Set(rollout.standing);

        const found = standingAfter(rollout, { stage });

        expect(found.filter((id) => Number(id) > 100 && !standing.has(id))).toEqual([]);
        expect(found.length > 0 || rollout.standing.length === 0).toBe(true);
      }),
      RUNS,
    );
  });

  it('rolled back has the old revision again, whatever the stage says', () => {
    fc.assert(
      fc.property(
        rollouts({ failing: [] }),
        fc.constantFrom(...ROLLBACKS),
        fc.constantFrom(...BEFORE, ...AFTER),
        (rollout, status, stage) => {
          expect(standingAfter(rollout, { status, stage })).toEqual(ids('blue', rollout.count));
        },
      ),
      RUNS,
    );
  });

  it('leaves the old revision only for enough of the new one, and never an empty name', () => {
    fc.assert(
      fc.property(rollouts(), fc.constantFrom(...AFTER), (rollout, stage) => {
        const stood = rollout.standing.filter((id) => Number(id) < 100);
        const found = standingAfter(rollout, { stage });
        const stays = stood.filter((id) => found.includes(id));
        const good = passing('green', rollout).filter((id) => found.includes(id));

        const isEnough = good.length > 0 && good.length / rollout.count >= SHARE;
        expect(stays).toEqual(isEnough ? [] : stood);
      }),
      RUNS,
    );
  });

  it('lets the new revision in by the change in which the old one leaves, while that passes', () => {
    fc.assert(
      fc.property(rollouts(), fc.constantFrom(...AFTER), (rollout, stage) => {
        const before = new Set(rollout.standing);
        const found = standingAfter(rollout, { stage });
        const entered = found.filter((id) => Number(id) > 100 && !before.has(id));
        const live = passing('blue', rollout).filter((id) => before.has(id) && found.includes(id));

        expect(entered.length === 0 || live.length === 0).toBe(true);
      }),
      RUNS,
    );
  });

  it.each<[string, Partial<DeploymentState> | 'unreadable']>([
    ['is unreadable', 'unreadable'],
    ['is stopped', { status: 'STOPPED', stage: 'BAKE_TIME' }],
    ['is to stop', { status: 'STOP_REQUESTED', stage: 'BAKE_TIME' }],
    ['has a stage that nobody knows', { stage: 'NEW_STAGE' }],
    ['has a status that nobody knows', { status: 'NEW_STATUS', stage: 'BAKE_TIME' }],
  ])('that %s changes nothing', (_, deployment) => {
    fc.assert(
      fc.property(rollouts(), (rollout) => {
        expect(standingAfter(rollout, deployment)).toEqual(
          everyone(rollout.count).filter((id) => rollout.standing.includes(id)),
        );
      }),
      RUNS,
    );
  });

  it('comes to rest in one plan, where nobody fails', () => {
    const states = fc.record({
      status: fc.constantFrom('PENDING', 'IN_PROGRESS', 'SUCCESSFUL', 'STOPPED', ...ROLLBACKS),
      stage: fc.constantFrom(...BEFORE, ...AFTER),
    });
    fc.assert(
      fc.property(rollouts({ failing: [] }), states, (rollout, state) => {
        const all = judgedOf(rollout, state);
        const zone = zoneOf(rollout);
        const next = applied(zone, planOf(rollout, zone, all));

        const again = planOf(rollout, next, all);

        expect(again.units.filter(({ kind }) => kind === 'name')).toEqual([]);
      }),
      RUNS,
    );
  });

  it('does not mind the order in which instances are listed', () => {
    fc.assert(
      fc.property(
        rollouts(),
        fc.constantFrom(...BEFORE, ...AFTER),
        fc.infiniteStream(fc.nat()),
        (rollout, stage, dice) => {
          const all = judgedOf(rollout, { stage });
          const shuffled = all
            .map((one) => ({ one, place: dice.next().value }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ one }) => one);
          const zone = zoneOf(rollout);

          expect(planOf(rollout, zone, shuffled).units).toEqual(planOf(rollout, zone, all).units);
        },
      ),
      RUNS,
    );
  });
});

const planIn = ({ snapshot: zone, reading: read, coverage, routing, beyond, onDraining }: World): Plan =>
  planZone({ snapshot: zone, reading: read, coverage, settings: { ...SETTINGS, ...beyond, routing, onDraining } });

describe('in any world', () => {
  const shifting = fc.oneof(worlds({ shifts: true }), worlds({ kind: 'event', shifts: true }));
  const served = (world: World, one: Claim) =>
    world.reading.judged.some(
      ({ claim: other }) =>
        other.name === one.name &&
        other.endpoint &&
        one.endpoint &&
        endpointKey(other.endpoint) === endpointKey(one.endpoint) &&
        (other.shift === undefined || other.shift.share === 'all'),
    );

  it('nobody enters who is not to serve', () => {
    fc.assert(
      fc.property(shifting, (world) => {
        for (const { stays } of planIn(world).names) {
          for (const { claim: one } of stays.filter(({ isNew }) => isNew)) {
            if (one) expect(served(world, one)).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it('a shift leaves enough of its service behind, and never an empty name', () => {
    fc.assert(
      fc.property(shifting, (world) => {
        for (const { name, leaves, stays } of planIn(world).names) {
          for (const { claim: one, reason } of leaves) {
            if (reason !== 'shifted' || one?.shift?.isTest) continue;
            const { service, requested = 0 } = one?.shift ?? {};
            const own = world.reading.judged.filter(
              ({ claim: { shift, name: at, leftOut } }) =>
                at === name && shift?.service === service && shift?.share === 'all' && !leftOut,
            );
            const there = new Set(
              stays.flatMap(({ claim: kept, reason: why }) =>
                kept && own.some(({ claim: { task } }) => task === kept.task) && !why.startsWith('held')
                  ? [kept.task]
                  : [],
              ),
            );
            const wanted = Math.max(requested, new Set(own.map(({ claim: { task } }) => task)).size);
            expect(there.size).toBeGreaterThanOrEqual(Math.max(1, SHARE * wanted));
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  it('where everybody serves, it is as without deployments', () => {
    const serving = (one: Judged): Judged =>
      one.claim.shift ? { ...one, claim: { ...one.claim, shift: { ...one.claim.shift, share: 'all' } } } : one;
    const plain = ({ claim: { shift: _, ...one }, ...about }: Judged): Judged => ({ ...about, claim: one });
    const of = (world: World, change: (one: Judged) => Judged) => {
      const { units, dispositions, sightings } = planIn({
        ...world,
        reading: { ...world.reading, judged: world.reading.judged.map(change) },
      });
      return { units, dispositions, sightings };
    };
    fc.assert(
      fc.property(shifting, (world) => {
        expect(of(world, serving)).toEqual(of(world, plain));
      }),
      RUNS,
    );
  });
});
