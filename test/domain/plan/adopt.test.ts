import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { type AdoptionPlan, adoptOwner, adoptWeighted } from '../../../functions/domain/plan/adopt.ts';
import { batchUnits } from '../../../functions/domain/plan/batch.ts';
import { addressSet, CALC, NAMING, ourValue, srvSet, TIME } from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const FOREIGN = '5 5 80 elsewhere.example.';
const predecessor = (id: string, value: string, ownerName = CALC): RecordSet => ({
  ...srvSet(ownerName, [value]),
  ttl: 0,
  policy: 'weighted',
  setIdentifier: id,
  weight: 1,
});
const claim = (name: string, address: string, port: number) =>
  `${name} ip-${address.replaceAll('.', '-')}.ecs.shop.internal.:${port}`;
const facts = (recordSets: readonly RecordSet[], claimed: readonly string[], names?: readonly string[]) => ({
  naming: NAMING,
  recordTtl: 5,
  recordSets,
  claimed: new Set(claimed),
  ...(names && { names: new Set(names) }),
});
const fates = ({ adoptions }: AdoptionPlan) => adoptions.map(({ fate }) => fate);
const applied = (zone: readonly RecordSet[], { units }: AdoptionPlan) =>
  batchUnits(units).reduce<readonly RecordSet[]>(
    (sets, batch) =>
      applyChanges(
        sets,
        batch.units.flatMap(({ changes }) => changes),
      ),
    zone,
  );
const text = (sets: readonly RecordSet[]) =>
  sets.map(({ ownerName, type, policy, values }) => `${ownerName} ${type} ${policy} ${values.join(', ')}`).sort();

describe('weighted record sets of the predecessor', () => {
  it('become one simple set of ours, with the address that it needs', () => {
    const zone = [
      predecessor('a', '1 1 32768 ip-10-0-0-1.eu-west-1.compute.internal'),
      predecessor('b', '1 1 32769 ip-10-0-0-1.ec2.internal.'),
    ];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768), claim(CALC, '10.0.0.1', 32_769)]));

    expect(fates(plan)).toEqual(['taken', 'taken']);
    expect(text(applied(zone, plan))).toEqual([
      `${CALC} SRV simple ${ourValue('10.0.0.1', 32_768)}, ${ourValue('10.0.0.1', 32_769)}`,
      'ip-10-0-0-1.ecs.shop.internal. A simple 10.0.0.1',
    ]);
  });

  it.each([
    { row: 'an endpoint that no task claims', value: '1 1 9 ip-10-0-0-9.ec2.internal', fate: 'dropped' },
    { row: 'a host name made of an instance id', value: '1 1 32768 i-0123456789abcdef0.ec2.internal', fate: 'dropped' },
    { row: 'a host of a VPC with a domain of its own', value: '1 1 32768 ip-10-0-0-1.corp.example', fate: 'taken' },
    { row: 'a target of somebody else', value: FOREIGN, fate: 'kept' },
    { row: 'another owner label of this zone', value: '1 1 32768 ip-10-0-0-1.other.shop.internal.', fate: 'kept' },
    { row: 'no SRV value at all', value: 'nonsense', fate: 'kept' },
  ])('$row: $fate', ({ value, fate }) => {
    const zone = [predecessor('a', '1 1 32768 ip-10-0-0-1.ec2.internal'), predecessor('b', value)];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(fates(plan)).toEqual(['taken', fate]);
  });

  it.each([
    { row: 'that hold nothing of its form', sets: [predecessor('a', FOREIGN)] },
    { row: 'of ours, where we route by weight', sets: [predecessor('a', ourValue('10.0.0.1', 80))] },
    { row: 'that are not asked for', sets: [predecessor('a', '1 1 80 ip-10-0-0-1.ec2.internal', TIME)], names: [CALC] },
    { row: 'that are simple', sets: [srvSet(CALC, ['1 1 80 ip-10-0-0-1.ec2.internal'])] },
  ])('leaves names alone $row', ({ sets, names }) => {
    const plan = adoptWeighted(facts(sets, [], names));

    expect(plan).toEqual({ adoptions: [], units: [] });
  });

  it('loses no value of others and no claimed endpoint, and changes each name as a whole', () => {
    const value = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 80, max: 83 })).map(([host, port]) => ({
        value: `1 1 ${port} ip-10-0-0-${host}.ec2.internal`,
        claim: claim(CALC, `10.0.0.${host}`, port),
      })),
      fc.constant({ value: FOREIGN, claim: '' }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 8 }), (all) => {
        const zone = all.map(([one], index) => predecessor(String(index), one.value));
        const claimed = all.flatMap(([one, isClaimed]) => (isClaimed ? [one.claim] : []));
        const plan = adoptWeighted(facts(zone, claimed));

        const left = applied(zone, plan).filter(({ type }) => type === 'SRV');
        const values = left.flatMap((set) => set.values);
        expect(values.includes(FOREIGN)).toBe(all.some(([one]) => one.value === FOREIGN));
        const srvUnits = plan.units.filter(({ kind }) => kind === 'name');
        expect(srvUnits.length).toBeLessThanOrEqual(1);
        for (const [one, isClaimed] of all.filter(([{ claim: its }]) => its !== '' && plan.units.length > 0)) {
          const ours = ourValue(
            one.claim.match(/10-0-0-\d/)?.[0].replaceAll('-', '.') ?? '',
            Number(one.value.split(' ')[2]),
          );
          if (isClaimed) expect(values).toContain(ours);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('an owner label that is no longer used', () => {
  const old = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.old.shop.internal.`;
  const oldAddress = (address: string): RecordSet => ({
    ...addressSet(address),
    ownerName: `ip-${address.replaceAll('.', '-')}.old.shop.internal.`,
  });
  const marker: RecordSet = {
    ownerName: 'old.shop.internal.',
    type: 'TXT',
    ttl: 300,
    values: ['"ecs-service-discovery-dns deployment=a/b/c"'],
    policy: 'simple',
  };

  it('is taken over with values, addresses and marker; what others wrote beside it stays', () => {
    const zone = [
      srvSet(CALC, [old('10.0.0.1', 80), old('10.0.0.2', 80), FOREIGN, ourValue('10.0.0.1', 80)], { ttl: 60 }),
      oldAddress('10.0.0.1'),
      oldAddress('10.0.0.2'),
      marker,
    ];

    const plan = adoptOwner(facts(zone, [claim(CALC, '10.0.0.1', 80)]), 'old');

    expect(fates(plan)).toEqual(['taken', 'dropped', 'kept', 'kept']);
    expect(text(applied(zone, plan))).toEqual([
      `${CALC} SRV simple ${ourValue('10.0.0.1', 80)}, ${FOREIGN}`,
      'ip-10-0-0-1.ecs.shop.internal. A simple 10.0.0.1',
    ]);
    expect(applied(zone, plan).find(({ ownerName }) => ownerName === CALC)?.ttl).toBe(60);
  });

  it.each([
    {
      row: 'that a value elsewhere still names',
      rest: [predecessor('a', old('10.0.0.1', 80), TIME)],
      names: undefined,
    },
    { row: 'when only some names are taken over', rest: [srvSet(TIME, [old('10.0.0.1', 80)])], names: [CALC] },
  ])('keeps an address $row', ({ rest, names }) => {
    const zone = [srvSet(CALC, [old('10.0.0.1', 80)]), oldAddress('10.0.0.1'), ...rest];

    const plan = adoptOwner(facts(zone, [claim(CALC, '10.0.0.1', 80)], names), 'old');

    expect(text(applied(zone, plan))).toContain('ip-10-0-0-1.old.shop.internal. A simple 10.0.0.1');
  });
});
