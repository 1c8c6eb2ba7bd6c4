import { describe, expect, it } from 'vitest';
import { host } from '../support/fleet.ts';
import { CALC, edit, reasons, shop, srv, target, value } from '../support/shop.ts';
import { OWNER, world, ZONE, ZONE_ID } from '../support/world.ts';

describe('a full run', () => {
  it('publishes a running task with its host and dynamic port, and then plans nothing', async () => {
    const around = shop();
    around.task(32_768);

    const first = await around.run({});
    const second = await around.run({});

    expect(first.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(first)).toEqual(['published healthy']);
    expect(second.states).not.toContain('ApplyBatches');
  });

  it('makes the address record set and the marker before any value names them', async () => {
    const around = shop();
    around.task(32_768);

    await around.run({});

    const sets = around.aws.route53.recordSets(ZONE_ID);
    expect(sets.find(({ Name }) => Name === target('10.0.1.23'))).toMatchObject({
      Type: 'A',
      ResourceRecords: [{ Value: '10.0.1.23' }],
    });
    expect(sets.find(({ Name }) => Name === `${OWNER}.${ZONE}`)).toMatchObject({ Type: 'TXT' });
  });

  it('reads every cluster, and all of more than 100 tasks (the predecessor stopped after the first of each)', async () => {
    const around = shop();
    around.aws.ecs.admin.createCluster('other');
    const far = host(around, 'other', '10.0.2.1');
    for (let port = 0; port < 130; port += 1) around.task(30_000 + port);
    around.task(40_000, { cluster: 'other', home: far });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(131);
    expect(around.values(CALC)).toContain(value('10.0.2.1', 40_000));
  });

  it('leaves a second zone of the same name alone', async () => {
    const around = shop();
    const twin = around.aws.route53.addHostedZone({ name: ZONE, vpcId: 'vpc-2' });
    const before = around.aws.route53.recordSets(twin);
    around.task(32_768);

    await around.run({});

    expect(around.aws.route53.recordSets(twin)).toEqual(before);
    expect(around.values(CALC)).toHaveLength(1);
  });

  it('never publishes a task that starts and dies at once', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([]);
  });

  it('keeps the values of others under the same name, and their TTL, through every change', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, ['10 5 443 hand-made.example.com']) }]);
    const task = around.task(32_768);

    await around.run({});
    const shared = around.aws.route53.recordSets(ZONE_ID).find(({ Name }) => Name === `${CALC}.${ZONE}`);
    around.aws.ecs.admin.stopTask(task);
    await around.run({});

    expect(shared).toMatchObject({ TTL: 60 });
    expect(shared?.ResourceRecords).toHaveLength(2);
    expect(around.values(CALC)).toEqual(['10 5 443 hand-made.example.com']);
  });

  it('publishes what other deployments publish under the same name beside theirs', async () => {
    const blue = shop();
    const green = world({ beside: blue, environment: { OWNER_LABEL: 'green', DEPLOYMENT_ID: '1/eu-west-1/green' } });
    blue.task(32_768);

    await blue.run({});
    await green.run({});
    await blue.run({});

    expect(blue.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_768).replace(OWNER, 'green')]);
  });

  it('holds published values of a task whose host has no address, and leaves new ones out', async () => {
    const around = shop();
    const instance = 'i-000000000000abcde';
    around.aws.ec2.admin.putInstance(instance, { privateIpAddress: '10.0.1.99', vpcId: 'vpc-1' });
    const home = around.aws.ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: instance });
    around.task(32_768, { home });
    await around.run({});
    around.task(32_768, { home: host(around, 'shop', undefined) });
    around.aws.ec2.admin.putInstance(instance, { vpcId: 'vpc-1' });

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.99', 32_768)]);
    expect(reasons(run)).toEqual(['left-out no-address', 'published held-no-address']);
  });
});
