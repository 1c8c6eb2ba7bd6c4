import { describe, expect, it } from 'vitest';
import { keptOutcome } from '../../functions/contracts/outcome.ts';
import { host } from '../support/fleet.ts';
import { CALC, causeOf, edit, hashIn, shop, srv, value } from '../support/shop.ts';
import type { Execution } from '../support/world.ts';

/** L1, L8: only what nobody can explain is held and offered; who approves it looks again first. */

const reasonsOf = (run: Execution) => new Set(run.outcome?.dispositions.map(({ reason }) => reason));

/** A fleet of which ECS tells something wrong while `lie` says what. */
function fleet(tasks: number) {
  const lie: { now?: 'no list' | 'no list, MISSING' } = {};
  const around = shop({
    around: async ({ operation, input }, perform) => {
      if (lie.now && operation === 'ListTasks') return { taskArns: [] };
      if (lie.now !== 'no list, MISSING' || operation !== 'DescribeTasks') return perform();
      const { tasks: asked } = input as { readonly tasks: readonly string[] };
      return { tasks: [], failures: asked.map((arn) => ({ arn, reason: 'MISSING' })) };
    },
  });
  const ids = Array.from({ length: tasks }, (_, index) => around.task(30_000 + index));
  return { around, ids, lie };
}

describe('sixteen running instances, of which one call says nothing', () => {
  it.each([{ run: {} }, { run: { trigger: 'schedule' } }])('are never offered: $run', async ({ run: input }) => {
    const { around, lie } = fleet(16);
    await around.run({});
    const before = around.values(CALC);
    lie.now = 'no list';

    const run = await around.run(input);

    expect(before).toHaveLength(16);
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(before);
    expect(reasonsOf(run)).toEqual(new Set(['held-contradiction']));
    expect(run.outcome?.held).toEqual([]);
    expect([...around.bucket.keys()].filter((key) => key.startsWith('held/'))).toEqual([]);
    expect(run.outcome?.findings.join()).toContain('values that stay: 16 held-contradiction, first');
  });

  it('do not make the share smaller of what is really unexplained', async () => {
    const { around, lie } = fleet(16);
    await around.run({});
    const gone = Array.from({ length: 8 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), ...gone], 5) }]);
    lie.now = 'no list';

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(run.outcome?.held.map((one) => one.value).toSorted()).toEqual(gone.toSorted());
    expect(causeOf(run)).toMatch(/^8 of 24 values /);
  });

  it('an approval of an earlier answer that was worse looks again and leaves them standing, with the reason', async () => {
    const { around, ids, lie } = fleet(16);
    await around.run({});
    const before = around.values(CALC);
    lie.now = 'no list, MISSING';
    const held = await around.run({});
    lie.now = 'no list';
    around.aws.ecs.admin.stopTask(ids[0] ?? '');

    const run = await around.run({ approve: hashIn(held) });

    expect(held.end).toBe('RemovalsHeld');
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(before.slice(1));
    expect(run.outcome?.approval).toMatchObject({ approved: 16, removed: 1 });
    expect(run.outcome?.approval?.standing).toHaveLength(15);
    expect(new Set(run.outcome?.approval?.standing.map(({ reason }) => reason))).toEqual(
      new Set(['held-contradiction']),
    );
    expect(run.outcome?.findings[0]).toContain('15 were not made: 15 held-contradiction; first');
    expect(keptOutcome.parse(run.outcome).approval).toMatchObject({ removed: 1 });
  });

  it('once the list is right again they are published as before, and the approval says so', async () => {
    const { around, lie } = fleet(16);
    await around.run({});
    lie.now = 'no list, MISSING';
    const held = await around.run({});
    delete lie.now;

    const run = await around.run({ approve: hashIn(held) });

    expect(around.values(CALC)).toHaveLength(16);
    expect(run.outcome?.approval).toMatchObject({ approved: 16, removed: 0 });
    expect(new Set(run.outcome?.approval?.standing.map(({ reason }) => reason))).toEqual(new Set(['healthy']));
  });
});

describe('an approval', () => {
  const orphans = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));

  it('tells apart what it removed, what had gone before, and what stands', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, orphans) }]);
    const held = await around.run({});
    around.task(1_000, { home: host(around, 'shop', '10.9.9.9') });
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, orphans.slice(0, 10), 5) }]);

    const run = await around.run({ approve: hashIn(held) });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([orphans[0]]);
    expect(run.outcome?.approval).toMatchObject({
      hash: hashIn(held),
      approved: 12,
      removed: 9,
      standing: [{ value: orphans[0], reason: 'healthy' }],
    });
  });

  it('of everything has nothing to find', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, orphans) }]);
    const held = await around.run({});

    const run = await around.run({ approve: hashIn(held) });

    expect(run.outcome?.approval).toMatchObject({ approved: 12, removed: 12, standing: [] });
    expect(run.outcome?.findings).not.toContainEqual(expect.stringContaining('approved'));
  });

  it('removes nothing whose cluster cannot be read, and says so', async () => {
    const broken = { now: false };
    const around = shop({
      before: async ({ operation }) => {
        if (broken.now && operation === 'ListTasks') throw new Error('connection reset');
      },
    });
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, orphans) }]);
    const held = await around.run({});
    broken.now = true;

    const run = await around.run({ approve: hashIn(held) });

    expect(around.values(CALC)).toHaveLength(12);
    expect(run.outcome?.approval).toMatchObject({ removed: 0 });
    expect(new Set(run.outcome?.approval?.standing.map(({ reason }) => reason))).toEqual(
      new Set(['held-unattributed']),
    );
  });
});
