import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAddressSet } from '../../../functions/domain/dns/address-family.ts';
import { addressOf, isOurValue, ownerSubtree } from '../../../functions/domain/dns/ownership.ts';
import { type RecordSet, type Value, valueText } from '../../../functions/domain/dns/record-set.ts';
import { normalSrv, parseSrv, srvText } from '../../../functions/domain/dns/srv.ts';
import { endpointKey } from '../../../functions/domain/ecs/claim.ts';
import { isElsewhere } from '../../../functions/domain/judging/draining.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { claimsName, reasonRow } from '../../../functions/domain/words/reason.ts';
import type { ChangeUnit } from '../../../functions/domain/zone/change.ts';
import { isForeign, ourValues } from '../../../functions/domain/zone/routing.ts';
import { addressesSeen, type World, worlds } from '../../support/arbitrary-worlds.ts';
import { DEPLOYMENT, isOurText, NAMING, SETTINGS, textsOf } from '../../support/builders.ts';
import { rememberedAfter } from '../../support/inventory.ts';
import { applyChanges } from '../../support/zone-model.ts';

const RUNS = { numRuns: 150 };
const full = worlds();
const event = worlds({ kind: 'event' });
const shifting = fc.oneof(worlds({ shifts: true }), worlds({ kind: 'event', shifts: true }));
const either = fc.oneof(full, event, shifting);

const isOurs = (value: Value) => isOurValue(value, NAMING);
const isSrv = ({ type }: RecordSet) => type === 'SRV';
const planOf = ({ snapshot, reading, coverage, routing, beyond, onDraining }: World): Plan =>
  planZone({ snapshot, reading, coverage, settings: { ...SETTINGS, ...beyond, routing, onDraining } });

/** The order in which ApplyBatch sends units. */
const sent = ({ units }: Plan): readonly ChangeUnit[] => batchUnits(units).flatMap((batch) => batch.units);
const applied = ({ snapshot }: World, plan: Plan): readonly RecordSet[] =>
  sent(plan).reduce<readonly RecordSet[]>((zone, { changes }) => applyChanges(zone, changes), snapshot.recordSets);

/** The values of ours at a name, as far as they are up to us: a set of others with an identifier is wholly theirs. */
const valuesAt = (zone: readonly RecordSet[], name: string): readonly string[] =>
  zone
    .filter(({ ownerName }) => ownerName === name)
    .flatMap((set) => ourValues(set, NAMING))
    .map(({ value }) => srvText(value));
/** What others have at a name, with what it lives with. */
const foreignAt = (zone: readonly RecordSet[], name: string): readonly string[] =>
  zone
    .filter((set) => isSrv(set) && set.ownerName === name)
    .flatMap(({ values, ttl, policy, setIdentifier }) =>
      values.filter((value) => !isOurs(value)).map((value) => `${policy} ${setIdentifier} ${ttl} ${valueText(value)}`),
    )
    .toSorted();
const endpointOf = (value: string) => {
  const srv = parseSrv(value);
  return srv ? endpointKey(srv) : value;
};

/** What the next run sees when nothing but the zone has changed: the plan is applied, its inventory is written. */
function next(world: World, plan: Plan): World {
  const recordSets = applied(world, plan).filter(({ type }) => type !== 'TXT');
  const { reading, coverage, routing, beyond, onDraining } = world;
  const { now } = reading;
  const whole = coverage.kind === 'full';
  const remembered = rememberedAfter(reading.remembered, plan, { now, takenAt: world.snapshot.takenAt, whole });
  return {
    coverage,
    routing,
    beyond,
    onDraining,
    snapshot: { ...world.snapshot, recordSets, ...(plan.units.length > 0 && { marker: { deployment: DEPLOYMENT } }) },
    reading: {
      ...reading,
      held: plan.remembered ?? reading.held,
      remembered,
      ...(coverage.kind === 'event' && { addresses: addressesSeen(recordSets, reading.judged, coverage.names) }),
    },
  };
}
/** Address record sets are retired later than what used them (design, L5). */
const pending = ({ units }: Plan) => units.filter(({ kind }) => kind !== 'address-removal' && kind !== 'address-mark');

describe('L2: only ours', () => {
  it('no value, record set or type of others is changed', () => {
    fc.assert(
      fc.property(either, (world) => {
        const zone = applied(world, planOf(world));

        for (const before of world.snapshot.recordSets) {
          const ownAddress = isAddressSet(before, NAMING);
          if (ownAddress) continue;
          if (isForeign(before, NAMING) || !isSrv(before)) expect(zone).toContain(before);
          else if (isSrv(before)) {
            expect(foreignAt(zone, before.ownerName)).toEqual(foreignAt(world.snapshot.recordSets, before.ownerName));
          }
        }
      }),
      RUNS,
    );
  });

  it('what is created is an SRV value of ours, an address below our label, or the marker', () => {
    fc.assert(
      fc.property(either, (world) => {
        for (const { changes } of planOf(world).units) {
          for (const { action, recordSet } of changes) {
            if (action === 'DELETE') {
              expect(world.snapshot.recordSets).toContain(recordSet);
              continue;
            }
            const { type, ownerName, values } = recordSet;
            if (type === 'SRV') {
              const before = world.snapshot.recordSets
                .filter((set) => isSrv(set) && set.ownerName === ownerName)
                .flatMap((set) => textsOf(set.values));
              expect(values.filter((value) => !before.includes(valueText(value))).every(isOurs)).toBe(true);
            } else if (type === 'A') expect(values).toEqual([addressOf(ownerName, NAMING)]);
            else expect([type, ownerName]).toEqual(['TXT', ownerSubtree(NAMING)]);
          }
        }
      }),
      RUNS,
    );
  });
});

describe('L6: every difference has a reason', () => {
  const covers = ({ coverage }: World, name: string) => coverage.kind === 'full' || coverage.names.includes(name);

  it('the reason comes from the closed list, in an event run from what it may use of that', () => {
    fc.assert(
      fc.property(either, (world) => {
        for (const { outcome, reason } of planOf(world).dispositions) {
          const row = reasonRow(outcome, reason);
          expect([outcome, reason, row !== undefined]).toEqual([outcome, reason, true]);
          const mayUse = world.coverage.kind === 'full' || !row || !('eventRun' in row) || row.eventRun;
          expect([outcome, reason, mayUse]).toEqual([outcome, reason, true]);
        }
      }),
      RUNS,
    );
  });

  it('each value of ours has exactly one, and what they say is what the changes do', () => {
    fc.assert(
      fc.property(either, (world) => {
        const plan = planOf(world);
        const zone = applied(world, plan);
        const names = new Set([...world.snapshot.recordSets, ...zone].map(({ ownerName }) => ownerName));

        for (const name of [...names].filter((one) => covers(world, one))) {
          const ours = (of: readonly RecordSet[]) =>
            valuesAt(of, name)
              .filter((one) => isOurText(one))
              .map(endpointOf)
              .toSorted();
          const told = (...which: readonly string[]) =>
            plan.dispositions
              .filter((one) => {
                const isNew = one.outcome === 'published' && one.isNew === true;
                return one.name === name && which.includes(isNew ? 'new' : one.outcome);
              })
              .map(({ target = '', port = 0 }) => endpointKey({ target, port }))
              .toSorted();
          expect(told('published', 'removed')).toEqual(ours(world.snapshot.recordSets));
          expect(told('published', 'new')).toEqual(ours(zone));
        }
      }),
      RUNS,
    );
  });

  it('each claim is in the zone, in the reason of its own value, or left out with a reason of its own', () => {
    fc.assert(
      fc.property(either, (world) => {
        const { dispositions } = planOf(world);
        const leftOut = dispositions.filter(({ outcome }) => outcome === 'left-out');
        const values = dispositions.filter(({ outcome }) => outcome !== 'left-out');
        const claims = world.reading.judged.map(({ claim }) => claim);

        for (const { name, task, endpoint, leftOut: why, shift } of claims) {
          // Of whom nothing stands under a test name, nothing is said.
          if (shift?.isTest && shift.share !== 'all') continue;
          const nameless = !claimsName({ ...(why && { leftOut: why }) });
          if (!covers(world, name) && !nameless) continue;
          const own = leftOut.filter((one) => one.name === name && one.task === task);
          const inZone = values.filter((one) => one.name === name);
          const told = why
            ? own.some(({ reason }) => reason === why.reason) || inZone.some((one) => one.task === task)
            : own.some(({ target, port }) => target === endpoint?.target && port === endpoint?.port) ||
              inZone.some(({ target, port }) => target === endpoint?.target && port === endpoint?.port);
          expect(told).toBe(true);
        }
        for (const { name, task, port, target, reason } of leftOut) {
          const mine = claims.filter(
            (one) =>
              one.name === name &&
              one.task === task &&
              (one.endpoint
                ? one.endpoint.target === target && one.endpoint.port === port
                : one.leftOut?.reason === reason),
          );
          const told = leftOut.filter((one) => one.name === name && one.task === task && one.reason === reason);
          expect(mine.length).toBeGreaterThan(0);
          expect(told.length).toBeLessThanOrEqual(claims.filter((one) => one.task === task).length);
        }
      }),
      RUNS,
    );
  });
});

describe('L5: converges', () => {
  const calm = [worlds({ failing: false, shifts: true }), worlds({ kind: 'event', shifts: true })];
  const EXPLAINED = new Set<string>(['host-gone', 'task-stopped']);

  /**
   * Whether an answer without any task is doubted no more, since what the plan removes leaves fewer values than the
   * guard judges: what such an answer was too little to explain then leaves as it does in every small zone, one plan later.
   */
  const hasBecomeSmall = ({ coverage, reading }: World, plan: Plan, again: Plan) =>
    coverage.kind === 'full' &&
    reading.listed.length === 0 &&
    plan.ours >= SETTINGS.guardMinimum &&
    again.ours < SETTINGS.guardMinimum;

  it('planning again with the same reading plans nothing', () => {
    fc.assert(
      fc.property(fc.oneof(worlds({ failing: false }), event, ...calm), (world) => {
        const plan = planOf(world);

        const after = next(world, plan);
        const again = planOf(after);

        const isLate = hasBecomeSmall(world, plan, again);
        const leaving = new Set(again.names.flatMap(({ leaves }) => leaves.map(({ reason }) => reason)));
        expect(leaving.difference(isLate ? EXPLAINED : new Set())).toEqual(new Set());
        expect(again.dispositions.filter((one) => one.outcome === 'published' && one.isNew)).toEqual([]);
        expect(pending(isLate ? planOf(next(after, again)) : again)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('comes to rest where instances fail too: what a plan adds may let the next one remove', () => {
    fc.assert(
      fc.property(fc.oneof(full, worlds({ shifts: true })), (world) => {
        let now = world;
        let plan = planOf(now);
        for (let pass = 0; pass < 2; pass += 1) {
          now = next(now, plan);
          plan = planOf(now);
        }

        expect(pending(plan)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('L8: a plan may refuse part of itself', () => {
  const idOf = ({ name, value }: { readonly name: string; readonly value: string }) => `${name} ${value}`;

  /** Two readings of one zone, whatever happened in ECS in between, with a guard that some values are enough for. */
  const twice = fc.tuple(full, full, fc.constantFrom(1, 3));

  it('what is held stays, whatever comes and goes beside it, until it is explained or seen again', () => {
    fc.assert(
      fc.property(twice, ([first, later, guardMinimum]) => {
        const settings = { ...SETTINGS, guardMinimum };
        const held = planZone({ snapshot: first.snapshot, reading: first.reading, coverage: first.coverage, settings });
        const now = next(first, held);
        const reading = { ...later.reading, remembered: now.reading.remembered, held: now.reading.held };

        const plan = planZone({
          snapshot: now.snapshot,
          reading,
          coverage: first.coverage,
          settings: { ...SETTINGS, guardMinimum: 1_000 },
        });

        const leaving = plan.names.flatMap(({ name, leaves }) =>
          leaves.map((one) => ({ ...one, name, value: srvText(one.value) })),
        );
        const before = new Set(held.held.map(idOf));
        expect(leaving.filter((one) => before.has(idOf(one)) && one.reason === 'unexplained')).toEqual([]);
        const remembered = new Set(plan.remembered?.map(idOf));
        const kept = plan.names.flatMap(({ name, stays }) =>
          stays.filter(({ claim }) => !claim).map(({ value }) => idOf({ name, value: srvText(value) })),
        );
        expect(kept.filter((id) => before.has(id) && !remembered.has(id))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('what was approved goes as far as it is still held, and nothing else without an explanation', () => {
    fc.assert(
      fc.property(twice, ([first, later]) => {
        const settings = { ...SETTINGS, guardMinimum: 1 };
        const held = planZone({ snapshot: first.snapshot, reading: first.reading, coverage: first.coverage, settings });
        fc.pre(held.held.length > 1);
        const now = next(first, held);
        const reading = { ...later.reading, remembered: now.reading.remembered, held: now.reading.held };
        const approved = held.held.slice(1);

        const plan = planZone({ snapshot: now.snapshot, reading, coverage: first.coverage, settings, approved });

        const ids = new Set(approved.map(idOf));
        const unexplained = plan.names.flatMap(({ name, leaves }) =>
          leaves
            .filter(({ reason }) => reason === 'unexplained')
            .map(({ value }) => idOf({ name, value: srvText(value) })),
        );
        expect(plan.held.filter((one) => ids.has(idOf(one)))).toEqual([]);
        const [other] = held.held;
        if (other) expect(unexplained).not.toContain(idOf(other));
      }),
      RUNS,
    );
  });
});

describe('L1: unknown is not empty', () => {
  it('while a cluster is unread, nothing attributed to it and nothing unattributed is removed', () => {
    fc.assert(
      fc.property(full, (world) => {
        const { reading, snapshot } = world;
        fc.pre(Object.values(reading.clusters).includes('unread'));
        const zone = applied(world, planOf(world));
        const claimed = new Set(
          reading.judged.flatMap(({ claim: { name, endpoint } }) =>
            endpoint ? [`${name} ${endpointKey(endpoint)}`] : [],
          ),
        );

        for (const set of snapshot.recordSets.filter((one) => isSrv(one) && !isForeign(one, NAMING))) {
          const remembered = reading.remembered.find(({ name }) => name === set.ownerName)?.values ?? {};
          const after = valuesAt(zone, set.ownerName).map(endpointOf);
          for (const key of textsOf(set.values.filter(isOurs)).map(endpointOf)) {
            const entry = remembered[key];
            const unread = entry
              ? reading.clusters[entry.cluster] === 'unread'
              : !claimed.has(`${set.ownerName} ${key}`);
            if (unread) expect(after).toContain(key);
          }
        }
      }),
      RUNS,
    );
  });

  it('what leaves is what was said of the very declaration that has published it, or of its whole task', () => {
    fc.assert(
      fc.property(either, (world) => {
        const { reading } = world;
        const listed = new Set(reading.listed);
        const fates: Readonly<Record<string, readonly string[]>> = {
          'task-stopped': ['stopping'],
          'host-gone': ['stopping', 'host-gone'],
          ignored: ['ignored'],
          replaced: ['endpoint'],
        };
        for (const { name, leaves, stays } of planOf(world).names) {
          for (const { key, entry, claim, reason } of leaves) {
            const said = fates[reason];
            const respelled = reason === 'replaced' && stays.some((kept) => kept.key === key);
            if (!entry || !said || claim || respelled || !listed.has(entry.task)) continue;
            const own = reading.judged
              .map((one) => one.claim)
              .filter((one) => one.name === name && one.task === entry.task);
            if (own.some(({ leftOut }) => leftOut?.taskStops)) continue;
            const claims = own.filter(
              (one) =>
                entry.container === undefined ||
                (one.container === entry.container && one.containerPort === entry.containerPort),
            );
            expect(claims.length).toBeGreaterThan(0);
            const told = claims
              .map(({ leftOut, endpoint }) => (endpoint ? 'endpoint' : leftOut?.reason))
              .filter((one) => one !== 'ignored' || reason === 'ignored');
            expect(new Set(told).difference(new Set(said))).toEqual(new Set());
          }
        }
      }),
      RUNS,
    );
  });

  it('what any answer shows RUNNING is neither removed without an explanation nor held for approval', () => {
    fc.assert(
      fc.property(full, ({ snapshot, reading, coverage, routing }) => {
        const running = reading.remembered.map((one) => ({
          ...one,
          values: Object.fromEntries(
            Object.entries(one.values).filter(
              ([, { task }]) => reading.taskFates[task] === 'running' || reading.listed.includes(task),
            ),
          ),
        }));
        const known = new Set(
          running.flatMap(({ name, values }) => Object.keys(values).map((key) => `${name} ${key}`)),
        );
        const settings = { ...SETTINGS, routing, guardMinimum: 1, maxDeleteShare: 0.01 };

        const plan = planZone({ snapshot, reading: { ...reading, remembered: running }, coverage, settings });

        expect(plan.held.filter(({ name, key }) => known.has(`${name} ${key}`))).toEqual([]);
        const unexplained = plan.names.flatMap(({ name, leaves }) =>
          leaves.flatMap(({ key, reason }) => (reason === 'unexplained' ? [`${name} ${key}`] : [])),
        );
        expect(unexplained.filter((one) => known.has(one))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('an event run removes what has stopped, what ECS takes a host or its turn from, or another spelling of what stays', () => {
    fc.assert(
      fc.property(fc.oneof(event, worlds({ kind: 'event', shifts: true })), (world) => {
        const plan = planOf(world);
        const zone = applied(world, plan);

        for (const { outcome, reason, name, target = '', port = 0, task } of plan.dispositions) {
          if (outcome !== 'removed') continue;
          if (reason === 'replaced') {
            expect(valuesAt(zone, name).map(endpointOf)).toContain(endpointKey({ target, port }));
            continue;
          }
          const own = world.reading.judged.filter(({ claim }) => claim.task === task && claim.name === name);
          if (reason === 'host-draining') {
            expect(own.some(({ claim }) => claim.hostDrains)).toBe(true);
            continue;
          }
          if (reason === 'shifted') {
            expect(own.some(({ claim }) => claim.shift?.share === 'none')).toBe(true);
            continue;
          }
          expect(reason).toBe('task-stopped');
          const stopping = own.some(({ claim: { leftOut } }) => leftOut?.reason === 'stopping');
          expect(stopping || world.reading.taskFates[task ?? ''] === 'stopped').toBe(true);
          expect(world.reading.addressTaken).not.toContain(task);
        }
      }),
      RUNS,
    );
  });
});

describe('L7: healthy before published; last good stays', () => {
  it('whatever is new has passed', () => {
    fc.assert(
      fc.property(either, (world) => {
        for (const { stays } of planOf(world).names) {
          for (const { isNew, value, claim } of stays.filter((one) => one.isNew)) {
            const own = world.reading.judged.filter((one) => one.claim.task === claim?.task);
            expect(isNew).toBe(true);
            expect(
              own.some(
                ({ claim: one, verdict }) =>
                  one.endpoint && normalSrv(one.endpoint) === normalSrv(value) && verdict?.state === 'passing',
              ),
            ).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it('failing probes alone empty no name', () => {
    fc.assert(
      fc.property(either, (world) => {
        const plan = planOf(world);

        for (const { leaves, stays } of plan.names) {
          if (leaves.some(({ reason }) => reason === 'unhealthy')) expect(stays.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });
});

describe('a host that drains', () => {
  it('takes no instance along that is the last of its name', () => {
    fc.assert(
      fc.property(either, (world) => {
        const plan = planOf(world);
        const zone = applied(world, plan);

        for (const { name, leaves, leftOut, stays } of plan.names) {
          const drained = [...leaves, ...leftOut].filter(({ reason }) => reason === 'host-draining');
          if (drained.length === 0) continue;
          expect(stays.some((one) => isElsewhere(one, world.coverage.kind))).toBe(true);
          expect(valuesAt(zone, name).length).toBeGreaterThan(0);
          for (const { claim } of drained) expect(claim?.hostDrains).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('takes nobody along unless it is asked for', () => {
    fc.assert(
      fc.property(either, (world) => {
        const { dispositions } = planOf({ ...world, onDraining: 'keep' });

        expect(dispositions.filter(({ reason }) => reason === 'host-draining')).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('L9: make before break', () => {
  it('an address record set is there before a value names it, and stays while one does', () => {
    fc.assert(
      fc.property(either, (world) => {
        const plan = planOf(world);
        let zone = world.snapshot.recordSets;
        const stands = (target: string) =>
          zone.some(({ type, ownerName, values }) => {
            return type === 'A' && ownerName === target && values[0] === addressOf(target, NAMING);
          });

        for (const { changes, kind, name } of sent(plan)) {
          const before = valuesAt(zone, name);
          zone = applyChanges(zone, changes);
          if (kind === 'name') {
            const created = valuesAt(zone, name).filter((value) => isOurText(value) && !before.includes(value));
            for (const value of created) expect(stands(parseSrv(value)?.target ?? '')).toBe(true);
          }
          if (kind === 'address-removal') {
            const named = zone.flatMap(({ type, values }) =>
              type === 'SRV' ? values.map((value) => (typeof value === 'string' ? '' : value.target)) : [],
            );
            expect(named).not.toContain(name);
          }
        }
      }),
      RUNS,
    );
  });
});

it('does not mind the order of its inputs', () => {
  const shuffled = full.chain((world) =>
    fc.record({
      world: fc.constant(world),
      recordSets: fc.shuffledSubarray([...world.snapshot.recordSets], { minLength: world.snapshot.recordSets.length }),
      judged: fc.shuffledSubarray([...world.reading.judged], { minLength: world.reading.judged.length }),
    }),
  );
  const seen = ({ units, dispositions, held, sightings }: Plan) => ({
    units,
    dispositions: dispositions.map((one) => JSON.stringify(one)).toSorted(),
    held,
    sightings,
  });

  fc.assert(
    fc.property(shuffled, ({ world, recordSets, judged }) => {
      const { snapshot, reading } = world;
      const other: World = {
        ...world,
        snapshot: { ...snapshot, recordSets },
        reading: {
          ...reading,
          judged,
          listed: reading.listed.toReversed(),
          remembered: reading.remembered.toReversed(),
          clusters: Object.fromEntries(Object.entries(reading.clusters).toReversed()),
        },
      };

      expect(seen(planOf(other))).toEqual(seen(planOf(world)));
    }),
    RUNS,
  );
});

it('mutates nothing that it is given', () => {
  fc.assert(
    fc.property(either, (world) => {
      const before = structuredClone(world);

      planOf(world);

      expect(world).toEqual(before);
    }),
  );
});
