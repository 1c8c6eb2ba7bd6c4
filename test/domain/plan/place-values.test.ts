import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromRecordSet, toRecordSet } from '../../../functions/adapters/route53-record-sets.ts';
import { octetsAround, octetsOfSrv } from '../../../functions/domain/dns/answer.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { normalSrv, type Srv } from '../../../functions/domain/dns/srv.ts';
import { endpointKey } from '../../../functions/domain/ecs/claim.ts';
import type { NameJudgement, Staying } from '../../../functions/domain/judging/judgement.ts';
import type { NamePlan } from '../../../functions/domain/plan/name-plan.ts';
import { settleName } from '../../../functions/domain/plan/settle-name.ts';
import { CAPACITY } from '../../../functions/domain/zone/capacity.ts';
import { ourValues, routingAt } from '../../../functions/domain/zone/routing.ts';
import { isPartForm } from '../../../functions/domain/zone/spread.ts';
import { virtualClock } from '../../stand-ins/clock.ts';
import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import { inMemoryAws } from '../../stand-ins/in-memory-aws.ts';
import { CALC, claim, endpoint, NAMING, srvSet } from '../../support/builders.ts';

const ZONE = 'Z0SPREAD';
const THEIRS = '1 1 80 db.example.';
const SPREAD = {
  naming: NAMING,
  recordTtl: 5,
  routing: 'simple',
  beyondCapacity: 'spread',
  kind: 'full',
} as const;

type Settings = Parameters<typeof settleName>[2];

/** An endpoint for each number, no two alike. */
const addressOf = (index: number) => `10.${Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`;
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const textOf = (index: number) => normalSrv(endpoint(addressOf(index), 9));
const textsOf = (indices: readonly number[]) => indices.map(textOf).toSorted();

/** A name in the Route 53 of the stand-ins, which judges every batch, and us. */
async function stage(...beginning: readonly RecordSet[]) {
  const { route53 } = inMemoryAws({ clock: virtualClock(), random: seeded(1) });
  route53.addHostedZone({ id: ZONE, name: NAMING.zone, vpcId: 'vpc-1' });
  const send = async (changes: readonly { action: string; recordSet: RecordSet }[]) => {
    const Changes = changes.map(({ action, recordSet }) => ({
      Action: action,
      ResourceRecordSet: fromRecordSet(recordSet),
    }));
    const context = { region: 'us-east-1', accountId: '1', requestId: 'test' };
    await route53.operations.ChangeResourceRecordSets?.(
      { HostedZoneId: ZONE, ChangeBatch: { Changes } } as never,
      context,
    );
  };
  if (beginning.length > 0) await send(beginning.map((recordSet) => ({ action: 'CREATE', recordSet })));
  const sets = () =>
    route53
      .recordSets(ZONE)
      .map((set) => toRecordSet(set))
      .filter(({ ownerName, type }) => ownerName === CALC && type === 'SRV');
  const ours = () => sets().flatMap((set) => ourValues(set, NAMING).map(({ value }) => value));
  const published = () => ours().map(normalSrv).toSorted();
  const plan = (wanted: readonly number[], settings: Settings = SPREAD, held: readonly number[] = []) =>
    settleName(judgementOf(sets(), { wanted, held, settings }), new Set(), settings);
  /** Plans and sends; whatever stands before and after stands all the way. */
  const settle = async (wanted: readonly number[], settings: Settings = SPREAD, held: readonly number[] = []) => {
    const before = new Set(published());
    const made = plan(wanted, settings, held);
    const stays = new Set(made.stays.map(({ value }) => normalSrv(value))).intersection(before);
    for (const { changes } of made.steps ?? [made]) {
      if (changes.length > 0) await send(changes);
      expect([...stays.difference(new Set(published()))]).toEqual([]);
    }
    return made;
  };
  return { sets, published, plan, settle, send, parts: () => sets().filter(isPartForm) };
}

function judgementOf(
  current: readonly RecordSet[],
  {
    wanted,
    held,
    settings,
  }: { readonly wanted: readonly number[]; readonly held: readonly number[]; settings: Settings },
): NameJudgement {
  const { routing = settings.routing, conflict } = routingAt(current, settings.routing, NAMING);
  const standing = new Map(
    current.flatMap((set) => ourValues(set, NAMING)).map(({ value }) => [normalSrv(value), value] as const),
  );
  const staying = (index: number): Staying => {
    const place = endpoint(addressOf(index), 9);
    const { address: _, ...srv } = place;
    const value: Srv = standing.get(normalSrv(srv)) ?? srv;
    const isNew = !standing.has(normalSrv(srv));
    return { key: endpointKey(srv), value, reason: 'running', isNew, claim: claim(`${index}`, { endpoint: place }) };
  };
  const { claim: _, ...unclaimed } = staying(0);
  const holding = held.map((index): Staying => {
    const { key, value } = staying(index);
    return { ...unclaimed, key, value, reason: 'held-unread', isNew: false };
  });
  const stays = [...wanted.filter((index) => !held.includes(index)).map(staying), ...holding];
  const kept = new Set(stays.map(({ value }) => normalSrv(value)));
  const leaves = [...standing.values()]
    .filter((value) => !kept.has(normalSrv(value)))
    .map((value) => ({ key: endpointKey(value), value, reason: 'task-stopped' as const }));
  return { name: CALC, current, routing, ...(conflict && { conflict }), stays, leaves, leftOut: [], absent: [] };
}

const identifiersIn = ({ changes }: NamePlan, action: string) =>
  changes.filter((one) => one.action === action).map(({ recordSet }) => recordSet.setIdentifier);
const leftOut = ({ dispositions }: NamePlan) =>
  dispositions.filter(({ outcome }) => outcome === 'left-out').map(({ reason }) => reason);

describe('a name beyond the capacity of a simple set', () => {
  it('moves to parts in one batch, and the rest follows', async () => {
    const { settle, parts, published, sets } = await stage();
    await settle(range(400));
    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);

    const plan = await settle(range(600));

    expect(published()).toEqual(textsOf(range(600)));
    expect(parts().length).toBe(sets().length);
    expect(plan.steps?.map(({ rests = false }) => rests)).toEqual([false, true]);
    expect(leftOut(plan)).toEqual([]);
  });

  it('begins in parts where nothing stands, in as many batches as it takes', async () => {
    const { settle, published } = await stage();

    const plan = await settle(range(2_000));

    expect(published()).toEqual(textsOf(range(2_000)));
    expect(plan.steps?.every(({ rests = false }) => !rests)).toBe(true);
  });

  it('is left out above it by default', async () => {
    const { settle, sets, published } = await stage();

    const plan = await settle(range(450), { ...SPREAD, beyondCapacity: 'leave-out' });

    expect(sets()).toHaveLength(1);
    expect(published()).toHaveLength(400);
    expect(leftOut(plan)).toEqual(Array.from({ length: 50 }, () => 'over-capacity'));
  });

  it('is over capacity where all parts are full', async () => {
    const { settle, published, parts } = await stage();

    const plan = await settle(range(20_000));

    expect(parts()).toHaveLength(100);
    expect(published().length).toBeGreaterThan(15_000);
    expect(published().length + leftOut(plan).length).toBe(20_000);
    expect(new Set(leftOut(plan))).toEqual(new Set(['over-capacity']));
  });

  it('stays in the simple set while Route 53 has refused its last change, so that what has stopped can leave', async () => {
    const { settle, sets, published } = await stage();
    await settle(range(400));

    const plan = await settle(range(450, 10), { ...SPREAD, refused: true });

    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);
    expect(published()).toHaveLength(400);
    expect(plan.leaves).toHaveLength(10);
  });

  it('stays in the simple set where others have values in it', async () => {
    const { settle, sets } = await stage(srvSet(CALC, [THEIRS]));

    const plan = await settle(range(500));

    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);
    expect(leftOut(plan)).toEqual(Array.from({ length: 101 }, () => 'over-capacity'));
  });

  it('moves from sets of one instance too, which another routing has left', async () => {
    const { settle, published, parts, sets } = await stage();
    await settle(range(90), { ...SPREAD, routing: 'multivalue', beyondCapacity: 'leave-out' });
    expect(sets().map(({ policy }) => policy)).toEqual(Array.from({ length: 90 }, () => 'multivalue'));

    await settle(range(1_000));

    expect(published()).toEqual(textsOf(range(1_000)));
    expect(parts().length).toBe(sets().length);
  });
});

describe('a spread name', () => {
  it.each(['full', 'event'] as const)('%s: one instance in or out changes one set', async (kind) => {
    const { settle, plan, published } = await stage();
    await settle(range(1_000));

    const out = plan(range(999), { ...SPREAD, kind });
    const into = plan(range(1_001), { ...SPREAD, kind });
    const both = plan(range(1_000, 1), { ...SPREAD, kind });

    for (const one of [out, into, both]) {
      expect(identifiersIn(one, 'DELETE')).toHaveLength(1);
      expect(identifiersIn(one, 'CREATE')).toEqual(identifiersIn(one, 'DELETE'));
    }
    expect(published()).toEqual(textsOf(range(1_000)));
  });

  it('gives all instances the same share of the answers, whatever the sizes of the parts', async () => {
    const { settle, parts } = await stage();
    await settle(range(1_500));
    await settle(range(1_500).filter((index) => index % 7 > 2 || index > 900));

    expect(parts().map(({ weight }) => weight)).toEqual(parts().map(({ values }) => values.length));
    expect(new Set(parts().map(({ values }) => values.length)).size).toBeGreaterThan(1);
  });

  it('comes back to one set at three quarters of it, and goes again above all of it', async () => {
    const { settle, sets, published } = await stage();
    await settle(range(420));
    await settle(range(301));
    expect(sets().length).toBeGreaterThan(1);

    await settle(range(300), { ...SPREAD, kind: 'event' });
    expect(sets().length).toBeGreaterThan(1);
    const back = await settle(range(300));
    expect(back.steps ?? [back]).toHaveLength(1);
    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);
    await settle(range(400));
    expect(sets()).toHaveLength(1);
    await settle(range(401), { ...SPREAD, kind: 'event' });
    expect(sets().length).toBeGreaterThan(1);
    // A slice makes what its full plan has decided.
    await settle(range(300), { ...SPREAD, kind: 'event', isSlice: true });
    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);
    await settle(range(401), { ...SPREAD, kind: 'event' });

    expect(sets().length).toBeGreaterThan(1);
    expect(published()).toEqual(textsOf(range(401)));
  });

  it('comes back to one set with a stable subset where it is not to be spread any more', async () => {
    const { settle, sets, published, plan } = await stage();
    await settle(range(1_500));
    const before = published();
    const alone = { ...SPREAD, beyondCapacity: 'leave-out' } as const;

    const made = await settle(range(1_500), alone);

    expect(sets().map(({ policy }) => policy)).toEqual(['simple']);
    expect(published()).toHaveLength(400);
    expect(before).toEqual(expect.arrayContaining([...published()]));
    expect(made.leaves.map(({ reason }) => reason)).toEqual(Array.from({ length: 1_100 }, () => 'over-capacity'));
    expect(plan(range(1_500), alone).changes).toEqual([]);
  });

  it('stays in parts with what is only held, though it is not to be spread any more', async () => {
    const { settle, sets, published } = await stage();
    await settle(range(700));

    await settle([], { ...SPREAD, beyondCapacity: 'leave-out' }, range(600));

    expect(published()).toEqual(textsOf(range(600)));
    expect(sets().length).toBeGreaterThan(1);
  });

  it('goes as a whole, in as many batches as it takes', async () => {
    const { settle, sets } = await stage();
    await settle(range(1_500));

    await settle([]);

    expect(sets()).toEqual([]);
  });

  it('stays in parts beside a weighted set of others, with their TTL, and tells of it', async () => {
    const { settle, published, send, sets } = await stage();
    await settle(range(500));
    const theirs = srvSet(CALC, [THEIRS], { policy: 'weighted', setIdentifier: 'theirs', weight: 9 });
    await send([{ action: 'CREATE', recordSet: theirs }]);

    for (const settings of [
      SPREAD,
      { ...SPREAD, recordTtl: 60 },
      { ...SPREAD, beyondCapacity: 'leave-out' as const },
    ]) {
      const plan = await settle(range(510), settings);
      expect(plan.conflict).toContain('weighted routing (theirs)');
    }

    expect(published()).toEqual(textsOf(range(510)));
    expect(sets().filter(({ setIdentifier }) => setIdentifier === 'theirs')).toMatchObject([theirs]);
  });

  it('leaves a part alone that somebody has put a value of his own into', async () => {
    const { settle, parts, send, sets } = await stage();
    await settle(range(500));
    const [first] = parts();
    if (!first) throw new Error('nothing is spread');
    const { stored: _, ...mixed } = { ...first, values: [...first.values, ...srvSet(CALC, [THEIRS]).values] };
    await send([
      { action: 'DELETE', recordSet: first },
      { action: 'CREATE', recordSet: mixed },
    ]);

    await settle(range(520));

    expect(sets().find(({ setIdentifier }) => setIdentifier === first.setIdentifier)).toMatchObject(mixed);
  });

  it.each([
    { count: 420, ttl: 5, found: 5 },
    { count: 420, ttl: 60, found: 60 },
    { count: 900, ttl: 60, found: 5 },
  ])('$count with a TTL of $ttl s: all at once, or it keeps the one that it has', async ({ count, ttl, found }) => {
    const { settle, sets } = await stage();
    await settle(range(count));

    await settle(range(count), { ...SPREAD, recordTtl: ttl });

    expect(new Set(sets().map((set) => set.ttl))).toEqual(new Set([found]));
  });
});

it('publishes every instance once through whatever comes and goes, within the limits of Route 53', async () => {
  const state = fc.record({
    count: fc.constantFrom(0, 120, 310, 390, 400, 401, 430, 700, 1_200),
    /** Every so many of those before are replaced. */
    churn: fc.constantFrom(1_000_000, 2, 5, 50),
    kind: fc.constantFrom('full' as const, 'full' as const, 'event' as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 5 }), async (states) => {
      const { settle, published, parts, plan } = await stage();
      let next = 0;
      let fleet: readonly number[] = [];
      for (const { count, churn, kind } of states) {
        const kept = fleet.filter((index) => index % churn !== 0).slice(0, count);
        fleet = [...kept, ...range(count - kept.length, next)];
        next += count - kept.length;

        await settle(fleet, { ...SPREAD, kind });

        expect(published()).toEqual(textsOf(fleet));
        for (const { values, weight } of parts()) {
          const octets = values.reduce((sum, value) => sum + octetsOfSrv(value as Srv), octetsAround(CALC));
          expect(octets).toBeLessThanOrEqual(CAPACITY.octets);
          expect(weight).toBe(values.length);
        }
        expect(plan(fleet, { ...SPREAD, kind }).changes).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
