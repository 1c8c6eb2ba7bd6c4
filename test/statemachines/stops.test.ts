import { describe, expect, it } from 'vitest';
import { host } from '../support/fleet.ts';
import { CALC, edit, reasons, shop, srv, value } from '../support/shop.ts';

describe('a full run', () => {
  it('removes the value of a task that has stopped, without any event', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toContain('removed task-stopped');
  });

  it('removes what its task left behind when ECS has forgotten the task and the inventory is lost', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, [value('10.9.9.9', 1)]) }]);
    around.task(32_768);

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed unexplained']);
  });

  it('takes out what ran on a host that vanished without any event, by EC2 or by its failing check', async () => {
    const around = shop();
    const dying = host(around, 'shop', '10.0.1.99');
    around.task(32_768);
    around.task(32_769);
    around.task(32_768, { home: dying });
    await around.run({});
    around.health.set('10.0.1.99:32768', { state: 'failing', kind: 'timeout', cause: 'no answer within 2000 ms' });

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toContain('removed unhealthy');
  });

  it('explains what ran on a host that EC2 has terminated', async () => {
    const around = shop();
    around.aws.ec2.admin.putInstance('i-000000000000abcde', { privateIpAddress: '10.0.1.99', vpcId: 'vpc-1' });
    const dying = around.aws.ecs.admin.registerContainerInstance({
      cluster: 'shop',
      ec2InstanceId: 'i-000000000000abcde',
    });
    around.task(32_768);
    around.task(32_768, { home: dying });
    await around.run({});
    around.aws.ec2.admin.terminate('i-000000000000abcde');

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed host-gone']);
  });
});
