import { describe, expect, it } from 'vitest';
import { lookUp } from '../stand-ins/dns/lookup.ts';
import { keyOfName } from '../stand-ins/dns/name.ts';
import { TYPE_CODES } from '../stand-ins/dns/record-data.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { connectEvents, define, runStarted } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

type Routing = 'simple' | 'weighted' | 'multivalue';

/** The same deployment with another routing: same zone, same run bucket. */
const redeployed = (around: StillWorld, ROUTING: Routing): StillWorld =>
  world({ beside: around, bucket: around.bucket, environment: { ROUTING } });

const setsAt = ({ aws }: StillWorld, name = CALC) =>
  aws.route53.recordSets(ZONE_ID).filter(({ Name, Type }) => Name === `${name}.${ZONE}` && Type === 'SRV');

/** How the sets at a name are routed, as Route 53 stores them. */
const routingOf = (around: StillWorld) =>
  setsAt(around).map(({ SetIdentifier, Weight, MultiValueAnswer }) =>
    SetIdentifier === undefined ? 'simple' : `${SetIdentifier} ${MultiValueAnswer ? 'multivalue' : `weight ${Weight}`}`,
  );

/** How many values each of some answers of the local DNS server has. */
function answers(around: StillWorld, times: number): readonly number[] {
  const zone = { name: ZONE, recordSets: () => around.aws.route53.recordSets(ZONE_ID) };
  const random = seeded(7);
  const question = { name: keyOfName(`${CALC}.${ZONE}`), type: TYPE_CODES.SRV };
  return Array.from({ length: times }, () => lookUp(question, [zone], random).answers.length);
}

/** Batches that were accepted while something ran. */
async function changesWhile({ aws }: StillWorld, work: () => Promise<unknown>) {
  const batches: (readonly string[])[] = [];
  const off = aws.route53.onChange(({ changes }) => {
    batches.push(
      changes.map(({ before, after }) => `${before ? '-' : ''}${after ? '+' : ''} ${(before ?? after)?.Name}`),
    );
  });
  await work();
  off();
  return batches;
}

const three = (around: Shop) => [32_768, 32_769, 32_770].map((port) => around.task(port));
const VALUES = [32_768, 32_769, 32_770].map((port) => value('10.0.1.23', port));
const THEIRS = '5 5 5 db.example.';

it.each<{ routing: Routing; sets: readonly string[]; answered: number }>([
  { routing: 'simple', sets: ['simple'], answered: 3 },
  {
    routing: 'weighted',
    sets: [32_768, 32_769, 32_770].map((port) => `ecs/ip-10-0-1-23:${port} weight 1`),
    answered: 1,
  },
  {
    routing: 'multivalue',
    sets: [32_768, 32_769, 32_770].map((port) => `ecs/ip-10-0-1-23:${port} multivalue`),
    answered: 3,
  },
])('$routing: $sets, $answered in an answer; and then plans nothing', async ({ routing, sets, answered }) => {
  const around = shop({ environment: { ROUTING: routing } });
  three(around);

  const first = await around.run({});
  const second = await around.run({});

  expect(first.end).toBe('ZoneInSync');
  expect(routingOf(around)).toEqual(sets);
  expect(around.values(CALC)).toEqual(VALUES);
  expect(new Set(answers(around, 20))).toEqual(new Set([answered]));
  expect(second.states).not.toContain('ApplyBatches');
});

it('multivalue answers with eight of more', async () => {
  const around = shop({ environment: { ROUTING: 'multivalue' } });
  for (let port = 0; port < 20; port += 1) around.task(32_768 + port);

  await around.run({});

  expect(around.values(CALC)).toHaveLength(20);
  expect(new Set(answers(around, 20))).toEqual(new Set([8]));
});

it.each([
  { declared: '0', set: 0 },
  { declared: '7', set: 7 },
  { declared: '255', set: 255 },
  { declared: '300', set: 255, finding: 'its weight counts as 255' },
])('a weighted set has the declared weight $declared as $set', async ({ declared, set, finding }) => {
  const around = shop({ environment: { ROUTING: 'weighted' } });
  const definition = define(around, 'heavy', { names: { 8081: CALC }, environment: { SERVICE_8081_WEIGHT: declared } });
  around.task(32_768, { definition });

  const run = await around.run({});

  expect(setsAt(around)).toMatchObject([
    { Weight: set, ResourceRecords: [{ Value: expect.stringContaining(declared) }] },
  ]);
  const weights = (run.outcome?.findings ?? []).filter((one) => one.includes('weight'));
  expect(weights).toHaveLength(finding ? 1 : 0);
  if (finding) expect(weights[0]).toContain(finding);
});

describe('an instance comes and goes', () => {
  it.each<Routing>(['weighted', 'multivalue'])('%s: only its own set is changed', async (ROUTING) => {
    const around = shop({ environment: { ROUTING } });
    const [first] = three(around);
    await around.run({});
    around.aws.ecs.admin.stopTask(first ?? '');
    around.task(32_771);

    const batches = await changesWhile(around, () => around.run({}));

    expect(batches).toEqual([[`- ${CALC}.${ZONE}`, `+ ${CALC}.${ZONE}`]]);
    expect(around.values(CALC)).toEqual([...VALUES.slice(1), value('10.0.1.23', 32_771)]);
  });
});

describe('another routing', () => {
  const TURNS = ['weighted', 'multivalue', 'simple', 'multivalue', 'weighted', 'simple'] as const;

  it('takes effect in one batch for each name, back and forth, and no value is ever away', async () => {
    const around = shop();
    three(around);
    await around.run({});

    for (const [index, routing] of TURNS.entries()) {
      const now = redeployed(around, routing);
      const seen: number[] = [];
      const off = around.aws.route53.onChange(() => seen.push(around.values(CALC).length));
      const batches = await changesWhile(around, () => now.run({}, `turn-${index}`));
      off();
      const again = await now.run({}, `turn-${index}-again`);

      expect(batches).toHaveLength(1);
      expect(seen).toEqual([3]);
      expect(around.values(CALC)).toEqual(VALUES);
      expect(routingOf(around).every((set) => set.includes(routing === 'weighted' ? 'weight' : routing))).toBe(true);
      expect(again.states).not.toContain('ApplyBatches');
    }
  });

  it('comes with what has changed in ECS, in the same batch', async () => {
    const around = shop();
    const [first] = three(around);
    await around.run({});
    around.aws.ecs.admin.stopTask(first ?? '');

    const run = await redeployed(around, 'weighted').run({}, 'turn');

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(VALUES.slice(1));
    expect(routingOf(around)).toHaveLength(2);
  });

  it('an event run takes it to its names as a whole', async () => {
    const around = shop();
    three(around);
    await around.run({});
    const now = redeployed(around, 'multivalue');
    const { settled } = connectEvents(now);

    around.task(32_771);
    await settled();
    await runStarted(now);

    expect(around.values(CALC)).toHaveLength(4);
    expect(routingOf(around).every((set) => set.includes('multivalue'))).toBe(true);
  });

  it('waits where values of others share the set: ours go on in it, and the conflict is reported', async () => {
    const around = shop();
    const [first] = three(around);
    await around.run({});
    const [current] = setsAt(around);
    await edit(around, [
      { Action: 'DELETE', ResourceRecordSet: current },
      { Action: 'CREATE', ResourceRecordSet: srv(CALC, [...VALUES, THEIRS]) },
    ]);
    around.aws.ecs.admin.stopTask(first ?? '');
    around.task(32_771);

    const run = await redeployed(around, 'weighted').run({}, 'turn');

    expect(run.end).toBe('ZoneInSync');
    expect(routingOf(around)).toEqual(['simple']);
    expect(around.values(CALC)).toEqual([...VALUES.slice(1), value('10.0.1.23', 32_771), THEIRS].sort());
    expect(run.outcome?.conflicts).toEqual([
      `${CALC}.${ZONE} an SRV record set with simple routing stands at this name`,
    ]);

    const [shared] = setsAt(around);
    await edit(around, [
      { Action: 'DELETE', ResourceRecordSet: shared },
      {
        Action: 'CREATE',
        ResourceRecordSet: srv(
          CALC,
          around.values(CALC).filter((one) => one !== THEIRS),
        ),
      },
    ]);
    const after = await redeployed(around, 'weighted').run({}, 'after');

    expect(after.outcome?.conflicts).toEqual([]);
    expect(routingOf(around)).toHaveLength(3);
  });

  const identified = (SetIdentifier: string, about: object, TTL = 60) => ({
    ...srv(CALC, [THEIRS], TTL),
    SetIdentifier,
    ...about,
  });

  it.each([
    { row: 'a weighted set of others', set: identified('blue', { Weight: 3 }), routing: 'simple' as const },
    {
      row: 'a multivalue set of others',
      set: identified('blue', { MultiValueAnswer: true }),
      routing: 'weighted' as const,
    },
    { row: 'a simple set of others', set: srv(CALC, [THEIRS]), routing: 'multivalue' as const },
    {
      row: 'a CNAME',
      set: { Name: `${CALC}.${ZONE}`, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'db.example.' }] },
      routing: 'weighted' as const,
    },
    {
      row: 'a failover set of others',
      set: identified('blue', { Failover: 'SECONDARY' }),
      routing: 'weighted' as const,
    },
  ])(
    'a name with $row and nothing of ours is a conflict under $routing: nothing is touched',
    async ({ set, routing }) => {
      const around = shop({ environment: { ROUTING: routing } });
      await edit(around, [{ Action: 'CREATE', ResourceRecordSet: set }]);
      three(around);

      const run = await around.run({});

      const left = (run.outcome?.dispositions ?? []).map(({ outcome, reason }) => `${outcome} ${reason}`);
      expect(run.end).toBe('ZoneInSync');
      expect(left).toEqual(['left-out conflict', 'left-out conflict', 'left-out conflict']);
      expect(run.outcome?.conflicts).toHaveLength(1);
      expect(around.aws.route53.recordSets(ZONE_ID)).toContainEqual(set);
    },
  );

  it.each([
    { routing: 'weighted' as const, about: { Weight: 3 } },
    { routing: 'multivalue' as const, about: { MultiValueAnswer: true } },
  ])('$routing sets of others stay beside ours, with their TTL and their identifiers', async ({ routing, about }) => {
    const around = shop({ environment: { ROUTING: routing } });
    const theirs = [identified('blue', about), identified('ecs/ip-10-0-1-23:32769', about)];
    await edit(
      around,
      theirs.map((set) => ({ Action: 'CREATE', ResourceRecordSet: set })),
    );
    three(around);

    const run = await around.run({});
    const again = await around.run({});

    const sets = setsAt(around);
    expect(run.end).toBe('ZoneInSync');
    for (const set of theirs) expect(sets).toContainEqual(set);
    expect(sets.map(({ TTL }) => TTL)).toEqual([60, 60, 60, 60]);
    expect(run.outcome?.dispositions).toContainEqual(
      expect.objectContaining({ outcome: 'left-out', reason: 'conflict', port: 32_769 }),
    );
    expect(again.states).not.toContain('ApplyBatches');
  });
});

it('more instances than a name can have sets are over capacity, and the subset is stable', async () => {
  const around = shop();
  for (let port = 0; port < 130; port += 1) around.task(30_000 + port);
  await around.run({});

  const now = redeployed(around, 'weighted');
  const run = await now.run({}, 'turn');
  const published = around.values(CALC);
  const again = await now.run({}, 'again');

  const told = (run.outcome?.dispositions ?? []).filter(({ reason }) => reason === 'over-capacity');
  expect(run.end).toBe('ZoneInSync');
  expect(published).toHaveLength(100);
  expect(told).toHaveLength(30);
  expect(run.outcome?.findings).toContainEqual(expect.stringContaining('100 of 100 record sets of one name'));
  expect(again.states).not.toContain('ApplyBatches');
  expect(around.values(CALC)).toEqual(published);
});
