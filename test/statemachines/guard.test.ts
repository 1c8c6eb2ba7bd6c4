import { describe, expect, it } from 'vitest';
import { host } from '../support/fleet.ts';
import { CALC, edit, hashIn, reasons, shop, srv, twoClusters, value } from '../support/shop.ts';
import { STATE_MACHINE, ZONE } from '../support/world.ts';

describe('the guard', () => {
  async function orphaned() {
    const around = shop();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    for (let port = 0; port < 12; port += 1) around.task(30_000 + port);
    return { around, gone };
  }

  it('holds many unexplained removals, lets everything else through, and says how to approve exactly these', async () => {
    const { around, gone } = await orphaned();

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(24);
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'RemovalsHeldError' });
    expect('cause' in run.result && run.result.cause).toMatch(
      /12 of 12 values .*"approve":"[0-9a-f]{16}".*start-execution/s,
    );
    expect(run.outcome?.held.map((removal) => removal.value).sort()).toEqual([...gone].sort());
  });

  it('names the count, the first removals, and every way to approve: console input, AWS CLI and ecssd', async () => {
    const { around } = await orphaned();

    const run = await around.run({});

    const approve = hashIn(run);
    const cause = 'cause' in run.result ? run.result.cause : '';
    expect(cause).toMatch(/^12 of 12 values /);
    expect(cause).toContain(`${CALC}.${ZONE} ${value('10.9.9.9', 1_000)}`);
    expect(cause).toContain(`with the execution input {"approve":"${approve}"}`);
    expect(cause).toContain(`ecssd approve ${approve}`);
    expect(cause).toContain(
      `aws stepfunctions start-execution --state-machine-arn ${STATE_MACHINE} --input '{"approve":"${approve}"}'`,
    );
  });

  it('goes on holding when other values leave, so that too few are left to judge by', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run({});
    const gone = Array.from({ length: 8 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), ...gone], 5) }]);
    const first = await around.run({});
    around.aws.ecs.admin.stopTask(task);

    const second = await around.run({});
    const third = await around.run({});

    expect([first.end, second.end, third.end]).toEqual(['RemovalsHeld', 'RemovalsHeld', 'RemovalsHeld']);
    expect(around.values(CALC)).toEqual([...gone, value('10.0.1.23', 32_769)].sort());
    expect(reasons(second)).toContain('removed task-stopped');
  });

  it('goes on holding when so many new values come that the share is small', async () => {
    const { around, gone } = await orphaned();
    await around.run({});
    for (let port = 0; port < 40; port += 1) around.task(31_000 + port);
    await around.run({});

    const later = await around.run({});

    expect(later.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(64);
    expect(later.outcome?.held.map((removal) => removal.value).sort()).toEqual([...gone].sort());
  });

  it('goes on holding after a run that could not read a cluster, which had nothing to hold', async () => {
    const { around, broken } = twoClusters();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    await around.run({});
    broken.now = true;
    for (let port = 0; port < 40; port += 1) around.task(31_000 + port);
    const unread = await around.run({});
    broken.now = false;

    const run = await around.run({});

    expect(unread.end).toBe('ZoneInSync');
    expect(run.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(52);
  });

  it('lets go what turns out to be published after all', async () => {
    const around = shop();
    const values = Array.from({ length: 12 }, (_, index) => value('10.0.1.23', 31_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, values) }]);
    const held = await around.run({});
    for (let port = 0; port < 12; port += 1) around.task(31_000 + port);

    const run = await around.run({});

    expect(held.end).toBe('RemovalsHeld');
    expect(run.end).toBe('ZoneInSync');
    expect(JSON.parse(around.bucket.get('inventory/held.json') ?? '').body).toEqual([]);
  });

  it('takes an approval while the fleet goes on changing, of that list only what is still held', async () => {
    const { around, gone } = await orphaned();
    const approve = hashIn(await around.run({}));
    const revived = 'ip-10-9-9-9.ecs.shop.internal.';
    around.task(1_000, { home: host(around, 'shop', '10.9.9.9') });
    around.task(33_000);
    const late = value('10.8.8.8', 1);
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), late], 5) }]);
    await around.run({});

    const run = await around.run({ approve });

    const left = around.values(CALC);
    expect(left).toContain(`1 1 1000 ${revived}`);
    expect(left).toContain(value('10.0.1.23', 33_000));
    expect(left.filter((one) => gone.includes(one))).toEqual([value('10.9.9.9', 1_000)]);
    expect(left).toContain(late);
    expect(run.end).toBe('RemovalsHeld');
    expect(run.outcome?.held.map((removal) => removal.value)).toEqual([late]);
  });

  it('remembers nothing from a dry run', async () => {
    const { around } = await orphaned();

    await around.run({ dryRun: true });

    expect(around.bucket.has('inventory/held.json')).toBe(false);
  });

  it('removes what was approved by its hash, and refuses a hash that it does not know', async () => {
    const { around } = await orphaned();
    const held = await around.run({});
    const approve = hashIn(held);

    const refused = await around.run({ approve: '0123456789abcdef' });
    const approved = await around.run({ approve });

    expect(refused.result).toMatchObject({ status: 'FAILED', error: 'InvalidConfigurationError' });
    expect(approved.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(12);
  });

  it('lets a deliberate scale-in to zero pass, because ECS says the tasks have stopped', async () => {
    const around = shop();
    const tasks = Array.from({ length: 20 }, (_, index) => around.task(30_000 + index));
    await around.run({});
    for (const task of tasks) around.aws.ecs.admin.stopTask(task);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([]);
  });
});
