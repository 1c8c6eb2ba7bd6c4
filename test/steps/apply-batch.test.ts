import { describe, expect, it } from 'vitest';
import { exactSoa } from '../../functions/adapters/exact-soa.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { ApplyResult } from '../../functions/contracts/plan-shapes.ts';
import type { RunState } from '../../functions/contracts/states.ts';
import type { ChangeUnit } from '../../functions/domain/zone/change.ts';
import { writeInventory } from '../../functions/observing/inventory-store.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';
import { applyBatch } from '../../functions/steps/apply-batch.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { type InMemoryAwsOptions, inMemoryAws } from '../stand-ins/in-memory-aws.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { addressUnit, entryOf, nameUnit, ourText, planRecord, runState } from '../support/builders.ts';
import { mapped, rememberedIn } from '../support/inventory.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';

const RUN = runState();
const MINUTE = 60_000;
const value = ourText('10.0.0.1', 80);
const nameAt = (index: number) => `n${String(index).padStart(3, '0')}.${ZONE}`;
const good = (index: number) => nameUnit(nameAt(index), [value]);
/** Route 53 refuses it without naming it: its message only repeats the value. */
const badValue = (index: number) => nameUnit(nameAt(index), ['1 1 80 bad..target.']);

interface Asked {
  /** How often the batch was tried before. */
  readonly retries?: number;
  /** Milliseconds since its reading. */
  readonly age?: number;
  /** Earlier batches that it needs; it is the one after them. */
  readonly after?: readonly number[];
  /** Where the run is. */
  readonly run?: Partial<RunState>;
}

const NOTHING = { applied: [], moved: [], refused: [], stale: [], changeIds: [] };

/** One ApplyBatch over the stand-in of Route 53; `apply` runs it and says what became of the names, in how many calls. */
function stage(options: Partial<InMemoryAwsOptions> = {}) {
  const clock = virtualClock();
  let calls = 0;
  const aws = inMemoryAws({
    clock,
    random: seeded(1),
    ...options,
    before: async (call) => {
      if (call.operation === 'ChangeResourceRecordSets') calls += 1;
      await options.before?.(call);
    },
  });
  aws.route53.addHostedZone({ id: ZONE_ID, name: ZONE, vpcId: 'vpc-1' });
  const bucket = new Map<string, string>();
  const payloads = payloadsIn(mapped(bucket));
  const zone = exactSoa(zoneWriter(ZONE_ID, aws.clients.route53), zoneReader(ZONE_ID, aws.clients.route53));
  const run = applyBatch({ payloads, zone, clock });
  return {
    clock,
    aws,
    payloads,
    quarantine: async () => (await payloads.find(objectAt('quarantine'))) ?? {},
    remembered: async (name: string) => (await rememberedIn(bucket)).get(name),
    async protect(name: string, type: 'SRV' | 'A', comment: string) {
      const input = { HostedZoneId: ZONE_ID, Protections: [{ RecordName: name, RecordType: type, Comment: comment }] };
      const { CreateResourceRecordSetProtections } = aws.route53.operations;
      await CreateResourceRecordSetProtections?.(input as never, {
        region: 'us-east-1',
        accountId: '1',
        requestId: 'r',
      });
    },
    /** Somebody else's address at a name. */
    async take(Name: string, Value: string) {
      const ResourceRecordSet = { Name, Type: 'A', TTL: 60, ResourceRecords: [{ Value }] };
      const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] } };
      await aws.route53.operations.ChangeResourceRecordSets?.(input as never, {
        region: 'us-east-1',
        accountId: '1',
        requestId: 'r',
      });
    },
    kept: () => payloads.find(objectAt('applied', RUN, 0)),
    /** What an earlier batch of the same pass has brought about. */
    earlier: (index: number, result: Partial<ApplyResult>) =>
      payloads.keep(objectAt('applied', RUN, index), { ...NOTHING, index, ...result }),
    async apply(units: readonly ChangeUnit[], { retries = 0, age = 0, after = [], run: about = {} }: Asked = {}) {
      const before = calls;
      const item = {
        index: Math.max(-1, ...after) + 1,
        after: [...after],
        readAt: clock.now() - age,
        inlineBytes: 0,
        batch: await payloads.save({ kind: 'batch', key: 'batch' }, units),
      };
      const result = await run({ run: { ...RUN, ...about }, item, retries });
      return { ...result, calls: calls - before };
    },
    published: () =>
      aws.route53
        .recordSets(ZONE_ID)
        .filter(({ Type }) => Type === 'SRV')
        .map(({ Name }) => Name),
  };
}

const SIZES = [1, 2, 3, 5, 8, 9, 17, 100, 257];

it.each(SIZES)(
  'one bad name among %i that the message does not name costs at most 2·log2(n) + 2 calls',
  async (count) => {
    for (const bad of new Set([0, Math.floor(count / 3), Math.floor(count / 2), count - 1])) {
      const { apply, published } = stage();
      const units = Array.from({ length: count }, (_, index) => (index === bad ? badValue(index) : good(index)));

      const { calls, ...result } = await apply(units);

      expect(result).toMatchObject({ applied: count - 1, refused: 1, moved: 0 });
      expect(calls).toBeLessThanOrEqual(2 * Math.log2(count) + 2);
      expect(published()).toHaveLength(count - 1);
      expect(published()).not.toContain(nameAt(bad));
    }
  },
);

it.each(SIZES)('a protected name among %i is named, so it costs one call more', async (count) => {
  const { apply, protect, quarantine, published } = stage();
  await protect(nameAt(0), 'SRV', 'payments, do not touch');

  const result = await apply(Array.from({ length: count }, (_, index) => good(index)));

  expect(result).toMatchObject({ applied: count - 1, refused: 1, calls: count === 1 ? 1 : 2 });
  expect(published()).toHaveLength(count - 1);
  expect((await quarantine())[nameAt(0)]?.reason).toContain('is protected from changes: payments, do not touch');
});

it('a protected name and one that nobody names come out of the same batch', async () => {
  const { apply, protect } = stage();
  await protect(nameAt(2), 'SRV', 'mine');

  const result = await apply(Array.from({ length: 8 }, (_, index) => (index === 5 ? badValue(index) : good(index))));

  expect(result).toMatchObject({ applied: 6, refused: 2 });
  expect(result.calls).toBeLessThanOrEqual(2 * Math.log2(8) + 3);
});

it.each([
  { code: 'Throttling', text: 'Rate exceeded', error: 'ThrottledError' },
  { code: 'PriorRequestNotComplete', text: 'still processing a prior request', error: 'ZoneBusyError' },
])('$code splits nothing: it is thrown for the state machine to retry', async ({ code, text, error }) => {
  let sent = 0;
  const { apply, published, quarantine } = stage({
    before: async () => {
      sent += 1;
      throw new ServiceFault(code, text);
    },
  });

  const fault = await apply([good(0), good(1), badValue(2)]).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ name: error });
  expect(sent).toBe(1);
  expect(published()).toEqual([]);
  expect(await quarantine()).toEqual({});
});

it('a throttle in the middle of taking a batch apart is thrown too, and the retry finds what is done', async () => {
  let sent = 0;
  const { apply, published } = stage({
    before: async () => {
      sent += 1;
      if (sent === 3) throw new ServiceFault('Throttling', 'Rate exceeded');
    },
  });
  const units = [good(0), good(1), good(2), badValue(3)];

  const first = await apply(units).catch((fault: unknown) => fault);
  const second = await apply(units);

  expect(first).toMatchObject({ name: 'ThrottledError' });
  expect(second).toMatchObject({ moved: 2, applied: 1, refused: 1 });
  expect(published()).toEqual([nameAt(0), nameAt(1), nameAt(2)]);
});

it('what was done before a throttle is kept, and another attempt goes on from there', async () => {
  let sent = 0;
  const { apply, published, kept, remembered } = stage({
    before: async () => {
      sent += 1;
      if (sent === 3) throw new ServiceFault('Throttling', 'Rate exceeded');
    },
  });
  const written = { print: 'aabbccdd', at: 1, corrections: 0, since: 1 };
  const units = [{ ...good(0), written }, good(1), good(2), badValue(3)];

  const first = await apply(units).catch((fault: unknown) => fault);
  const between = await kept();
  const second = await apply(units, { retries: 1 });

  expect(first).toMatchObject({ name: 'ThrottledError' });
  expect(between).toMatchObject({ applied: [nameAt(0), nameAt(1)], changeIds: [expect.any(String)] });
  expect(second).toMatchObject({ moved: 0, applied: 3, refused: 1 });
  expect(await kept()).toMatchObject({
    applied: [0, 1, 2].map(nameAt),
    changeIds: [expect.any(String), expect.any(String)],
  });
  expect(published()).toEqual([nameAt(0), nameAt(1), nameAt(2)]);
  expect((await remembered(nameAt(0)))?.written).toEqual(written);
});

it('an attempt that follows a lost answer says that what it finds moved may be its own doing', async () => {
  const { apply, kept } = stage();

  await apply([good(0), good(1)]);
  const first = await kept();
  const again = await apply([good(2)], { retries: 1 });

  expect(first).not.toHaveProperty('uncertain');
  expect(again).toMatchObject({ applied: 3, moved: 0 });
  expect(await kept()).toMatchObject({ uncertain: true });
});

describe('what no retry mends ends the batch at once, with Route 53’s own text', () => {
  const CLOUD_MAP = 'The resource hostedzone/Z0TEST can only be managed through AWS Cloud Map';
  it.each([
    { code: 'AccessDenied', text: CLOUD_MAP, statusCode: 403, error: 'AccessDenied' },
    { code: 'AccessDeniedException', text: 'not authorized', statusCode: 400, error: 'AccessDenied' },
    { code: 'UnrecognizedClientException', text: 'the token is invalid', statusCode: 403, error: 'AccessDenied' },
    { code: 'InvalidClientTokenId', text: 'the token is invalid', statusCode: 403, error: 'AccessDenied' },
    { code: 'ExpiredToken', text: 'the token has expired', statusCode: 400, error: 'AccessDenied' },
    { code: 'SignatureDoesNotMatch', text: 'check your key', statusCode: 403, error: 'AccessDenied' },
    { code: 'NoSuchHostedZone', text: 'No hosted zone found with ID: Z0', statusCode: 404, error: 'NoSuchHostedZone' },
  ])('$code ($statusCode): $error', async ({ code, text, statusCode, error }) => {
    const { apply, quarantine, kept } = stage({
      before: async () => {
        throw new ServiceFault(code, text, { statusCode });
      },
    });

    const fault = await apply([good(0), good(1)]).catch((thrown: unknown) => thrown);

    expect(fault).toMatchObject({ name: error, message: expect.stringContaining(text) });
    expect(await quarantine()).toEqual({});
    expect(await kept()).toBeUndefined();
  });

  it('keeps what was applied before it', async () => {
    let sent = 0;
    const { apply, kept } = stage({
      before: async () => {
        sent += 1;
        if (sent === 3) throw new ServiceFault('AccessDenied', CLOUD_MAP, { statusCode: 403 });
      },
    });

    const fault = await apply([good(0), good(1), good(2), badValue(3)]).catch((thrown: unknown) => thrown);

    expect(fault).toMatchObject({ name: 'AccessDenied' });
    expect(await kept()).toMatchObject({ applied: [nameAt(0), nameAt(1)] });
  });
});

it.each([
  { code: 'NoSuchHealthCheck', statusCode: 404 },
  { code: 'MalformedInput', statusCode: 400 },
  { code: 'InvalidInput', statusCode: 400 },
])('a complaint about what was sent is found by taking the batch apart: $code', async ({ code, statusCode }) => {
  const { apply, published, quarantine } = stage({
    before: async ({ input }) => {
      const { Changes = [] } =
        (input as { ChangeBatch?: { Changes?: { ResourceRecordSet?: { Name?: string } }[] } }).ChangeBatch ?? {};
      if (Changes.some(({ ResourceRecordSet }) => ResourceRecordSet?.Name === nameAt(1))) {
        throw new ServiceFault(code, 'we do not like it', { statusCode });
      }
    },
  });

  const result = await apply([good(0), good(1), good(2)]);

  expect(result).toMatchObject({ applied: 2, refused: 1, moved: 0 });
  expect(published()).toEqual([nameAt(0), nameAt(2)]);
  expect((await quarantine())[nameAt(1)]?.reason).toContain('we do not like it');
});

it('keeps a refused name in quarantine with its reason and since when, until its change goes through', async () => {
  const { apply, quarantine, clock } = stage();
  const start = clock.now();

  await apply([badValue(0), good(1)]);
  await clock.run(clock.sleep(10 * MINUTE));
  await apply([{ ...badValue(0), retry: true }]);
  const twice = await quarantine();
  await apply([{ ...good(0), retry: true }]);

  expect(twice).toEqual({
    [nameAt(0)]: {
      reason: expect.stringContaining('Domain label is empty'),
      since: start,
      lastTried: start + 10 * MINUTE,
      tries: 2,
    },
  });
  expect(await quarantine()).toEqual({});
});

it('remembers what it wrote at a name only once it is written, beside its entries', async () => {
  const { apply, remembered, payloads } = stage();
  const written = { print: 'aabbccdd', at: 1, corrections: 0, since: 1 };
  const values = { 'ip-10-0-0-1.ecs.shop.internal.:80': entryOf('1') };
  const after = Object.entries(values).map(([key, entry]) => ({ key, after: entry }));
  await writeInventory(impatientObjects(payloads.lasting), [{ name: nameAt(0), entries: after }]);

  await apply([
    { ...good(0), written },
    { ...badValue(1), written },
  ]);

  expect(await remembered(nameAt(0))).toEqual({ name: nameAt(0), values, written });
  expect(await remembered(nameAt(1))).toBeUndefined();
});

it.each([
  { age: 0, done: true },
  { age: 119_999, done: true },
  { age: 120_000, done: true },
  { age: 120_001, done: false },
  { age: 86_400_000, done: false },
])('applies what was planned from a reading of $age ms ago: $done', async ({ age, done }) => {
  const { apply, published } = stage();

  const result = await apply([good(0), good(1)], { age });

  expect(result).toMatchObject(done ? { applied: 2, stale: 0, calls: 1 } : { applied: 0, stale: 2, calls: 0 });
  expect(published()).toEqual(done ? [nameAt(0), nameAt(1)] : []);
});

it('an attempt that comes too late leaves only what no earlier one has applied', async () => {
  let sent = 0;
  const { apply, kept, published } = stage({
    before: async () => {
      sent += 1;
      if (sent === 3) throw new ServiceFault('Throttling', 'Rate exceeded');
    },
  });
  const units = [good(0), good(1), good(2), badValue(3)];
  await apply(units).catch(() => {});

  const late = await apply(units, { retries: 1, age: 120_001 });

  expect(late).toMatchObject({ applied: 2, stale: 2, calls: 0 });
  expect(await kept()).toMatchObject({ applied: [0, 1].map(nameAt), stale: [2, 3].map(nameAt), uncertain: true });
  expect(published()).toEqual([0, 1].map(nameAt));
});

it.each([{ pass: 1 }, { pass: 3 }])(
  'every change says which run, pass and batch made it: pass $pass',
  async ({ pass }) => {
    const comments: unknown[] = [];
    const { apply, earlier } = stage({
      before: async ({ input }) => {
        const { ChangeBatch } = input as { readonly ChangeBatch?: { readonly Comment?: string } };
        if (ChangeBatch) comments.push(ChangeBatch.Comment);
      },
    });
    await earlier(0, {});

    await apply([good(0), good(1), badValue(2)], { after: [0], run: { pass } });

    expect(comments.length).toBeGreaterThan(1);
    expect(new Set(comments)).toEqual(new Set([`ecs-service-discovery-dns execution run-1 pass ${pass} batch 1`]));
  },
);

describe('what is in the way of a change', () => {
  /** Another has made a CNAME that no reading shows. */
  const inTheWay = async () => {
    const message = `[RRSet of type SRV with DNS name ${nameAt(0)} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${ZONE}]`;
    throw new ServiceFault('InvalidChangeBatch', message);
  };

  it.each([
    { row: 'for the first time', first: undefined, second: { pass: 1, round: 1 }, refused: false },
    { row: 'in the round before, too', first: {}, second: { pass: 2, round: 2 }, refused: true },
    { row: 'two passes ago', first: {}, second: { pass: 3, round: 2 }, refused: false },
    { row: 'in a look at starts, which is not a round', first: {}, second: { pass: 2, round: 1 }, refused: false },
  ])('$row: refused $refused', async ({ first, second, refused }) => {
    const { apply, payloads } = stage({ before: inTheWay });
    if (first) {
      expect(await apply([good(0)])).toMatchObject({ moved: 1, refused: 0 });
      await payloads.keep(objectAt('plan', RUN), planRecord({ batches: 1 }));
    }

    const result = await apply([good(0)], { run: second });

    expect(result).toMatchObject(refused ? { moved: 0, refused: 1 } : { moved: 1, refused: 0 });
  });

  it('is another thing where the change is another one', async () => {
    const { apply, payloads } = stage({ before: inTheWay });
    await apply([good(0)]);
    await payloads.keep(objectAt('plan', RUN), planRecord({ batches: 1 }));

    const other = nameUnit(nameAt(0), [value, ourText('10.0.0.2', 81)]);
    const result = await apply([other], { run: { pass: 2, round: 2 } });

    expect(result).toMatchObject({ moved: 1, refused: 0 });
  });
});

describe('what a name needs of an earlier batch', () => {
  const address = addressUnit('10.0.0.1').name;
  const marker = `ecs.${ZONE}`;
  const needy = { ...good(0), needs: [marker, address] };

  it.each([
    { row: 'was applied', earlier: { applied: [marker, address] }, sent: [0, 1] },
    { row: 'was refused', earlier: { applied: [marker], refused: [{ name: address, message: 'no' }] }, sent: [1] },
    { row: 'moved', earlier: { applied: [marker], moved: [address] }, sent: [1] },
    { row: 'was too old to be applied', earlier: { stale: [marker, address] }, sent: [1] },
    { row: 'is not told of: the batch was taken apart and got only so far', earlier: { applied: [marker] }, sent: [1] },
    { row: 'has no answer at all', earlier: undefined, sent: [1] },
  ])('$row', async ({ earlier, sent }) => {
    const around = stage();
    if (earlier) await around.earlier(0, earlier);

    const result = await around.apply([needy, good(1)], { after: [0] });

    expect(result).toMatchObject({ applied: sent.length, moved: 2 - sent.length, refused: 0, calls: 1 });
    expect(around.published()).toEqual(sent.map(nameAt));
    expect(await around.quarantine()).toEqual({});
  });

  it('is looked for in every batch that it comes after, and in no other', async () => {
    const around = stage();
    await around.earlier(0, { applied: [marker] });
    await around.earlier(1, { applied: [address] });
    for (const index of [2, 3]) await around.earlier(index, { refused: [{ name: address, message: 'of no concern' }] });

    const result = await around.apply([needy, good(1)], { after: [0, 1] });

    expect(result).toMatchObject({ applied: 2, moved: 0 });
  });

  it.each([
    { row: 'Route 53 refuses it', wants: addressUnit('10.0.0.1'), taken: false, became: { refused: 1, moved: 0 } },
    { row: 'others hold it', wants: addressUnit('10.0.0.1'), taken: true, became: { refused: 0, moved: 1 } },
    { row: 'its plan had grown old', wants: addressUnit('10.0.0.1'), age: 3 * MINUTE, became: { stale: 1 } },
  ])('is not there where $row: neither is what needs it, and Route 53 is not asked for that', async (row) => {
    const around = stage();
    if (row.taken) await around.take(address, '10.9.9.9');
    else await around.protect(address, 'A', 'mine');

    const first = await around.apply([row.wants], { age: row.age ?? 0 });
    const both = await around.apply([{ ...good(0), needs: [address] }, good(1)], { after: [0] });
    const alone = await around.apply([{ ...good(2), needs: [address] }], { after: [0] });

    expect(first).toMatchObject({ applied: 0, ...row.became });
    expect(both).toMatchObject({ applied: 1, moved: 1, refused: 0, stale: 0, calls: 1 });
    expect(alone).toMatchObject({ applied: 0, moved: 1, refused: 0, stale: 0, calls: 0 });
    expect(around.published()).toEqual([nameAt(1)]);
  });

  it('of its own batch is no matter of earlier ones', async () => {
    const around = stage();

    const result = await around.apply([addressUnit('10.0.0.1'), { ...good(0), needs: [address] }]);

    expect(result).toMatchObject({ applied: 2, moved: 0, calls: 1 });
  });

  it('of its own batch is there when another attempt goes on after it', async () => {
    let sent = 0;
    const around = stage({
      before: async ({ operation }) => {
        if (operation === 'ChangeResourceRecordSets') sent += 1;
        if (operation === 'ChangeResourceRecordSets' && sent === 3)
          throw new ServiceFault('Throttling', 'Rate exceeded');
      },
    });
    const units = [addressUnit('10.0.0.1'), good(1), { ...good(2), needs: [address] }, badValue(3)];

    await around.apply(units).catch(() => {});
    const again = await around.apply(units, { retries: 1 });

    expect(again).toMatchObject({ applied: 3, moved: 0, refused: 1 });
  });
});

describe('a plan is applied while its reading is at most two minutes old', () => {
  it.each([
    { row: 'at once', age: 0, applied: true },
    { row: 'at the last moment', age: 2 * MINUTE, applied: true },
    { row: 'a millisecond later', age: 2 * MINUTE + 1, applied: false },
    { row: 'an hour later, as after a redrive', age: 60 * MINUTE, applied: false },
  ])('$row: applied $applied', async ({ age, applied }) => {
    const { apply, published, kept } = stage();

    const result = await apply([good(0), good(1)], { age });

    expect(result).toMatchObject(applied ? { applied: 2, stale: 0, calls: 1 } : { applied: 0, stale: 2, calls: 0 });
    expect(published()).toEqual(applied ? [nameAt(0), nameAt(1)] : []);
    expect(await kept()).toMatchObject(applied ? { stale: [] } : { stale: [nameAt(0), nameAt(1)] });
  });

  it('also in an attempt that comes after one that was cut short', async () => {
    const { apply, published } = stage();

    const result = await apply([good(0)], { age: 2 * MINUTE + 1, retries: 3 });

    expect(result).toMatchObject({ applied: 0, stale: 1 });
    expect(published()).toEqual([]);
  });
});
