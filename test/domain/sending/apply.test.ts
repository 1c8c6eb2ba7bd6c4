import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaintsIn } from '../../../functions/adapters/route53-complaints.ts';
import { type Answer, type Ask, sendApart, standsAs } from '../../../functions/domain/sending/apply.ts';
import { MAX_CALLS_PER_BATCH } from '../../../functions/domain/words/quotas.ts';
import type { ChangeUnit } from '../../../functions/domain/zone/change.ts';
import { markerUnit } from '../../../functions/domain/zone/marker.ts';
import { addressSet, addressUnit, DEPLOYMENT, NAMING, nameUnit, ourText, srvSet } from '../../support/builders.ts';

const value = ourText('10.0.0.1', 80);
const nameAt = (index: number) => `n${index}.shop.internal.`;
const unitsOf = (count: number) => Array.from({ length: count }, (_, index) => nameUnit(nameAt(index), [value]));

const anonymous = () => "[Invalid Resource Record: FATAL problem: SRVRRDATAIllegal encountered with '1 1 80']";
const naming = (names: readonly string[]) =>
  `[${names.map((name) => `RRSet with DNS name ${name} is not permitted in zone shop.internal.`).join(', ')}]`;

/** Sends units to a zone that refuses every batch with a bad name in it. */
function apply(
  units: readonly ChangeUnit[],
  bad: ReadonlySet<string>,
  messageOf: (names: readonly string[]) => string = anonymous,
  standing: ReadonlySet<string> = new Set(),
) {
  const sending = sendApart(units);
  const looked: string[] = [];
  let calls = 0;
  const answer = (ask: Ask): Answer => {
    calls += 1;
    if ('look' in ask) {
      looked.push(ask.look.name);
      return { stands: standing.has(ask.look.name) };
    }
    const refused = ask.send.map(({ name }) => name).filter((name) => bad.has(name));
    return refused.length === 0 ? {} : { refused: complaintsIn(messageOf(refused)) };
  };
  let turn = sending.next();
  while (!turn.done) turn = sending.next(answer(turn.value));
  const { applied, out } = turn.value;
  return { applied, out, calls, looked };
}

describe('one bad name among many never blocks the rest (L10)', () => {
  const cases = fc
    .integer({ min: 1, max: 400 })
    .chain((count) => fc.record({ count: fc.constant(count), bad: fc.nat({ max: count - 1 }) }));

  it('costs at most 2·log2(n) + 2 calls where the message names nobody', () => {
    fc.assert(
      fc.property(cases, ({ count, bad }) => {
        const { applied, out, calls } = apply(unitsOf(count), new Set([nameAt(bad)]));

        expect(calls).toBeLessThanOrEqual(2 * Math.log2(count) + 2);
        expect(out.map(({ name, refusal }) => [name, refusal])).toEqual([[nameAt(bad), 'refused']]);
        expect(applied).toEqual(
          unitsOf(count)
            .map(({ name }) => name)
            .filter((name) => name !== nameAt(bad)),
        );
      }),
    );
  });

  it('costs two calls where the message names it', () => {
    fc.assert(
      fc.property(cases, ({ count, bad }) => {
        const { applied, out, calls } = apply(unitsOf(count), new Set([nameAt(bad)]), naming);

        expect(calls).toBe(count === 1 ? 1 : 2);
        expect(out.map(({ name }) => name)).toEqual([nameAt(bad)]);
        expect(applied.length).toBe(count - 1);
      }),
    );
  });

  it('does not send again what must be bad because everything else went through', () => {
    const last = apply(unitsOf(8), new Set([nameAt(7)]));

    // 8, the first 4 of them, 2 of the others, one of the last two, the other one.
    expect(last.calls).toBe(5);
    expect(last.applied.length).toBe(7);
  });

  it('gives up after so many calls as an account has at once, and leaves the rest to another round', () => {
    const all = unitsOf(100);

    const { applied, out, calls } = apply(all, new Set(all.map(({ name }) => name)));

    const untried = out.filter(({ message }) => message.startsWith('not tried'));
    expect(calls).toBe(50);
    expect(applied).toEqual([]);
    expect(untried.every(({ refusal }) => refusal === 'moved')).toBe(true);
    expect(out.length).toBe(100);
    expect(untried.length).toBeLessThan(80);
  });

  it('costs two calls for any number of them, where the message names them all', () => {
    const bad = new Set([3, 5, 8].map(nameAt));

    const { applied, out, calls } = apply(unitsOf(10), bad, naming);

    expect(calls).toBe(2);
    expect(out.map(({ name }) => name)).toEqual([...bad]);
    expect(applied.length).toBe(7);
  });
});

describe('a name whose address set did not come about is not sent', () => {
  const address = addressUnit('10.0.0.1');
  const needing = (index: number) => nameUnit(nameAt(index), [value], { needs: [address.name] });
  const units = [address, needing(0), nameUnit(nameAt(1), ['1 1 80 x.']), needing(2)];

  it.each([
    { row: 'named', messageOf: naming },
    { row: 'not named', messageOf: anonymous },
  ])('but planned again without it, the message $row', ({ messageOf }) => {
    const { applied, out } = apply(units, new Set([address.name]), messageOf);

    expect(applied).toEqual([nameAt(1)]);
    expect(Object.fromEntries(out.map(({ name, refusal }) => [name, refusal]))).toEqual({
      [address.name]: 'refused',
      [nameAt(0)]: 'moved',
      [nameAt(2)]: 'moved',
    });
    expect(out.find(({ name }) => name === nameAt(2))?.message).toContain(`${address.name}, which it needs`);
  });

  it('holds for any plan: what is applied has its address sets, and everything is accounted for', () => {
    const names = fc.array(fc.record({ needs: fc.subarray([1, 2, 3, 4]), bad: fc.boolean() }), { maxLength: 20 });
    const badAddresses = fc.subarray([1, 2, 3, 4]);

    fc.assert(
      fc.property(names, badAddresses, fc.boolean(), (shapes, broken, named) => {
        const addresses = [1, 2, 3, 4].map((last) => addressUnit(`10.0.0.${last}`));
        const target = (last: number) => addressUnit(`10.0.0.${last}`).name;
        const all = [
          ...addresses,
          ...shapes.map(({ needs }, index) => nameUnit(nameAt(index), [value], { needs: needs.map(target) })),
        ];
        const bad = new Set([
          ...broken.map(target),
          ...shapes.flatMap(({ bad: refuses }, index) => (refuses ? [nameAt(index)] : [])),
        ]);

        const { applied, out } = apply(all, bad, named ? naming : anonymous);

        const done = new Set(applied);
        const fits = ({ name, needs }: ChangeUnit) => !bad.has(name) && !needs.some((one) => bad.has(one));
        expect(done).toEqual(new Set(all.filter(fits).map(({ name }) => name)));
        expect([...applied, ...out.map(({ name }) => name)].toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      }),
    );
  });

  describe('an address set that is not as it was read is looked at, whatever the message says', () => {
    const exists = `[Tried to create resource record set [name='${address.name}', type='A'] but it already exists]`;
    const cname = `[RRSet of type A with DNS name ${address.name} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone shop.internal.]`;
    const conflicts = `[RRSet of type A with DNS name ${address.name} is not permitted as it conflicts with other records with the same DNS name in zone shop.internal.]`;

    it('another run has made it meanwhile: what needs it goes', () => {
      const { applied, out, looked } = apply(units, new Set([address.name]), () => exists, new Set([address.name]));

      expect(looked).toEqual([address.name]);
      expect(applied).toEqual([address.name, nameAt(0), nameAt(1), nameAt(2)]);
      expect(out).toEqual([]);
    });

    it.each([exists, cname, conflicts])('something else stands there: what needs it does not go, %s', (message) => {
      const { applied, out } = apply(units, new Set([address.name]), () => message);

      expect(applied).toEqual([nameAt(1)]);
      expect(out.map(({ name, refusal }) => [name, refusal])).toEqual([
        [address.name, 'moved'],
        [nameAt(0), 'moved'],
        [nameAt(2), 'moved'],
      ]);
    });

    it('nobody looks where nothing of the batch needs it', () => {
      const { looked, out } = apply([address], new Set([address.name]), () => exists, new Set([address.name]));

      expect(looked).toEqual([]);
      expect(out).toMatchObject([{ name: address.name, refusal: 'moved' }]);
    });

    it('the other half of a batch is sent all the same, though everything of the first stands', () => {
      const all = [address, needing(0), needing(1), needing(2)];
      const unnamed = '[Something, but it already exists]';

      const { applied, out } = apply(all, new Set([address.name]), () => unnamed, new Set([address.name]));

      expect(applied.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      expect(out).toEqual([]);
    });

    it('the calls for looking count among those of the batch', () => {
      const addresses = Array.from({ length: 80 }, (_, index) => addressUnit(`10.0.1.${index}`));
      const names = addresses.map((one, index) => nameUnit(nameAt(index), [value], { needs: [one.name] }));
      const all = addresses.map(({ name }) => name);
      const exist = (some: readonly string[]) =>
        `[${some.map((name) => `Tried to create resource record set [name='${name}', type='A'] but it already exists`).join(', ')}]`;

      const { calls, applied } = apply([...addresses, ...names], new Set(all), exist, new Set(all));

      expect(calls).toBeLessThanOrEqual(MAX_CALLS_PER_BATCH);
      expect(applied.length).toBeGreaterThan(40);
    });
  });

  it('an address set that moved otherwise takes along what needs it, to be planned again', () => {
    const message = `[Tried to delete resource record set [name='${address.name}', type='A'] but the values provided do not match the current values]`;

    const { applied, out } = apply(units, new Set([address.name]), () => message);

    expect(applied).toEqual([nameAt(1)]);
    expect(out.map(({ refusal }) => refusal)).toEqual(['moved', 'moved', 'moved']);
  });
});

it('nothing is sent below an owner label whose marker another deployment has made meanwhile (L2)', () => {
  const marker = markerUnit(NAMING, { deployment: DEPLOYMENT });
  const address = addressUnit('10.0.0.1');
  const units = [
    marker,
    { ...address, needs: [marker.name] },
    nameUnit(nameAt(0), [value], { needs: [marker.name, address.name] }),
    nameUnit(nameAt(1), [value], { needs: [marker.name] }),
  ];
  const exists = `[Tried to create resource record set [name='${marker.name}', type='TXT'] but it already exists]`;

  for (const message of [exists, '[Something new, but it already exists]']) {
    const { applied, out } = apply(units, new Set([marker.name]), () => message);

    expect(applied).toEqual([]);
    expect(out.map(({ name, refusal }) => [name, refusal])).toEqual(units.map(({ name }) => [name, 'moved']));
  }
});

it('does not send what needs something that an earlier batch did not bring about', () => {
  const needing = nameUnit(nameAt(0), [value], { needs: ['ip-10-0-0-9.ecs.shop.internal.'] });
  const failed = [{ name: 'ip-10-0-0-9.ecs.shop.internal.', refusal: 'refused' as const, message: 'protected' }];

  const sending = sendApart([needing, ...unitsOf(2).slice(1)], failed);
  const asked = sending.next().value;
  const end = sending.next({});

  expect(asked).toEqual({ send: unitsOf(2).slice(1) });
  expect(end).toMatchObject({
    done: true,
    value: { applied: [nameAt(1)], out: [{ name: nameAt(0), refusal: 'moved' }] },
  });
});

it.each([
  { message: '[Something new, but it was not found]', refusal: 'moved' },
  { message: '[Something new, but it already exists]', refusal: 'moved' },
  { message: '[Something else altogether]', refusal: 'refused' },
])('calls the last one left what the message says: $message → $refusal', ({ message, refusal }) => {
  const { out, applied, calls } = apply(unitsOf(1), new Set([nameAt(0)]), () => message);

  expect({ out, applied, calls }).toMatchObject({
    out: [{ name: nameAt(0), refusal, message: message.replace(/^\[|\]$/g, '') }],
    applied: [],
    calls: 1,
  });
});

describe('standsAs: only the very set that is wanted counts', () => {
  const unit = addressUnit('10.0.0.1');

  it.each([
    { row: 'nothing', found: [], stands: false },
    { row: 'the set itself', found: [addressSet('10.0.0.1')], stands: true },
    {
      row: 'the set itself beside one of another type',
      found: [srvSet(unit.name, ['1 1 1 x.']), addressSet('10.0.0.1')],
      stands: true,
    },
    { row: 'a set with another address', found: [addressSet('10.0.0.1', { values: ['10.9.9.9'] })], stands: false },
    {
      row: 'a set with one address more',
      found: [addressSet('10.0.0.1', { values: ['10.0.0.1', '10.0.0.2'] })],
      stands: false,
    },
    { row: 'a set with another TTL', found: [addressSet('10.0.0.1', { ttl: 60 })], stands: false },
    { row: 'an alias', found: [addressSet('10.0.0.1', { policy: 'other', values: [] })], stands: false },
    {
      row: 'a weighted set',
      found: [addressSet('10.0.0.1', { policy: 'weighted', setIdentifier: 'a', weight: 1 })],
      stands: false,
    },
    { row: 'a CNAME', found: [addressSet('10.0.0.1', { type: 'CNAME', values: ['lb.example.'] })], stands: false },
    { row: 'an AAAA set', found: [addressSet('10.0.0.1', { type: 'AAAA' })], stands: false },
  ])('$row: $stands', ({ found, stands }) => {
    expect(standsAs(unit, found)).toBe(stands);
  });

  it('nothing stands as what only removes', () => {
    const removal = { ...unit, changes: [{ action: 'DELETE' as const, recordSet: addressSet('10.0.0.1') }] };

    expect(standsAs(removal, [])).toBe(false);
  });
});
