import { expect, it } from 'vitest';
import { lookUp } from '../stand-ins/dns/lookup.ts';
import { keyOfName } from '../stand-ins/dns/name.ts';
import { TYPE_CODES } from '../stand-ins/dns/record-data.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, eventRun, redeployed, type Shop, shop, srv } from '../support/shop.ts';
import { type StillWorld, type WorldOptions, ZONE, ZONE_ID } from '../support/world.ts';

const SPREAD = { BEYOND_CAPACITY: 'spread', HEALTH_CHECK: 'off' };
const THEIRS = '5 5 5 db.example.';

/** Many instances of one name, 250 on a host. */
function crowd(count: number, options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const around = shop({ environment: SPREAD, ...options });
  const definition = define(around, 'plain', { names: { 8081: CALC } });
  const homes = Array.from({ length: Math.ceil(count / 250) }, (_, index) => host(around, 'shop', `10.0.2.${index}`));
  for (let index = 0; index < count; index += 1) {
    around.task(index + 1, { definition, home: homes[Math.floor(index / 250)] ?? '' });
  }
  return { ...around, definition, home: homes[0] ?? '' };
}

const setsAt = ({ aws }: StillWorld) =>
  aws.route53.recordSets(ZONE_ID).filter(({ Name, Type }) => Name === `${CALC}.${ZONE}` && Type === 'SRV');
const identifiersAt = (around: StillWorld) => setsAt(around).map(({ SetIdentifier = 'simple' }) => SetIdentifier);

/** The values of each of some answers of the local DNS server. */
function answers(around: StillWorld, times: number): readonly (readonly string[])[] {
  const zone = { name: ZONE, recordSets: () => around.aws.route53.recordSets(ZONE_ID) };
  const random = seeded(7);
  const question = { name: keyOfName(`${CALC}.${ZONE}`), type: TYPE_CODES.SRV };
  return Array.from({ length: times }, () =>
    lookUp(question, [zone], random).answers.map(({ data }) => Buffer.from(data as never).toString('hex')),
  );
}

it('every instance is published, and each answer holds those of one part', async () => {
  const around = crowd(450);

  const first = await around.run({});
  const second = await around.run({});

  expect(first.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toHaveLength(450);
  expect(setsAt(around).map(({ Weight }) => Weight)).toEqual(
    setsAt(around).map(({ ResourceRecords = [] }) => ResourceRecords.length),
  );
  const sizes = new Set(setsAt(around).map(({ ResourceRecords = [] }) => ResourceRecords.length));
  expect(new Set(answers(around, 50).map((answer) => answer.length))).toEqual(sizes);
  expect(second.states).not.toContain('ApplyBatches');
});

it('an event run changes the part of its instance and nothing else', async () => {
  const around = crowd(450);
  await around.run({});
  const changed: string[] = [];
  around.aws.route53.onChange(({ changes }) =>
    changed.push(...changes.flatMap(({ before, after }) => (before ?? after)?.SetIdentifier ?? [])),
  );

  const run = await eventRun(
    around,
    () => void around.task(9_999, { definition: around.definition, home: around.home }),
  );

  expect(run.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toHaveLength(451);
  expect(new Set(changed).size).toBe(1);
});

it('a name goes to parts and back in one batch each, without a moment of nothing', async () => {
  const around = crowd(400);
  await around.run({});
  expect(identifiersAt(around)).toEqual(['simple']);
  const batches: number[] = [];
  around.aws.route53.onChange(({ changes }) => batches.push(changes.length));

  around.task(9_999, { definition: around.definition, home: around.home });
  await around.run({});
  expect(identifiersAt(around)).not.toContain('simple');
  const back = redeployed(around, { ...SPREAD, BEYOND_CAPACITY: 'leave-out' });
  const run = await back.run({});

  expect(run.end).toBe('ZoneInSync');
  expect(identifiersAt(around)).toEqual(['simple']);
  expect(around.values(CALC)).toHaveLength(400);
  expect(batches).toHaveLength(2);
});

it('a second part of the change that is refused is told, and comes with the next run', async () => {
  let calls = 0;
  const around = crowd(900, {
    beforeStep: async (step) => {
      if (step !== 'ApplyBatch') return;
      calls += 1;
      // Somebody else has taken the place of one part meanwhile.
      if (calls === 2) {
        const set = { ...srv(CALC, [THEIRS], 5), SetIdentifier: 'ecs/part-8', Weight: 1 };
        await edit(around, [{ Action: 'CREATE', ResourceRecordSet: set }]);
      }
    },
  });

  const run = await around.run({});
  await around.run({});

  expect(run.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toHaveLength(901);
  expect(identifiersAt(around)).toContain('ecs/part-8');
});
