import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, reasons, shop, srv, target, value } from '../support/shop.ts';
import { type Execution, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

const MINUTE = 60_000;
const SCHEDULE = { trigger: 'schedule' };
const NAME = `${CALC}.${ZONE}`;
const TIME = '_time._tcp';

/** Five minutes later, as the schedule has it. */
async function scheduled(around: StillWorld, minutes = 5): Promise<Execution> {
  await around.clock.advance(minutes * MINUTE);
  return around.run(SCHEDULE);
}

type Protections = 'CreateResourceRecordSetProtections' | 'DeleteResourceRecordSetProtections';
async function protections({ aws }: StillWorld, operation: Protections, RecordName: string, RecordType: 'SRV' | 'A') {
  const input = { HostedZoneId: ZONE_ID, Protections: [{ RecordName, RecordType }] };
  const perform = aws.route53.operations[operation];
  await perform?.(input as never, { region: 'us-east-1', accountId: '1', requestId: 'r' });
}
const protect = (around: StillWorld, name = NAME, type: 'SRV' | 'A' = 'SRV') =>
  protections(around, 'CreateResourceRecordSetProtections', name, type);
const release = (around: StillWorld, name = NAME, type: 'SRV' | 'A' = 'SRV') =>
  protections(around, 'DeleteResourceRecordSetProtections', name, type);

/** Batches sent to Route 53 so far, accepted or not. */
function counting(options: Parameters<typeof shop>[0] = {}) {
  let sent = 0;
  const around = shop({
    ...options,
    before: async ({ operation }) => {
      if (operation === 'ChangeResourceRecordSets') sent += 1;
    },
  });
  const during = async <T>(work: Promise<T>) => {
    const before = sent;
    return { result: await work, calls: sent - before };
  };
  return { around, during };
}

describe('a name that Route 53 refuses', () => {
  it('is tried again at growing intervals while the others go through, and says so in every run', async () => {
    const { around, during } = counting();
    const time = define(around, 'time', { names: { 8081: TIME } });
    await protect(around);
    around.task(32_768);
    around.task(32_769, { definition: time });

    const first = await around.run(SCHEDULE);
    const tries: number[] = [];
    for (let minute = 5; minute <= 130; minute += 5) {
      const { result, calls } = await during(scheduled(around));
      if (calls > 0) tries.push(minute);
      expect(result.end).toBe('ZoneInSync');
      expect(reasons(result)).toEqual(['left-out quarantined', 'published running']);
      expect(result.outcome?.quarantined).toMatchObject([
        { name: NAME, since: first.outcome?.quarantined[0]?.since, reason: expect.stringContaining('protected') },
      ]);
      expect(result.outcome?.findings).toContainEqual(expect.stringContaining(`quarantined since`));
    }

    expect(first.end).toBe('ZoneInSync');
    expect(around.values(TIME)).toHaveLength(1);
    expect(tries).toEqual([5, 15, 35, 70, 130]);
  });

  it('is tried at once by a person’s run, and leaves the quarantine when its change goes through', async () => {
    const { around } = counting();
    await protect(around);
    around.task(32_768);
    await around.run(SCHEDULE);
    await release(around);

    await around.clock.advance(MINUTE);
    const waiting = await around.run(SCHEDULE);
    const asked = await around.run({});
    const after = await scheduled(around);

    expect(reasons(waiting)).toEqual(['left-out quarantined']);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(asked.outcome?.quarantined).toEqual([]);
    expect(after.outcome?.quarantined).toEqual([]);
  });

  it('leaves the quarantine when nothing is wanted of it any more', async () => {
    const { around, during } = counting();
    await protect(around);
    const task = around.task(32_768);
    await around.run(SCHEDULE);
    around.aws.ecs.admin.stopTask(task);

    const { result, calls } = await during(scheduled(around, 1));

    expect(calls).toBe(1); // marks the address that nothing needs any more
    expect(result.outcome?.quarantined).toEqual([]);
    expect(reasons(result)).toEqual([]);
  });

  it('keeps what is published: nothing leaves and nothing comes', async () => {
    const { around, during } = counting();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run(SCHEDULE);
    await protect(around);
    around.aws.ecs.admin.stopTask(task);
    around.task(32_770);
    const refused = await scheduled(around);

    const { result, calls } = await during(scheduled(around, 1));

    expect(calls).toBe(0);
    for (const run of [refused, result]) {
      expect(reasons(run)).toEqual(['left-out quarantined', 'published healthy', 'published held-quarantined']);
    }
    expect(around.values(CALC)).toEqual([32_768, 32_769].map((port) => value('10.0.1.23', port)));
  });

  it('is left alone by a dry run', async () => {
    const { around, during } = counting();
    await protect(around);
    around.task(32_768);
    await around.run(SCHEDULE);
    const before = around.bucket.get('inventory/quarantine.json');

    const { calls } = await during(around.run({ dryRun: true }));

    expect(calls).toBe(0);
    expect(around.bucket.get('inventory/quarantine.json')).toBe(before);
  });
});

describe('an address record set that Route 53 refuses', () => {
  it('keeps only the instances of its host out: the rest of their names goes on in the same run', async () => {
    const { around } = counting();
    const other = host(around, 'shop', '10.0.2.9');
    await protect(around, target('10.0.2.9'), 'A');
    around.task(32_768);
    around.task(32_768, { home: other });

    const first = await around.run(SCHEDULE);
    const again = await around.run(SCHEDULE);

    expect(first.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    for (const run of [first, again]) {
      expect(reasons(run)).toEqual(['left-out quarantined', 'published healthy']);
      expect(run.outcome?.quarantined).toMatchObject([{ name: target('10.0.2.9') }]);
    }

    await release(around, target('10.0.2.9'), 'A');
    const after = await scheduled(around);

    expect(around.values(CALC)).toHaveLength(2);
    expect(after.outcome?.quarantined).toEqual([]);
  });

  it('of the marker keeps everything out, fails no run, and ends when it can be made', async () => {
    const { around, during } = counting();
    const marker = `ecs.${ZONE}`;
    const input = { HostedZoneId: ZONE_ID, Protections: [{ RecordName: marker, RecordType: 'TXT' }] };
    const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
    await around.aws.route53.operations.CreateResourceRecordSetProtections?.(input as never, context);
    around.task(32_768);

    const first = await around.run(SCHEDULE);
    const { result, calls } = await during(scheduled(around, 1));

    expect([first.end, result.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(calls).toBe(0);
    expect(reasons(result)).toEqual(['left-out quarantined']);

    await around.aws.route53.operations.DeleteResourceRecordSetProtections?.(input as never, context);
    await scheduled(around);

    expect(around.values(CALC)).toHaveLength(1);
  });
});

describe('somebody who keeps rewriting our names', () => {
  /** Removes our values from the name, as a tool does that believes the name its own. */
  async function rewrite(around: StillWorld) {
    const set = around.aws.route53.recordSets(ZONE_ID).find(({ Name, Type }) => Name === NAME && Type === 'SRV');
    const theirs = srv(CALC, ['5 5 5 db.example.']);
    await edit(around, [
      ...(set ? [{ Action: 'DELETE', ResourceRecordSet: set }] : []),
      { Action: 'CREATE', ResourceRecordSet: theirs },
    ]);
  }

  it('is answered three times; then our values stay away, until the wait is over', async () => {
    const { around, during } = counting();
    around.task(32_768);
    await around.run(SCHEDULE);

    const corrected: boolean[] = [];
    let last: Execution | undefined;
    for (let run = 0; run < 10; run += 1) {
      await rewrite(around);
      const { result, calls } = await during(scheduled(around));
      corrected.push(calls > 0);
      last = result;
    }

    // Three corrections, a wait of 15 min, one more try, a wait of 30.
    expect(corrected).toEqual([true, true, true, false, false, true, false, false, false, false]);
    expect(last?.end).toBe('ZoneInSync');
    expect(reasons(last as Execution)).toEqual(['left-out conflict']);
    expect(last?.outcome?.contended).toMatchObject([{ name: NAME, corrections: 4 }]);
    expect(last?.outcome?.findings).toContainEqual(expect.stringContaining(`somebody else keeps rewriting ${NAME}`));
    expect(around.values(CALC)).toEqual(['5 5 5 db.example.']);
  });

  it('is answered again when what we want changes, and when a person asks', async () => {
    const { around, during } = counting();
    const task = around.task(32_768);
    await around.run(SCHEDULE);
    for (let run = 0; run < 3; run += 1) {
      await rewrite(around);
      await scheduled(around);
    }
    await rewrite(around);
    const contended = await scheduled(around);

    const asked = await during(around.run({}));
    await rewrite(around);
    const held = await during(scheduled(around));
    around.task(32_769);
    const changed = await during(scheduled(around));

    expect(reasons(contended)).toEqual(['left-out conflict']);
    expect([asked.calls, held.calls, changed.calls]).toEqual([1, 0, 1]);
    expect(around.values(CALC)).toHaveLength(3);
    expect(task).toBeDefined();
  });

  it('who adds values of ours: they are held where they stand, and said to be contended', async () => {
    const { around } = counting();
    around.task(32_768);
    await around.run(SCHEDULE);
    const foreign = [value('10.0.1.23', 32_768), value('10.9.9.9', 1)];
    let last: Execution | undefined;
    for (let run = 0; run < 4; run += 1) {
      const set = around.aws.route53.recordSets(ZONE_ID).find(({ Name, Type }) => Name === NAME && Type === 'SRV');
      await edit(around, [
        { Action: 'DELETE', ResourceRecordSet: set },
        { Action: 'CREATE', ResourceRecordSet: srv(CALC, foreign, 5) },
      ]);
      last = await scheduled(around);
    }

    expect(reasons(last as Execution)).toEqual(['published healthy', 'published held-contended']);
    expect(around.values(CALC)).toEqual(foreign.toSorted());
  });

  it('is not suspected where our own fleet goes up and down on the same port', async () => {
    const { around, during } = counting();
    const corrected: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const task = around.task(32_768);
      corrected.push((await during(scheduled(around))).calls);
      around.aws.ecs.admin.stopTask(task);
      corrected.push((await during(scheduled(around))).calls);
    }

    expect(corrected.every((calls) => calls === 1)).toBe(true);
  });

  it('is not suspected where a check fails and passes in turn', async () => {
    const { around } = counting();
    around.task(32_768);
    around.task(32_769);
    await around.run(SCHEDULE);
    for (let round = 0; round < 6; round += 1) {
      around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'status 503' });
      const failing = await scheduled(around);
      around.health.delete('10.0.1.23:32768');
      const passing = await scheduled(around);

      expect(reasons(failing)).toEqual(['published healthy', 'removed unhealthy']);
      expect(reasons(passing)).toEqual(['published healthy', 'published healthy']);
    }
  });

  it('is not meant by another deployment that shares the name', async () => {
    const { around } = counting();
    const green = world({ beside: around, environment: { OWNER_LABEL: 'green', DEPLOYMENT_ID: 'another' } });
    around.task(32_768);

    for (let round = 0; round < 5; round += 1) {
      const [ours, theirs] = [await scheduled(around), await scheduled(green, 0)];

      expect([ours.outcome?.contended, theirs.outcome?.contended]).toEqual([[], []]);
    }
    expect(around.values(CALC)).toHaveLength(2);
  });
});
