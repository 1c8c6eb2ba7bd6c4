import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { parseSrv } from '../../../functions/domain/dns/srv.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { adoptOwner, adoptWeighted } from '../../../functions/domain/zone/adopt.ts';
import type { AdoptionPlan } from '../../../functions/domain/zone/adoption.ts';
import { addressSet, CALC, NAMING, ourText, srvSet, TIME, textsOf } from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const FOREIGN = '5 5 80 elsewhere.example.';
const weightedSet = (setIdentifier: string, value: string, about: Partial<RecordSet> = {}): RecordSet => ({
  ...srvSet(CALC, [value]),
  ttl: 0,
  policy: 'weighted',
  setIdentifier,
  weight: 1,
  ...about,
});
let containers = 0;
/** A set as an agent of the predecessor writes it: `<host>:<container id>`. */
const predecessor = (value: string, about: Partial<RecordSet> = {}): RecordSet => {
  containers += 1;
  const id = containers.toString(16).padStart(64, '0');
  return weightedSet(`${value.split(' ')[3]}:${id}`, value, about);
};
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
  sets
    .map(({ ownerName, type, policy, values }) => `${ownerName} ${type} ${policy} ${textsOf(values).join(', ')}`)
    .sort();

describe('weighted record sets of the predecessor', () => {
  it('become one simple set of ours, with the address that it needs', () => {
    const zone = [
      predecessor('1 1 32768 ip-10-0-0-1.eu-west-1.compute.internal'),
      predecessor('1 1 32769 ip-10-0-0-1.ec2.internal.'),
    ];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768), claim(CALC, '10.0.0.1', 32_769)]));

    expect(fates(plan)).toEqual(['taken', 'taken']);
    expect(text(applied(zone, plan))).toEqual([
      `${CALC} SRV simple ${ourText('10.0.0.1', 32_768)}, ${ourText('10.0.0.1', 32_769)}`,
      'ip-10-0-0-1.ecs.shop.internal. A simple 10.0.0.1',
    ]);
  });

  it('are made with the marker, where nobody has marked our label', () => {
    const zone = [predecessor('1 1 32768 ip-10-0-0-1.ec2.internal')];

    const plan = adoptWeighted({ ...facts(zone, [claim(CALC, '10.0.0.1', 32_768)]), deployment: 'a/b/c' });

    expect(text(applied(zone, plan))[1]).toBe(
      'ecs.shop.internal. TXT simple "ecs-service-discovery-dns deployment=a/b/c"',
    );
  });

  const hostA = (ownerName: string, setIdentifier?: string): RecordSet => ({
    ...addressSet('10.0.0.1', { ownerName }),
    ...(setIdentifier !== undefined && { policy: 'weighted' as const, weight: 1, setIdentifier }),
  });
  it.each([
    { row: 'EC2 names by address', host: 'ip-10-0-0-1.ec2.internal', fate: 'taken' },
    { row: 'a VPC with a domain of its own names', host: 'ip-10-0-0-1.corp.example', fate: 'taken' },
    { row: 'a person has named below the zone', host: 'ip-10-0-0-1.shop.internal', fate: 'taken' },
    { row: 'was another owner label', host: 'ip-10-0-0-1.other.shop.internal.', fate: 'taken' },
    { row: 'has no domain', host: 'ip-10-0-0-1', fate: 'taken' },
    {
      row: 'has an A set in the zone',
      host: 'worker1.shop.internal',
      beside: hostA('worker1.shop.internal.'),
      fate: 'taken',
    },
    {
      row: 'an agent has given an A set',
      host: 'Worker1.corp.example',
      beside: hostA('worker1.shop.internal.', 'worker1.corp.example'),
      fate: 'taken',
    },
    {
      row: 'only looks like one with an A set',
      host: 'worker1.corp.example',
      beside: hostA('worker1.shop.internal.'),
      fate: 'unplaced',
    },
    {
      row: 'has two addresses',
      host: 'worker1.shop.internal',
      beside: { ...hostA('worker1.shop.internal.'), values: ['10.0.0.1', '10.0.0.2'] },
      fate: 'unplaced',
    },
    { row: 'EC2 names by instance', host: 'i-0123456789abcdef0.ec2.internal', fate: 'unplaced' },
    { row: 'a person has named', host: 'worker1.corp.example', fate: 'unplaced' },
    { row: 'has no address', host: 'ip-10-0-0-999.ec2.internal', fate: 'unplaced' },
    { row: 'runs no task that claims it', host: 'ip-10-0-0-9.ec2.internal', fate: 'dropped' },
  ])('of a host that $row: $fate', ({ host, beside, fate }) => {
    const zone = [predecessor(`1 1 32768 ${host}`), ...(beside ? [beside] : [])];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(fates(plan)).toEqual([fate]);
    if (fate === 'unplaced') expect(plan.units).toEqual([]);
    if (beside) expect(applied(zone, plan)).toContain(beside);
  });

  it('that cannot be placed stay beside ours, or are dropped when a person says so', () => {
    const unplaced = predecessor('1 1 32768 worker1.corp.example', { weight: 7 });
    const zone = [predecessor('1 1 32768 ip-10-0-0-1.ec2.internal'), unplaced];
    const about = facts(zone, [claim(CALC, '10.0.0.1', 32_768)]);

    const plans = [adoptWeighted(about), adoptWeighted({ ...about, dropUnplaced: true })];

    expect(plans.map(fates)).toEqual([
      ['taken', 'unplaced'],
      ['taken', 'dropped'],
    ]);
    const [kept, dropped] = plans.map((plan) => applied(zone, plan).filter(({ type }) => type === 'SRV'));
    expect(kept).toContain(unplaced);
    expect(kept).toHaveLength(2);
    expect(kept?.find((set) => set !== unplaced)).toMatchObject({
      policy: 'weighted',
      setIdentifier: 'ecs/ip-10-0-0-1:32768',
      ttl: 0,
    });
    expect(text(dropped ?? [])).toEqual([`${CALC} SRV simple ${ourText('10.0.0.1', 32_768)}`]);
  });

  it.each([
    { row: 'of somebody else', set: weightedSet('blue', FOREIGN, { weight: 200 }) },
    { row: 'of somebody else at a host of EC2', set: weightedSet('blue', '1 1 32769 ip-10-0-0-1.ec2.internal') },
    {
      row: 'with a health check',
      set: predecessor('1 1 32769 ip-10-0-0-1.ec2.internal', { attributes: ['HealthCheckId'] }),
    },
    { row: 'of several values', set: predecessor('1 1 32769 ip-10-0-0-1.ec2.internal', { values: [FOREIGN, 'x'] }) },
    { row: 'of no SRV value', set: weightedSet(`host:${'a'.repeat(64)}`, 'nonsense') },
    {
      row: 'of another deployment',
      set: weightedSet('other/ip-10-0-0-1:80', '1 1 80 ip-10-0-0-1.other.shop.internal.'),
    },
    { row: 'of ours', set: weightedSet('ecs/ip-10-0-0-1:32769', ourText('10.0.0.1', 32_769)) },
  ])('leave a set $row as it is, with all that it has', ({ set }) => {
    const zone = [predecessor('1 1 32768 ip-10-0-0-1.ec2.internal'), set];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768), claim(CALC, '10.0.0.1', 32_769)]));
    const after = applied(zone, plan);

    expect(fates(plan)[0]).toBe('taken');
    expect(fates(plan).slice(1)).toEqual(set.values.map(() => 'kept'));
    expect(after).toContain(set);
    expect(after.filter(({ type, policy }) => type === 'SRV' && policy === 'weighted')).toHaveLength(2);
  });

  it.each([
    { row: 'its whole container id', id: 'f'.repeat(64), taken: true },
    { row: 'host and whole container id', id: `worker1.corp.example:${'0'.repeat(64)}`, taken: true },
    { row: 'host and short container id', id: 'ip-10-0-0-1.ec2.internal:0123456789ab', taken: true },
    { row: 'a short id alone', id: '0123456789ab', taken: false },
    { row: 'a host and a port', id: 'ip-10-0-0-1.ec2.internal:32768', taken: false },
    { row: 'a host and a name', id: 'ip-10-0-0-1.ec2.internal:calc-1', taken: false },
    { row: 'a path', id: `a/b:${'0'.repeat(64)}`, taken: false },
    { row: 'a number', id: '0', taken: false },
  ])('are told by their identifier: $row', ({ id, taken }) => {
    const zone = [weightedSet(id, '1 1 32768 ip-10-0-0-1.ec2.internal')];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(fates(plan)).toEqual(taken ? ['taken'] : []);
  });

  it.each([
    { row: 'that hold nothing of its form', sets: [weightedSet('a', FOREIGN)] },
    { row: 'of ours, where we route by weight', sets: [weightedSet('a', ourText('10.0.0.1', 80))] },
    {
      row: 'that are not asked for',
      sets: [predecessor('1 1 80 ip-10-0-0-1.ec2.internal', { ownerName: TIME })],
      names: [CALC],
    },
    { row: 'that are simple', sets: [srvSet(CALC, ['1 1 80 ip-10-0-0-1.ec2.internal'])] },
    { row: 'of another routing', sets: [predecessor('1 1 80 ip-10-0-0-1.ec2.internal', { policy: 'multivalue' })] },
  ])('leaves names alone $row', ({ sets, names }) => {
    const plan = adoptWeighted(facts(sets, [], names));

    expect(plan).toEqual({ adoptions: [], units: [] });
  });

  it('leaves a name alone whose address somebody else has', () => {
    const zone = [
      predecessor('1 1 32768 ip-10-0-0-1.ec2.internal'),
      addressSet('10.0.0.1', { type: 'CNAME', values: ['x.example'] }),
    ];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(fates(plan)).toEqual(['blocked']);
    expect(plan.units).toEqual([]);
  });

  it.each([
    { row: 'a set of ours of another endpoint', value: ourText('10.0.0.2', 80) },
    { row: 'a set of others', value: FOREIGN },
  ])('leaves a name alone where $row has the identifier that the value would get', ({ value }) => {
    const zone = [predecessor('1 1 32768 ip-10-0-0-1.ec2.internal'), weightedSet('ecs/ip-10-0-0-1:32768', value)];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(fates(plan).sort()).toEqual(['blocked', 'kept']);
    expect(plan.units).toEqual([]);
  });

  it('restores an address that is marked to go', () => {
    const zone = [predecessor('1 1 32768 ip-10-0-0-1.ec2.internal'), addressSet('10.0.0.1', { ttl: 60 })];

    const plan = adoptWeighted(facts(zone, [claim(CALC, '10.0.0.1', 32_768)]));

    expect(applied(zone, plan).find(({ type }) => type === 'A')?.ttl).toBe(3_600);
  });

  it('changes nothing of others, loses no claimed endpoint, and shows every value that goes', () => {
    const host = fc.constantFrom('ip-10-0-0-1.ec2.internal', 'ip-10-0-0-2.shop.internal.', 'worker.corp.example');
    const one = fc.record({
      host,
      port: fc.integer({ min: 80, max: 83 }),
      kind: fc.constantFrom('theirs', 'theirs', 'theirs', 'blue', 'checked', 'ours'),
      claimed: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { maxLength: 8, selector: (all) => JSON.stringify(all) }),
        fc.boolean(),
        (all, dropUnplaced) => {
          const zone = all.map(({ host: at, port, kind }, index) => {
            const value = `1 1 ${port} ${at}`;
            if (kind === 'blue') return weightedSet(`blue-${index}`, value, { weight: 9 });
            if (kind === 'checked') return predecessor(value, { attributes: ['HealthCheckId'] });
            if (kind === 'ours') return weightedSet(`x-${index}`, ourText('10.0.0.7', port));
            return predecessor(value);
          });
          const addressAt = (at: string) => /ip-(10-0-0-\d)/.exec(at)?.[1]?.replaceAll('-', '.');
          const claimed = all.flatMap(({ host: at, port, claimed: isClaimed }) => {
            const address = addressAt(at);
            return isClaimed && address ? [claim(CALC, address, port)] : [];
          });
          const plan = adoptWeighted({ ...facts(zone, claimed), dropUnplaced });
          const after = applied(zone, plan);

          for (const [index, set] of zone.entries()) {
            const isTheirs = all[index]?.kind === 'theirs';
            if (!isTheirs) expect(after).toContain(set);
            const shown = plan.adoptions.filter(({ from }) => from === set.values[0]).map(({ fate }) => fate);
            if (!after.includes(set)) expect(shown.some((fate) => fate === 'taken' || fate === 'dropped')).toBe(true);
            const srv = parseSrv(textsOf(set.values)[0] ?? '');
            const address = addressAt(srv?.target ?? '');
            if (isTheirs && address && claimed.includes(claim(CALC, address, srv?.port ?? 0))) {
              expect(after.flatMap(({ values }) => textsOf(values))).toContain(ourText(address, srv?.port ?? 0));
            }
          }
          expect(adoptWeighted({ ...facts(after, claimed), dropUnplaced }).units).toEqual([]);
        },
      ),
      { numRuns: 200 },
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
      srvSet(CALC, [old('10.0.0.1', 80), old('10.0.0.2', 80), FOREIGN, ourText('10.0.0.1', 80)], { ttl: 60 }),
      oldAddress('10.0.0.1'),
      oldAddress('10.0.0.2'),
      marker,
    ];

    const plan = adoptOwner(facts(zone, [claim(CALC, '10.0.0.1', 80)]), 'old');

    expect(fates(plan)).toEqual(['taken', 'dropped', 'kept', 'kept']);
    expect(text(applied(zone, plan))).toEqual([
      `${CALC} SRV simple ${ourText('10.0.0.1', 80)}, ${FOREIGN}`,
      'ip-10-0-0-1.ecs.shop.internal. A simple 10.0.0.1',
    ]);
    expect(applied(zone, plan).find(({ ownerName }) => ownerName === CALC)?.ttl).toBe(60);
  });

  it.each([
    {
      row: 'that a value elsewhere still names',
      rest: [weightedSet('a', old('10.0.0.1', 80), { ownerName: TIME, attributes: ['HealthCheckId'] })],
      names: undefined,
    },
    { row: 'when only some names are taken over', rest: [srvSet(TIME, [old('10.0.0.1', 80)])], names: [CALC] },
  ])('keeps an address $row', ({ rest, names }) => {
    const zone = [srvSet(CALC, [old('10.0.0.1', 80)]), oldAddress('10.0.0.1'), marker, ...rest];

    const plan = adoptOwner(facts(zone, [claim(CALC, '10.0.0.1', 80)], names), 'old');

    expect(text(applied(zone, plan))).toContain('ip-10-0-0-1.old.shop.internal. A simple 10.0.0.1');
  });

  it.each([
    { row: 'without a marker', sets: [srvSet(CALC, [old('10.0.0.1', 80)]), oldAddress('10.0.0.1')] },
    {
      row: 'that was a mail domain',
      sets: [
        { ...marker, values: ['"v=spf1 -all"'] },
        addressSet('10.9.9.9', { ownerName: 'old.shop.internal.' }),
        addressSet('10.9.9.1', { ownerName: 'mx1.old.shop.internal.' }),
      ],
    },
  ])('$row is not taken over', ({ sets }) => {
    expect(adoptOwner(facts(sets, [claim(CALC, '10.0.0.1', 80)]), 'old')).toEqual({ adoptions: [], units: [] });
  });

  it.each([
    { row: 'marked', unmarked: false, texts: [...marker.values, '"v=spf1 -all"'] },
    { row: 'unmarked, where a person says so', unmarked: true, texts: ['"v=spf1 -all"'] },
  ])('gives only what has our form, $row', ({ unmarked, texts }) => {
    const theirs = [
      addressSet('10.9.9.9', { ownerName: 'old.shop.internal.' }),
      addressSet('10.9.9.1', { ownerName: 'mx1.old.shop.internal.' }),
      addressSet('10.0.0.3', { ...oldAddress('10.0.0.3'), values: ['10.9.9.3'] }),
      addressSet('10.0.0.4', { ...oldAddress('10.0.0.4'), policy: 'weighted', setIdentifier: 'a', weight: 1 }),
      addressSet('10.0.0.5', { ...oldAddress('10.0.0.5'), type: 'CNAME', values: ['x.example'] }),
      srvSet(TIME, ['0 0 25 mx1.old.shop.internal.']),
    ];
    const zone = [...theirs, { ...marker, values: texts, ttl: 77 }, oldAddress('10.0.0.1'), oldAddress('10.0.0.2')];

    const plan = adoptOwner({ ...facts(zone, []), unmarked }, 'old');
    const after = applied(zone, plan);

    for (const set of theirs) expect(after).toContain(set);
    expect(after.filter((set) => !theirs.includes(set))).toMatchObject([
      { type: 'TXT', values: ['"v=spf1 -all"'], ttl: 77 },
    ]);
  });

  it('gives sets with an identifier too, each beside those of others', () => {
    const former = weightedSet('old/ip-10-0-0-1:80', old('10.0.0.1', 80), { ttl: 60 });
    const gone = weightedSet('old/ip-10-0-0-2:80', old('10.0.0.2', 80), { ttl: 60 });
    const theirs = weightedSet('blue', FOREIGN, { ttl: 60, weight: 200 });
    const mine = weightedSet('ecs/ip-10-0-0-3:80', ourText('10.0.0.3', 80), { ttl: 60 });
    const zone = [former, gone, theirs, mine, marker, oldAddress('10.0.0.1')];

    const plan = adoptOwner(facts(zone, [claim(CALC, '10.0.0.1', 80)]), 'old');
    const after = applied(zone, plan);

    expect(fates(plan)).toEqual(['taken', 'dropped', 'kept', 'kept']);
    expect(after).toEqual(expect.arrayContaining([theirs, mine]));
    expect(text(after)).toEqual([
      `${CALC} SRV weighted ${ourText('10.0.0.1', 80)}`,
      `${CALC} SRV weighted ${ourText('10.0.0.3', 80)}`,
      `${CALC} SRV weighted ${FOREIGN}`,
      'ip-10-0-0-1.ecs.shop.internal. A simple 10.0.0.1',
    ]);
  });
});
