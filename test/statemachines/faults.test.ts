import { describe, expect, it } from 'vitest';
import { CALC, reasons, shop, value } from '../support/shop.ts';
import { ZONE_ID } from '../support/world.ts';

describe('services that falter', () => {
  it.each([
    { fault: 'Throttling', operation: 'ChangeResourceRecordSets', times: 3 },
    { fault: 'PriorRequestNotComplete', operation: 'ChangeResourceRecordSets', times: 3 },
    { fault: 'ThrottlingException', operation: 'ListTasks', times: 3 },
    { fault: 'RequestLimitExceeded', operation: 'DescribeInstances', times: 3 },
  ])('goes on after $times times $fault from $operation', async ({ fault, operation, times }) => {
    let left = times;
    const around = shop({
      before: async (call) => {
        if (call.operation !== operation || left === 0) return;
        left -= 1;
        throw Object.assign(new Error('Rate exceeded'), { name: fault });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(left).toBe(0);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it.each([
    { row: '5xx', fault: { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } } },
    { row: 'a timeout', fault: { name: 'TimeoutError' } },
    { row: 'a reset', fault: { code: 'ECONNRESET' } },
  ])('goes on after $row of every read, and of the write', async ({ fault }) => {
    const met = new Set<string>();
    const around = shop({
      before: async ({ operation }) => {
        if (met.has(operation)) return;
        met.add(operation);
        throw Object.assign(new Error('we are sorry'), fault);
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).not.toContain('ClusterUnread');
    expect(run.states).not.toContain('BatchUnknown');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect([...met]).toEqual(
      expect.arrayContaining(['ListResourceRecordSets', 'ListTasks', 'ChangeResourceRecordSets']),
    );
  });

  it.each([
    {
      row: 'a disturbance',
      fault: { $metadata: { httpStatusCode: 503 } },
      times: 3,
      left: 1,
      reason: 'removed task-stopped',
    },
    { row: 'a throttle', fault: { name: 'ThrottlingException' }, times: 3, left: 1, reason: 'removed task-stopped' },
    { row: 'an outage', fault: { code: 'ECONNREFUSED' }, times: 99, left: 2, reason: 'published held-unread' },
    {
      row: 'a throttle without end',
      fault: { name: 'ThrottlingException' },
      times: 99,
      left: 2,
      reason: 'published held-unread',
    },
  ])(
    'waits out $row when it asks for fates, and holds the values if it does not end',
    async ({ fault, times, left, reason }) => {
      const at = { step: '', met: 0 };
      const around = shop({
        beforeStep: (step) => {
          at.step = step;
        },
        before: async ({ operation }) => {
          if (at.step !== 'CompleteReading' || operation !== 'DescribeTasks' || at.met === times) return;
          at.met += 1;
          throw Object.assign(new Error('we are sorry'), fault);
        },
      });
      const task = around.task(32_768);
      around.task(32_769);
      await around.run({});
      around.aws.ecs.admin.stopTask(task);

      const run = await around.run({});

      expect(run.end).toBe('ZoneInSync');
      expect(at.met).toBe(Math.min(times, 5));
      expect(around.values(CALC)).toHaveLength(left);
      expect(reasons(run)).toContain(reason);
    },
  );

  it.each([
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
    'Lambda.ENILimitReachedException',
    'Lambda.SubnetIPAddressLimitReachedException',
  ])('waits for a checker whose function is not ready: %s', async (name) => {
    let left = 4;
    const around = shop({
      beforeStep: (step) => {
        if (step !== 'CheckHealth' || left === 0) return;
        left -= 1;
        throw Object.assign(new Error('The function is being restored'), { name });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(left).toBe(0);
    expect(run.states).not.toContain('BatchUnprobed');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it('sends a batch again whose answer was cut off, and finds that it took effect', async () => {
    let cut = 1;
    const around = shop({
      after: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets' || cut === 0) return;
        cut -= 1;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(cut).toBe(0);
    expect(run.states).not.toContain('BatchUnknown');
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.route53.recordSets(ZONE_ID).filter(({ Type }) => Type === 'A')).toHaveLength(1);
  });

  it('finds out what became of a change whose answer was lost', async () => {
    let lost = 1;
    const around = shop({
      after: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets' || lost === 0) return;
        lost -= 1;
        throw new Error('socket hang up');
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.states).toContain('BatchUnknown');
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });
});
