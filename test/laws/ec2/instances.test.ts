import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { describeArranged, instancesWhere, refusal, servedEc2 } from './served.ts';

const one = 'i-00000000000000001';
const other = 'i-00000000000000002';

describeArranged('instances', () => {
  it('show their address, name, VPC and subnet', async () => {
    const { client, admin } = await servedEc2();
    admin.putInstance(one, { privateIpAddress: '10.0.1.23', vpcId: 'vpc-1', subnetId: 'subnet-1' });

    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [one] }));

    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      InstanceId: one,
      PrivateIpAddress: '10.0.1.23',
      PrivateDnsName: 'ip-10-0-1-23.eu-west-1.compute.internal',
      VpcId: 'vpc-1',
      SubnetId: 'subnet-1',
      State: { Name: 'running', Code: 16 },
    });
  });

  it('are all given or none, when one id is unknown', async () => {
    const { client, admin } = await servedEc2();
    admin.putInstance(one, { privateIpAddress: '10.0.1.23' });

    const refused = await refusal(client.send(new DescribeInstancesCommand({ InstanceIds: [one, other] })));
    const filtered = await instancesWhere(client, { Name: 'instance-id', Values: [one, other] });

    expect(refused.name).toBe('InvalidInstanceID.NotFound');
    expect(filtered.map(({ InstanceId }) => InstanceId)).toEqual([one]);
  });

  it.each([
    { filter: { Name: 'private-ip-address', Values: ['10.0.1.23'] }, found: [one] },
    { filter: { Name: 'vpc-id', Values: ['vpc-2'] }, found: [other] },
    { filter: { Name: 'instance-state-name', Values: ['stopped'] }, found: [other] },
    { filter: { Name: 'instance-state-name', Values: ['running', 'stopped'] }, found: [one, other] },
    { filter: { Name: 'private-ip-address', Values: ['10.0.?.2*'] }, found: [one, other] },
    { filter: { Name: 'private-ip-address', Values: ['10.0.1.2'] }, found: [] },
    { filter: { Name: 'private-ip-address', Values: ['0.0.?.2'] }, found: [] },
  ])('are found by $filter.Name $filter.Values', async ({ filter, found }) => {
    const { client, admin } = await servedEc2();
    admin.putInstance(one, { privateIpAddress: '10.0.1.23', vpcId: 'vpc-1' });
    admin.putInstance(other, { privateIpAddress: '10.0.2.24', vpcId: 'vpc-2', state: 'stopped' });

    const instances = await instancesWhere(client, filter);

    expect(instances.map(({ InstanceId }) => InstanceId)).toEqual(found);
  });

  it('must pass every filter', async () => {
    const { client, admin } = await servedEc2();
    admin.putInstance(one, { privateIpAddress: '10.0.1.23', vpcId: 'vpc-1' });

    const instances = await instancesWhere(
      client,
      { Name: 'instance-id', Values: [one] },
      { Name: 'vpc-id', Values: ['vpc-2'] },
    );

    expect(instances).toEqual([]);
  });

  it('are taken in 200 at a time by filter', async () => {
    const { client, admin } = await servedEc2();
    const ids = Array.from({ length: 200 }, (_, number) => `i-${number.toString(16).padStart(8, '0')}`);
    for (const id of ids) admin.putInstance(id, { privateIpAddress: '10.0.1.23' });

    const instances = await instancesWhere(client, { Name: 'instance-id', Values: ids });

    expect(instances).toHaveLength(200);
  });

  it('come in pages of MaxResults', async () => {
    const { client, admin } = await servedEc2();
    const ids = Array.from({ length: 8 }, (_, number) => `i-0000000${number}`);
    for (const id of ids) admin.putInstance(id, {});

    const first = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }));
    const second = await client.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken }));

    const found = [first, second].map(({ Reservations = [] }) => Reservations.flatMap((one) => one.Instances ?? []));
    expect(found.map(({ length }) => length)).toEqual([5, 3]);
    expect(found.flat().map(({ InstanceId }) => InstanceId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([4, 1001])('refuse MaxResults %i', async (MaxResults) => {
    const { client } = await servedEc2();

    const refused = await refusal(client.send(new DescribeInstancesCommand({ MaxResults })));

    expect(refused.name).toBe('InvalidParameterValue');
  });

  it('that were terminated linger without address for an hour, then nobody knows them', async () => {
    const { client, admin, clock } = await servedEc2();
    admin.putInstance(one, { privateIpAddress: '10.0.1.23', vpcId: 'vpc-1' });
    admin.terminate(one);

    clock.time += 3_599_999;
    const [lingering] = await instancesWhere(client, { Name: 'instance-id', Values: [one] });
    clock.time += 1;
    const gone = await refusal(client.send(new DescribeInstancesCommand({ InstanceIds: [one] })));

    expect(lingering).toMatchObject({ State: { Name: 'terminated' }, PrivateDnsName: '' });
    expect(lingering).not.toHaveProperty('PrivateIpAddress');
    expect(lingering).not.toHaveProperty('VpcId');
    expect(gone.name).toBe('InvalidInstanceID.NotFound');
  });
});
