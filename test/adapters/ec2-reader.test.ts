import type {
  DescribeInstancesCommandInput,
  DescribeNetworkInterfacesCommandInput,
  DescribeSubnetsCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { DEFAULT_SUBNET, DEFAULT_VPC, type Ec2Options, ec2StandIn } from '../stand-ins/ec2.ts';
import { failure, scripted, served } from './served.ts';

async function servedEc2(options: Partial<Ec2Options> = {}) {
  const ec2 = ec2StandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012', ...options });
  return { ...(await served(ec2)), admin: ec2.admin };
}

const id = (index: number) => `i-${index.toString(16).padStart(17, '0')}`;
const address = (index: number) => `10.0.${index >> 8}.${index & 255}`;

describe('instances', () => {
  it('asks for two hundred at a time, each once', async () => {
    const { admin, inputs } = await servedEc2();
    const ids = Array.from({ length: 401 }, (_, index) => id(index));
    for (const [index, one] of ids.entries()) admin.putInstance(one, { privateIpAddress: address(index) });

    const found = await ec2Reader().describeInstances([...ids, ...ids.slice(0, 9)]);

    expect(found.size).toBe(401);
    expect(found.get(id(300))).toMatchObject({ id: id(300), state: 'running', address: '10.0.1.44' });
    const sizes = inputs<DescribeInstancesCommandInput>('DescribeInstances').map(
      ({ Filters }) => Filters?.[0]?.Values?.length ?? 0,
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 200, 200]);
  });

  it('leaves out what EC2 does not know and never asks for External instances', async () => {
    const { admin, inputs } = await servedEc2();
    admin.putInstance(id(1), { privateIpAddress: '10.0.0.1', vpcId: 'vpc-1' });

    const found = await ec2Reader().describeInstances([id(1), id(2), 'mi-0123456789abcdef0']);

    expect([...found]).toEqual([[id(1), { id: id(1), state: 'running', address: '10.0.0.1', vpc: 'vpc-1' }]]);
    const asked = inputs<DescribeInstancesCommandInput>('DescribeInstances').flatMap(({ Filters }) => Filters);
    expect(asked).toEqual([{ Name: 'instance-id', Values: [id(1), id(2)] }]);
  });

  it.each([
    { row: 'only External instances', ids: ['mi-0123456789abcdef0'] },
    { row: 'none', ids: [] },
  ])('asks nothing when it is asked for $row', async ({ ids }) => {
    const { calls } = await servedEc2();

    const found = await ec2Reader().describeInstances(ids);

    expect(found.size).toBe(0);
    expect(calls).toEqual([]);
  });

  it('shows a terminated instance, without address', async () => {
    const { admin } = await servedEc2();
    admin.putInstance(id(1), { privateIpAddress: '10.0.0.1' });
    admin.terminate(id(1));

    const found = await ec2Reader().describeInstances([id(1)]);

    expect(found.get(id(1))).toMatchObject({ state: 'terminated' });
    expect(found.get(id(1))).not.toHaveProperty('address');
  });
});

describe('the IPv6 address of an instance', () => {
  const primary = (...own: readonly (string | readonly [string])[]) => ({
    Attachment: { DeviceIndex: 0 },
    Ipv6Addresses: own.map((one) =>
      typeof one === 'string' ? { Ipv6Address: one } : { Ipv6Address: one[0], IsPrimaryIpv6: true },
    ),
  });
  const other = { Attachment: { DeviceIndex: 1 }, Ipv6Addresses: [{ Ipv6Address: 'fd00::1' }] };

  it.each([
    { row: 'none', instance: {}, address6: undefined },
    { row: 'that of the instance, canonical', instance: { Ipv6Address: '2001:DB8:0::1' }, address6: '2001:db8::1' },
    {
      row: 'the primary one',
      instance: { NetworkInterfaces: [other, primary('fd00::2', ['fd00::9'])] },
      address6: 'fd00::9',
    },
    {
      row: 'the first by its text',
      instance: { NetworkInterfaces: [primary('fd00::b', 'fd00::a')] },
      address6: 'fd00::a',
    },
    { row: 'no IPv4-mapped one', instance: { Ipv6Address: '::ffff:10.0.0.1' }, address6: undefined },
  ])('is $row', async ({ instance, address6 }) => {
    const client = { send: async () => ({ Reservations: [{ Instances: [{ InstanceId: id(1), ...instance }] }] }) };

    const found = await ec2Reader(client as never).describeInstances([id(1)]);

    expect(found.get(id(1))?.address6).toBe(address6);
  });

  it('is what EC2 shows over the wire', async () => {
    const { admin } = await servedEc2();
    admin.putInstance(id(1), { privateIpAddress: '10.0.0.1', ipv6Address: '2001:db8::1' });

    const found = await ec2Reader().describeInstances([id(1)]);

    expect(found.get(id(1))).toMatchObject({ address: '10.0.0.1', address6: '2001:db8::1' });
  });
});

describe('public addresses', () => {
  it('are those that lead to instances, while they do', async () => {
    const { admin } = await servedEc2();
    admin.putInstance(id(1), { privateIpAddress: '10.0.0.1', publicIp: '198.51.100.7' });
    admin.putInstance(id(2), { privateIpAddress: '10.0.0.2' });

    const found = await ec2Reader().describeInstances([id(1), id(2)]);

    expect(found.get(id(1))).toMatchObject({ address: '10.0.0.1', publicAddress: '198.51.100.7' });
    expect(found.get(id(2))).not.toHaveProperty('publicAddress');
  });

  it('of interfaces are told by interface; those without one, and those that are gone, are left out', async () => {
    const { admin, inputs } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.0.1'], publicIp: '198.51.100.7' });
    admin.putNetworkInterface('eni-2', { privateIpAddresses: ['10.0.0.2'] });

    const found = await ec2Reader().publicAddressesOf(['eni-1', 'eni-2', 'eni-3', 'eni-1']);
    const none = await ec2Reader().publicAddressesOf([]);

    expect([...found]).toEqual([['eni-1', '198.51.100.7']]);
    expect(none.size).toBe(0);
    expect(inputs('DescribeNetworkInterfaces')).toHaveLength(1);
  });
});

describe('holders of addresses', () => {
  it('tells who has an IPv6 address, however it is spelled', async () => {
    const { admin } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.0.1'], ipv6Address: '2001:db8::1' });

    const holders = await ec2Reader().holdersOf(['2001:db8::1', '2001:db8::2', '10.0.0.1']);

    expect(holders.get('2001:db8::1')).toContainEqual({ networkInterface: 'eni-1' });
    expect(holders.get('10.0.0.1')).toContainEqual({ networkInterface: 'eni-1' });
    expect(holders.has('2001:db8::2')).toBe(false);
  });

  it('tells who has a public address, which no private one is looked for by', async () => {
    const { admin, inputs } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.0.1'], publicIp: '198.51.100.7' });
    admin.putNetworkInterface('eni-2', { privateIpAddresses: ['10.0.0.2'] });

    const holders = await ec2Reader().holdersOf([], ['198.51.100.7', '198.51.100.8']);

    expect([...holders]).toEqual([['198.51.100.7', [{ networkInterface: 'eni-1' }]]]);
    expect(inputs('DescribeNetworkInterfaces')).toHaveLength(1);
  });

  it('tells every interface that has an address, secondary ones included', async () => {
    const { admin } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.0.1', '10.0.0.2'] });
    admin.putNetworkInterface('eni-2', { privateIpAddresses: ['10.0.0.2'], vpcId: 'vpc-2' });

    const holders = await ec2Reader().holdersOf(['10.0.0.1', '10.0.0.2', '10.0.0.3']);

    expect(holders.get('10.0.0.1')).toEqual([{ networkInterface: 'eni-1' }]);
    expect(holders.get('10.0.0.2')).toEqual([
      { networkInterface: 'eni-1' },
      { networkInterface: 'eni-2', vpc: 'vpc-2' },
    ]);
    expect(holders.has('10.0.0.3')).toBe(false);
  });

  it('asks for two hundred at a time, each once, and nothing for none', async () => {
    const { inputs } = await servedEc2();
    const addresses = Array.from({ length: 250 }, (_, index) => address(index));

    await ec2Reader().holdersOf([...addresses, ...addresses]);
    await ec2Reader().holdersOf([]);

    const sizes = inputs<DescribeNetworkInterfacesCommandInput>('DescribeNetworkInterfaces').map(
      ({ Filters }) => Filters?.[0]?.Values?.length ?? 0,
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 200]);
  });

  it('ends on a list that has no end', async () => {
    await served(scripted('ec2', { DescribeNetworkInterfaces: () => ({ NetworkInterfaces: [], NextToken: 'again' }) }));

    const fault = await failure(ec2Reader().holdersOf(['10.0.0.1']));

    expect(fault.message).toBe('ec2:DescribeNetworkInterfaces gave the same next page twice, after 2 pages');
  });
});

describe('what a service manages', () => {
  it.each([true, false])('is seen whether the account hides it (%s) or not', async (hidesManaged) => {
    const { admin } = await servedEc2({ hidesManaged });
    admin.putInstance(id(1), { privateIpAddress: '10.0.0.1', managedBy: 'ecs.amazonaws.com' });

    const instances = await ec2Reader().describeInstances([id(1)]);
    const holders = await ec2Reader().holdersOf(['10.0.0.1']);

    expect(instances.get(id(1))).toMatchObject({ state: 'running', address: '10.0.0.1' });
    expect(holders.get('10.0.0.1')).toHaveLength(1);
  });
});

describe('VPCs of subnets', () => {
  it('tells those of the subnets that EC2 knows', async () => {
    const { admin } = await servedEc2();
    admin.putSubnet('subnet-1', { vpcId: 'vpc-1' });
    admin.putInstance(id(1), { vpcId: 'vpc-2', subnetId: 'subnet-2' });

    const found = await ec2Reader().vpcsOf(['subnet-1', 'subnet-2', DEFAULT_SUBNET, 'subnet-3']);

    expect([...found]).toEqual([
      ['subnet-1', 'vpc-1'],
      ['subnet-2', 'vpc-2'],
      [DEFAULT_SUBNET, DEFAULT_VPC],
    ]);
  });

  it('asks for each once in the life of a function, two hundred at a time, and nothing for none', async () => {
    const { admin, inputs } = await servedEc2();
    const subnets = Array.from({ length: 201 }, (_, index) => `subnet-${index}`);
    for (const subnet of subnets) admin.putSubnet(subnet, { vpcId: 'vpc-1' });
    const reader = ec2Reader();

    const first = await reader.vpcsOf([...subnets, ...subnets]);
    const again = await reader.vpcsOf(['subnet-7']);
    await reader.vpcsOf([]);

    expect(first.size).toBe(201);
    expect([...again]).toEqual([['subnet-7', 'vpc-1']]);
    const sizes = inputs<DescribeSubnetsCommandInput>('DescribeSubnets').map(
      ({ Filters }) => Filters?.[0]?.Values?.length ?? 0,
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 200]);
  });

  it('asks again for what EC2 did not know', async () => {
    const { admin } = await servedEc2();
    const reader = ec2Reader();
    await reader.vpcsOf(['subnet-1']);
    admin.putSubnet('subnet-1', { vpcId: 'vpc-1' });

    const found = await reader.vpcsOf(['subnet-1']);

    expect([...found]).toEqual([['subnet-1', 'vpc-1']]);
  });
});

describe.each([
  {
    operation: 'DescribeInstances',
    page: (ids: readonly string[]) => ({
      Reservations: ids.map((InstanceId) => ({ Instances: [{ InstanceId, State: { Name: 'running' } }] })),
    }),
    read: (ids: readonly string[]) => ec2Reader().describeInstances(ids),
  },
  {
    operation: 'DescribeNetworkInterfaces',
    page: (ids: readonly string[]) => ({
      NetworkInterfaces: ids.map((PrivateIpAddress) => ({
        NetworkInterfaceId: 'eni-1',
        PrivateIpAddresses: [{ PrivateIpAddress }],
      })),
    }),
    read: (ids: readonly string[]) => ec2Reader().holdersOf(ids),
  },
  {
    operation: 'DescribeSubnets',
    page: (ids: readonly string[]) => ({ Subnets: ids.map((SubnetId) => ({ SubnetId, VpcId: 'vpc-1' })) }),
    read: (ids: readonly string[]) => ec2Reader().vpcsOf(ids),
  },
])('$operation', ({ operation, page, read }) => {
  it('is read over short and empty pages to the last, of one and the same question', async () => {
    const pages = [[id(1)], [], [id(2), id(3)], []];
    const { inputs } = await served(
      scripted('ec2', {
        [operation]: ({ NextToken = '0' }: { readonly NextToken?: string }) => ({
          ...page(pages[Number(NextToken)] ?? []),
          ...(Number(NextToken) + 1 < pages.length && { NextToken: String(Number(NextToken) + 1) }),
        }),
      }),
    );

    const found = await read([id(1), id(2), id(3)]);

    expect([...found.keys()]).toEqual([id(1), id(2), id(3)]);
    const asked = inputs<{ readonly NextToken?: string }>(operation).map(({ NextToken: _, ...question }) => question);
    expect(asked).toEqual(pages.map(() => asked[0]));
  });
});
