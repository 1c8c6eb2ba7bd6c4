import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOurValue } from '../../../functions/domain/dns/naming.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { type Decision, decide } from '../../../functions/domain/plan/decide.ts';
import { mixedValues, ourValues } from '../../support/arbitraries.ts';
import { CALC, NAMING, ourValue, srvSet } from '../../support/builders.ts';

const isOurs = (value: string) => isOurValue(value, NAMING);
const a = ourValue('10.0.0.1', 80);
const b = ourValue('10.0.0.2', 80);
const theirs = '1 1 80 db.example.';

it.each([
  { row: 'wanted, nothing there', wanted: [a], found: undefined, action: 'create', values: [a] },
  { row: 'wanted, exactly there', wanted: [a], found: [a], action: 'keep' },
  { row: 'wanted, there in another order', wanted: [a, b], found: [b, a], action: 'keep' },
  { row: 'wanted, there in another spelling', wanted: [a], found: [a.toUpperCase()], action: 'keep' },
  { row: 'wanted, others of ours', wanted: [a], found: [b], action: 'replace', values: [a] },
  { row: 'wanted, more of ours', wanted: [a], found: [a, b], action: 'replace', values: [a] },
  { row: 'wanted, there with theirs', wanted: [a], found: [theirs, a], action: 'keep' },
  { row: 'wanted, only theirs', wanted: [a], found: [theirs], action: 'replace', values: [theirs, a] },
  { row: 'none wanted, only ours', wanted: [], found: [a], action: 'delete' },
  { row: 'none wanted, ours and theirs', wanted: [], found: [a, theirs], action: 'replace', values: [theirs] },
  { row: 'none wanted, only theirs', wanted: [], found: [theirs], action: 'keep' },
  { row: 'none wanted, nothing there', wanted: [], found: undefined, action: 'keep' },
])('$row → $action', ({ wanted, found, action, values }) => {
  const current = found && srvSet(CALC, found);

  const decision = decide(srvSet(CALC, wanted), current, isOurs);

  expect(decision.action).toBe(action);
  if ('desired' in decision) expect(decision.desired.values).toEqual(values);
  if ('current' in decision) expect(decision.current).toBe(current);
});

it('keeps the TTL of a set that holds values of others, and sets ours elsewhere', () => {
  const shared = decide(srvSet(CALC, [a]), srvSet(CALC, [theirs], { ttl: 60 }), isOurs);
  const own = decide(srvSet(CALC, [a]), srvSet(CALC, [a], { ttl: 60 }), isOurs);
  const settled = decide(srvSet(CALC, [a]), srvSet(CALC, [a, theirs], { ttl: 60 }), isOurs);

  expect(shared).toMatchObject({ action: 'replace', desired: { ttl: 60 } });
  expect(own).toMatchObject({ action: 'replace', desired: { ttl: 5 } });
  expect(settled).toEqual({ action: 'keep' });
});

const after = (decision: Decision, current: RecordSet | undefined): RecordSet | undefined =>
  decision.action === 'keep' ? current : decision.action === 'delete' ? undefined : decision.desired;

const sets = () => fc.option(mixedValues(), { nil: undefined }).map((values) => values && srvSet(CALC, values));

it('never loses or changes a value that is not ours (L2)', () => {
  fc.assert(
    fc.property(ourValues(), sets(), fc.nat({ max: 300 }), (wanted, found, ttl) => {
      const current = found && { ...found, ttl };

      const outcome = after(decide(srvSet(CALC, wanted), current, isOurs), current);

      const foreign = (set: RecordSet | undefined) => (set?.values ?? []).filter((value) => !isOurs(value)).toSorted();
      expect(foreign(outcome)).toEqual(foreign(current));
      if (foreign(current).length > 0) expect(outcome?.ttl).toBe(ttl);
    }),
  );
});

it('keeps when it decides again on its outcome (L5)', () => {
  fc.assert(
    fc.property(ourValues(), sets(), (wanted, current) => {
      const outcome = after(decide(srvSet(CALC, wanted), current, isOurs), current);

      const again = decide(srvSet(CALC, wanted), outcome, isOurs);

      expect(again).toEqual({ action: 'keep' });
    }),
  );
});

it('publishes exactly what is wanted of ours', () => {
  fc.assert(
    fc.property(ourValues(), sets(), (wanted, current) => {
      const outcome = after(decide(srvSet(CALC, wanted), current, isOurs), current);

      const ours = (outcome?.values ?? []).filter(isOurs);
      expect(ours.toSorted()).toEqual(wanted.toSorted());
    }),
  );
});
