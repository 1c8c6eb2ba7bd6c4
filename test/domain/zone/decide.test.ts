import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOurValue } from '../../../functions/domain/dns/ownership.ts';
import { type RecordSet, type Routing, type Value, valueText } from '../../../functions/domain/dns/record-set.ts';
import { parseSrv } from '../../../functions/domain/dns/srv.ts';
import { endpointKey } from '../../../functions/domain/ecs/claim.ts';
import { type Decision, decide } from '../../../functions/domain/zone/decide.ts';
import { setsOf } from '../../../functions/domain/zone/routing.ts';
import { mixedValues, ourValues } from '../../support/arbitraries.ts';
import { CALC, NAMING, ourText, srvSet, textsOf } from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const isOurs = (value: Value) => isOurValue(value, NAMING);
const a = ourText('10.0.0.1', 80);
const b = ourText('10.0.0.2', 80);
const theirs = '1 1 80 db.example.';

const wantedAs = (routing: Routing, values: readonly string[], ttl = 5): readonly RecordSet[] =>
  setsOf(
    CALC,
    values.flatMap((text) => {
      const value = parseSrv(text);
      return value ? [{ value, key: endpointKey(value) }] : [];
    }),
    { routing, naming: NAMING, ttl },
  );
const simple = (values: readonly string[]) => wantedAs('simple', values);
const weighted = (setIdentifier: string, values: readonly string[], about: Partial<RecordSet> = {}) =>
  srvSet(CALC, values, { policy: 'weighted', setIdentifier, weight: 1, ...about });
/** `- identifier values` for what goes, `+ …` for what comes. */
const told = ({ changes }: Decision) =>
  changes.map(({ action, recordSet: { policy, setIdentifier, values } }) =>
    [action === 'DELETE' ? '-' : '+', setIdentifier ?? policy, ...textsOf(values)].join(' '),
  );

describe('simple: one set, that owners share', () => {
  it.each([
    { row: 'wanted, nothing there', wanted: [a], found: undefined, changes: [`+ simple ${a}`] },
    { row: 'wanted, exactly there', wanted: [a], found: [a], changes: [] },
    { row: 'wanted, there in another order', wanted: [a, b], found: [b, a], changes: [] },
    { row: 'wanted, there in another spelling', wanted: [a], found: [a.toUpperCase()], changes: [] },
    { row: 'wanted, others of ours', wanted: [a], found: [b], changes: [`- simple ${b}`, `+ simple ${a}`] },
    { row: 'wanted, more of ours', wanted: [a], found: [a, b], changes: [`- simple ${a} ${b}`, `+ simple ${a}`] },
    { row: 'wanted, there with theirs', wanted: [a], found: [theirs, a], changes: [] },
    {
      row: 'wanted, only theirs',
      wanted: [a],
      found: [theirs],
      changes: [`- simple ${theirs}`, `+ simple ${theirs} ${a}`],
    },
    { row: 'none wanted, only ours', wanted: [], found: [a], changes: [`- simple ${a}`] },
    {
      row: 'none wanted, ours and theirs',
      wanted: [],
      found: [a, theirs],
      changes: [`- simple ${a} ${theirs}`, `+ simple ${theirs}`],
    },
    { row: 'none wanted, only theirs', wanted: [], found: [theirs], changes: [] },
    { row: 'none wanted, nothing there', wanted: [], found: undefined, changes: [] },
  ])('$row', ({ wanted, found, changes }) => {
    const current = found ? [srvSet(CALC, found)] : [];

    const decision = decide(simple(wanted), current, isOurs);

    expect(told(decision)).toEqual(changes);
    for (const { action, recordSet } of decision.changes) if (action === 'DELETE') expect(recordSet).toBe(current[0]);
  });

  it('keeps the TTL of a set that holds values of others, and sets ours elsewhere', () => {
    const shared = decide(simple([a]), [srvSet(CALC, [theirs], { ttl: 60 })], isOurs);
    const own = decide(simple([a]), [srvSet(CALC, [a], { ttl: 60 })], isOurs);
    const settled = decide(simple([a]), [srvSet(CALC, [a, theirs], { ttl: 60 })], isOurs);

    expect(shared.after).toMatchObject([{ ttl: 60 }]);
    expect(own.after).toMatchObject([{ ttl: 5 }]);
    expect(settled.changes).toEqual([]);
  });
});

describe('weighted and multivalue: one set for each', () => {
  const one = 'ecs/ip-10-0-0-1:80';
  const two = 'ecs/ip-10-0-0-2:80';
  const foreign = weighted('blue', [theirs]);

  it.each([
    { row: 'nothing there', wanted: [a, b], found: [], changes: [`+ ${one} ${a}`, `+ ${two} ${b}`] },
    { row: 'exactly there', wanted: [a], found: [weighted(one, [a])], changes: [] },
    { row: 'one more', wanted: [a, b], found: [weighted(one, [a])], changes: [`+ ${two} ${b}`] },
    { row: 'one less', wanted: [a], found: [weighted(one, [a]), weighted(two, [b])], changes: [`- ${two} ${b}`] },
    {
      row: 'another weight of the set',
      wanted: [a],
      found: [weighted(one, [a], { weight: 7 })],
      changes: [`- ${one} ${a}`, `+ ${one} ${a}`],
    },
    {
      row: 'ours by value, under an identifier of somebody’s choice',
      wanted: [a],
      found: [weighted('by hand', [a])],
      changes: [`- by hand ${a}`, `+ ${one} ${a}`],
    },
    { row: 'theirs, which stay', wanted: [a], found: [foreign], changes: [`+ ${one} ${a}`] },
    {
      row: 'a set with values of both, which is theirs',
      wanted: [],
      found: [weighted('blue', [theirs, a])],
      changes: [],
    },
    {
      row: 'the simple set of before, all in one',
      wanted: [a, b],
      found: [srvSet(CALC, [a, b])],
      changes: [`- simple ${a} ${b}`, `+ ${one} ${a}`, `+ ${two} ${b}`],
    },
  ])('weighted, $row', ({ wanted, found, changes }) => {
    const decision = decide(wantedAs('weighted', wanted), found, isOurs);

    expect(told(decision)).toEqual(changes);
  });

  it('takes on the TTL of others: the sets of a weighted name must share one', () => {
    const decision = decide(wantedAs('weighted', [a]), [{ ...foreign, ttl: 60 }], isOurs);

    expect(decision.after.map(({ ttl }) => ttl)).toEqual([60, 60]);
  });

  it('goes back to a simple set in one change', () => {
    const decision = decide(simple([a, b]), [weighted(one, [a]), weighted(two, [b])], isOurs);

    expect(told(decision)).toEqual([`- ${one} ${a}`, `- ${two} ${b}`, `+ simple ${a} ${b}`]);
  });
});

const routing = () => fc.constantFrom<Routing>('simple', 'weighted', 'multivalue');
/** What may stand at a name that is served with a routing: what we left there with any other, or others with the same. */
const standing = (of: Routing): fc.Arbitrary<readonly RecordSet[]> =>
  fc.oneof(
    fc.tuple(routing(), ourValues(), fc.constantFrom(5, 60)).map(([was, values, ttl]) => wantedAs(was, values, ttl)),
    of === 'simple'
      ? fc.tuple(mixedValues(), fc.nat({ max: 300 })).map(([values, ttl]) => [srvSet(CALC, values, { ttl })])
      : fc
          .tuple(ourValues(), fc.constantFrom(5, 60), fc.constantFrom([theirs], [theirs, a]))
          .map(([ours, ttl, values]) => [
            ...wantedAs(of, ours, ttl),
            srvSet(CALC, values, { policy: of, setIdentifier: 'blue', ttl, ...(of === 'weighted' && { weight: 0 }) }),
          ]),
  );
const cases = routing().chain((of) =>
  fc.record({ wanted: ourValues().map((values) => wantedAs(of, values)), current: standing(of) }),
);

it('never loses or changes a value that is not ours, nor a set that others have values in (L2)', () => {
  fc.assert(
    fc.property(cases, ({ wanted, current }) => {
      const zone = applyChanges(current, decide(wanted, current, isOurs).changes);

      const foreign = (sets: readonly RecordSet[]) =>
        sets.flatMap(({ values, ttl, setIdentifier }) =>
          values.filter((value) => !isOurs(value)).map((value) => `${setIdentifier} ${ttl} ${valueText(value)}`),
        );
      expect(foreign(zone).toSorted()).toEqual(foreign(current).toSorted());
      for (const set of current.filter(({ setIdentifier }) => setIdentifier === 'blue')) expect(zone).toContain(set);
    }),
  );
});

it('changes nothing when it decides again on its outcome (L5), and says what that is', () => {
  fc.assert(
    fc.property(cases, ({ wanted, current }) => {
      const { changes, after } = decide(wanted, current, isOurs);
      const zone = applyChanges(current, changes);

      const again = decide(wanted, zone, isOurs);

      expect(again.changes).toEqual([]);
      expect(new Set(zone)).toEqual(new Set(after));
    }),
  );
});

it('publishes exactly what is wanted of ours', () => {
  fc.assert(
    fc.property(cases, ({ wanted, current }) => {
      const zone = applyChanges(current, decide(wanted, current, isOurs).changes);

      const ours = zone
        .filter(({ setIdentifier }) => setIdentifier !== 'blue')
        .flatMap(({ values }) => textsOf(values.filter(isOurs)));
      expect(ours.toSorted()).toEqual(wanted.flatMap(({ values }) => textsOf(values)).toSorted());
    }),
  );
});
