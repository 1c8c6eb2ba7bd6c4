import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOurValue } from '../../../functions/domain/dns/ownership.ts';
import { type RecordSet, type Value, valueText } from '../../../functions/domain/dns/record-set.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { ZoneSnapshot } from '../../../functions/domain/reading/reading.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { plannedNames, startingInstances } from '../../../functions/domain/telling/plan-record.ts';
import { disagreements } from '../../../functions/domain/telling/verify.ts';
import { isForeign, ourValues } from '../../../functions/domain/zone/routing.ts';
import { type World, worlds } from '../../support/arbitrary-worlds.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  claim,
  DEPLOYMENT,
  entryOf,
  FAILING,
  instance,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  ourText,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
} from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const MARKER = { deployment: DEPLOYMENT, withdrawn: true } as const;
const isOurs = (value: Value) => isOurValue(value, NAMING);
const withdrawn = (one: ZoneSnapshot): ZoneSnapshot => ({ ...one, marker: MARKER });
const planOf = ({ snapshot: zone, reading: read, coverage }: World): Plan =>
  planZone({ snapshot: withdrawn(zone), reading: read, coverage, settings: SETTINGS });
const applied = ({ snapshot: { recordSets } }: World, { units }: Plan): readonly RecordSet[] =>
  batchUnits(units)
    .flatMap((batch) => batch.units)
    .reduce<readonly RecordSet[]>((zone, { changes }) => applyChanges(zone, changes), recordSets);
const told = ({ dispositions }: Plan) => dispositions.map(({ outcome, reason }) => `${outcome} ${reason}`).sort();

describe('a withdrawn deployment', () => {
  it.each([
    { row: 'that passes', one: instance('1') },
    { row: 'that fails', one: instance('1', { probe: FAILING }) },
    { row: 'of an unread cluster', one: undefined, clusters: { [CLUSTER]: 'unread' as const } },
    { row: 'that nothing explains', one: undefined },
  ])('takes back a value $row, with one reason', ({ one, clusters }) => {
    const zone = withdrawn(snapshot([srvSet(CALC, [ourText('10.0.0.1', 32_768)]), addressSet('10.0.0.1')]));
    const read = reading({ judged: one ? [one] : [], ...(clusters && { clusters }) });

    const plan = planZone({ snapshot: zone, reading: read, coverage: { kind: 'full' }, settings: SETTINGS });

    expect(told(plan)).toEqual(['removed withdrawn']);
    expect(plan.held).toEqual([]);
  });

  it.each([
    { row: 'passes', one: instance('1'), reason: 'withdrawn' },
    {
      row: 'is still starting',
      one: instance('1', { probe: FAILING, graceEndsAt: NOW + MINUTE }),
      reason: 'withdrawn',
    },
    {
      row: 'has no port mapping, which would be so anyway',
      one: judged(claim('1', { leftOut: { reason: 'no-binding' } })),
      reason: 'no-binding',
    },
  ])('leaves out a new instance that $row, and waits for none', ({ one, reason }) => {
    const read = reading({ judged: [one] });

    const plan = planZone({
      snapshot: withdrawn(snapshot([])),
      reading: read,
      coverage: { kind: 'full' },
      settings: SETTINGS,
    });

    expect(told(plan)).toEqual([`left-out ${reason}`]);
    expect(plan.units).toEqual([]);
    expect(startingInstances(plan, read)).toEqual([]);
  });

  it('marks an address record set at once, and removes it one full run later, when no value names it', () => {
    const value = ourText('10.0.0.1', 32_768);
    const marked = addressSet('10.0.0.1', { ttl: 60 });
    const kinds = (...sets: readonly RecordSet[]) =>
      planZone({
        snapshot: withdrawn(snapshot(sets)),
        reading: reading({ judged: [instance('1')] }),
        coverage: { kind: 'full' },
        settings: SETTINGS,
      }).units.map(({ kind, name }) => `${kind} ${name}`);
    const target = marked.ownerName;

    expect(kinds(srvSet(CALC, [value]), addressSet('10.0.0.1'))).toEqual([`name ${CALC}`, `address-mark ${target}`]);
    expect(kinds(srvSet(CALC, [value]), marked)).toEqual([`name ${CALC}`]);
    expect(kinds(marked)).toEqual([`address-removal ${target}`]);
    expect(kinds(addressSet('10.0.0.1'))).toEqual([`address-mark ${target}`]);
  });

  it('agrees with itself when verified, whoever has the port by now', () => {
    const value = ourText('10.0.0.1', 32_768, 1, 7); // of another task, with another weight
    const newer = instance('2', { startedAt: NOW });
    const zone = withdrawn(snapshot([srvSet(CALC, [value])]));
    const remembered = [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1') })];

    const plan = planZone({
      snapshot: zone,
      reading: reading({ judged: [newer], remembered }),
      coverage: { kind: 'full' },
      settings: SETTINGS,
    });

    expect(disagreements(plannedNames(plan, NOW), [newer.claim])).toEqual([]);
  });

  it('agrees with itself where two tasks claim what it takes back', () => {
    const two = [instance('1', { startedAt: NOW }), instance('2')];

    const plan = planZone({
      snapshot: withdrawn(snapshot([srvSet(CALC, [ourText('10.0.0.1', 32_768)])])),
      reading: reading({ judged: two }),
      coverage: { kind: 'full' },
      settings: SETTINGS,
    });

    expect(told(plan)).toEqual(['left-out withdrawn', 'removed withdrawn']);
    const seen = two.map(({ claim: one }) => one);
    expect(disagreements(plannedNames(plan, NOW), seen)).toEqual([]);
  });

  it('has nothing of its own left after two full runs, and everything of others, whatever the world', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const once = applied(world, planOf(world));
        const twice = { ...world, snapshot: { ...world.snapshot, recordSets: once } };
        const left = applied(twice, planOf(twice));

        expect(left.flatMap((set) => ourValues(set, NAMING))).toEqual([]);
        for (const set of world.snapshot.recordSets.filter((one) => one.type === 'SRV' && isForeign(one, NAMING)))
          expect(left).toContain(set);
        const foreign = (sets: readonly RecordSet[]) =>
          sets.flatMap(({ ownerName, type, values }) =>
            type === 'SRV'
              ? values.filter((value) => !isOurs(value)).map((value) => `${ownerName} ${valueText(value)}`)
              : [],
          );
        expect(foreign(left).sort()).toEqual(foreign(world.snapshot.recordSets).sort());
      }),
      { numRuns: 100 },
    );
  });

  it('keeps every address that a value names, at every step', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const plan = planOf(world);

        const removed = plan.units.filter(({ kind }) => kind === 'address-removal').map(({ name }) => name);
        const named = world.snapshot.recordSets.filter(({ type }) => type === 'SRV').flatMap(({ values }) => values);
        expect(
          removed.filter((target) => named.some((value) => typeof value !== 'string' && value.target === target)),
        ).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
