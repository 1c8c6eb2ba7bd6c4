import { describe, expect, it } from 'vitest';
import { define } from '../support/fleet.ts';
import { announced, CALC, edit, eventRun, reasons, rewritten, type Shop, shop, srv, value } from '../support/shop.ts';
import { type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';

describe('the default event bus', () => {
  it('is told of each instance that was published and each that was removed, with its reason', async () => {
    const around = shop();
    const task = around.task(32_768);
    const first = await around.run({});
    around.aws.ecs.admin.stopTask(task);
    const second = await around.run({});
    await around.run({});

    const instance = { name: `${CALC}.shop.internal`, target: 'ip-10-0-1-23.ecs.shop.internal', port: 32_768, task };
    expect(around.announced.map(({ detailType, detail }) => ({ detailType, detail }))).toEqual([
      { detailType: 'Instance Published', detail: { ...instance, reason: 'healthy', execution: first.name } },
      { detailType: 'Instance Removed', detail: { ...instance, reason: 'task-stopped', execution: second.name } },
    ]);
  });
});

const published = (port: number) => `Instance Published ${port}`;
const HOME = '10.0.1.23';

/** Nobody may change a name any more, by a protection that somebody has put on it. */
const protect = ({ aws }: StillWorld, name: string) =>
  aws.route53.operations.CreateResourceRecordSetProtections?.(
    {
      HostedZoneId: ZONE_ID,
      Protections: [{ RecordName: `${name}.${ZONE}`, RecordType: 'SRV', Comment: 'mine' }],
    } as never,
    { region: 'us-east-1', accountId: '1', requestId: 'r' },
  );

describe('a run of several passes', () => {
  it('announces an instance once, however often its name had to be planned', async () => {
    const { around } = rewritten(3);
    around.task(32_768);
    around.task(32_769);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(4);
    expect(announced(around)).toEqual([published(32_768), published(32_769)]);
  });

  it('announces what became of an instance at last: published in the first pass, gone after the second', async () => {
    const doomed: string[] = [];
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'VerifyChanges') for (const task of doomed.splice(0)) around.aws.ecs.admin.stopTask(task);
      },
    });
    doomed.push(around.task(32_768));
    around.task(32_769);

    const run = await around.run({});

    expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(announced(around)).toEqual([published(32_769), 'Instance Removed 32768']);
  });

  it('announces a start that a later look has found, and not again those that stood', async () => {
    const around = shop();
    around.task(32_768);
    await around.run({});
    around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'connection refused' });
    const before = around.announced.length;
    const passes = around.clock.now() + 8_000;
    const get = around.health.get.bind(around.health);
    around.health.get = (key) => (around.clock.now() > passes ? undefined : get(key));

    const run = await eventRun(around, () => around.task(32_769));

    expect(run.states).toContain('WaitForStarts');
    expect(around.announced.slice(before).map(({ detail }) => Reflect.get(detail, 'port'))).toEqual([32_769]);
  });
});

describe('what has not happened is not announced', () => {
  it('in a dry run', async () => {
    const around = shop();
    around.task(32_768);

    const run = await around.run({ dryRun: true });

    expect(reasons(run)).toEqual(['published healthy']);
    expect(around.announced).toEqual([]);
  });

  it('of a name that Route 53 refuses, in the run that tried and in the next', async () => {
    const around = shop();
    await protect(around, CALC);
    around.task(32_768);

    const runs = [await around.run({}), await around.run({})];

    expect(runs.map(reasons)).toEqual([['left-out quarantined'], ['left-out quarantined']]);
    expect(around.announced).toEqual([]);
  });

  it('of a removal that Route 53 refuses', async () => {
    const around = shop();
    const task = around.task(32_768);
    await around.run({});
    await protect(around, CALC);
    around.aws.ecs.admin.stopTask(task);

    const run = await around.run({});

    expect(reasons(run)).toEqual(['published held-quarantined']);
    expect(around.values(CALC)).toEqual([value(HOME, 32_768)]);
    expect(run.announced).toEqual([]);
  });

  it('of a batch that Route 53 refuses as a whole, while what it accepts of its parts is announced', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`"${CALC}.${ZONE}"`)) return;
        throw Object.assign(new Error('we do not like it'), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    around.task(32_770, { definition: define(around, 'other', { names: { 8081: '_other._tcp' } }) });

    const run = await around.run({});

    expect(reasons(run)).toEqual(['left-out quarantined', 'published running']);
    expect(announced(around)).toEqual([published(32_770)]);
  });

  it('of a removal, and of a start, that others keep in the way of until the run gives up', async () => {
    let edits = -1;
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || edits < 0) return;
        edits += 1;
        const theirs = [value(HOME, 32_768), `1 1 ${edits} theirs.example.com`];
        await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, theirs, 5) }]);
      },
    });
    const task = around.task(32_768);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);
    around.task(32_769);
    edits = 0;

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(reasons(run)).toEqual(['left-out conflict', 'published held-contended']);
    expect(run.announced).toEqual([]);
  });

  it('of a change of which nobody knows whether it took effect', async () => {
    const around = shop({
      beforeStep: (step) => {
        if (step === 'VerifyChanges') throw new Error('out of order');
      },
      after: async ({ operation }) => {
        if (operation === 'ChangeResourceRecordSets') throw new Error('socket hang up');
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect([run.end, reasons(run)]).toEqual(['RunFailed', ['left-out conflict']]);
    expect(run.announced).toEqual([]);
  });

  it('of a name that others keep changing until the run gives up', async () => {
    const { around } = rewritten();
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(around.announced).toEqual([]);
  });

  it('of removals that are held, while what comes beside them is announced', async () => {
    const around = shop();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(announced(around)).toEqual([published(32_768)]);
  });
});
