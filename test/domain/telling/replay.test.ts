import { describe, expect, it } from 'vitest';
import { type KeptPlanning, replay } from '../../../functions/domain/telling/replay.ts';
import { watched } from '../../support/kept-passes.ts';
import { CALC, edit, eventRun, hashIn, srv, value } from '../../support/shop.ts';

/** One full run that publishes two instances. */
async function published() {
  const { around, passes } = watched();
  around.task(32_768);
  around.task(32_769);
  await around.run({});
  const [pass] = passes();
  if (!pass) throw new Error('no pass was planned');
  return pass;
}

describe('the version that has planned', () => {
  it('decides a full run, an event run and a removal again as it has', async () => {
    const { around, passes } = watched({ environment: { NEGATIVE_TTL: '5' } });
    const task = around.task(32_768);
    await around.run({});
    await eventRun(around, () => around.task(32_769));
    await eventRun(around, () => around.aws.ecs.admin.stopTask(task));

    const replayed = passes().map(replay);

    expect(replayed.map(({ differences }) => differences)).toEqual([[], [], []]);
    expect(replayed.map(({ plan }) => plan.dispositions.length)).toEqual([1, 2, 2]);
    expect(replayed.map(({ soa }) => soa.units.length)).toEqual([1, 0, 0]);
  });

  it('decides again what is held, and what was approved', async () => {
    const { around, passes } = watched();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    for (let port = 0; port < 12; port += 1) around.task(30_000 + port);
    const held = await around.run({});
    await around.run({ approve: hashIn(held) });

    const replayed = passes().map(replay);

    expect(replayed.map(({ differences }) => differences)).toEqual(passes().map(() => []));
    expect(replayed[0]?.plan.held).toHaveLength(12);
    expect(replayed.at(-1)?.plan.held).toEqual([]);
  });

  it('decides again what is quarantined, for schedules and for a person who tries again', async () => {
    const { around, passes } = watched({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(CALC)) return;
        const message = `[Tried to create resource record set [name='${CALC}.shop.internal.', type='SRV'] but no]`;
        throw Object.assign(new Error(message), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    await around.run({});
    await around.run({ trigger: 'schedule' });
    await around.run({});

    const replayed = passes().map(replay);

    expect(replayed.map(({ differences }) => differences)).toEqual(passes().map(() => []));
    expect(passes().map(({ planned }) => Object.keys(planned.from.quarantine ?? {}).length > 0)).toContain(true);
  });
});

describe('another version', () => {
  it('is told an instance that it judges otherwise, with the changes that follow', async () => {
    const { reading, ...pass } = await published();
    const failing = { state: 'failing', cause: 'HTTP 500' } as const;

    const { differences } = replay({
      ...pass,
      reading: {
        ...reading,
        judged: reading.judged.map((one, index) => (index === 0 ? { ...one, verdict: failing } : one)),
      },
    });

    const [instance, change, ...others] = differences;
    expect(instance).toMatchObject({
      about: 'instance',
      before: [{ outcome: 'published', port: 32_768 }],
      now: [{ outcome: 'left-out', port: 32_768 }],
    });
    expect(change).toMatchObject({
      about: 'change',
      before: [{ created: [value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)] }],
      now: [{ created: [value('10.0.1.23', 32_769)] }],
    });
    expect(others).toEqual([]);
  });

  it.each<{
    row: string;
    change: (planned: KeptPlanning['planned']) => Partial<KeptPlanning['planned']>;
    told: object;
  }>([
    {
      row: 'an instance that was not decided upon',
      change: ({ dispositions }) => ({ dispositions: dispositions.slice(1) }),
      told: { about: 'instance', before: [], now: [{ port: 32_768 }] },
    },
    {
      row: 'another reason',
      change: ({ dispositions: [first, ...others] }) => ({
        dispositions: first ? [{ ...first, outcome: 'published', reason: 'held-panic' }, ...others] : [],
      }),
      told: { about: 'instance', before: [{ reason: 'held-panic' }], now: [{ reason: 'healthy' }] },
    },
    {
      row: 'an address that was not made',
      change: ({ beside }) => (beside ? { beside: { ...beside, made: beside.made.slice(0, -1) } } : {}),
      told: { about: 'beside', before: [], now: [{ what: 'made', name: 'ip-10-0-1-23.ecs.shop.internal.' }] },
    },
    {
      row: 'a removal that was held',
      change: () => ({ held: [{ name: 'x.', key: 'k', value: '1 1 1 y.' } as never] }),
      told: { about: 'held', before: [{ name: 'x.' }], now: [] },
    },
    {
      row: 'a name that was rewritten',
      change: ({ names }) => ({ names: [...names, { name: 'x.', created: [], removed: [], declined: [] }] }),
      told: { about: 'change', before: [{ name: 'x.' }], now: [] },
    },
  ])('is told $row', async ({ change, told }) => {
    const { planned, ...pass } = await published();

    const { differences } = replay({ ...pass, planned: { ...planned, ...change(planned) } });

    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatchObject(told);
  });

  it('is not told other words for the same decision', async () => {
    const { planned, ...pass } = await published();
    const dispositions = planned.dispositions.map((one) => ({ ...one, detail: 'in other words' }));

    expect(replay({ ...pass, planned: { ...planned, dispositions } }).differences).toEqual([]);
  });
});
