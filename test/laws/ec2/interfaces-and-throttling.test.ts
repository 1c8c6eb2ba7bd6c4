import { DescribeInstancesCommand, DescribeNetworkInterfacesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { describeArranged, instancesWhere, servedEc2 } from './served.ts';

const holders = async (client: EC2Client, Name: string, value: string) => {
  const Filters = [{ Name, Values: [value] }];
  const { NetworkInterfaces = [] } = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
};

describeArranged('network interfaces', () => {
  it('tell who holds an address by now', async () => {
    const { client, admin } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.1.42'] });
    const before = await holders(client, 'addresses.private-ip-address', '10.0.1.42');
    admin.removeNetworkInterface('eni-1');
    const between = await holders(client, 'addresses.private-ip-address', '10.0.1.42');
    admin.putNetworkInterface('eni-2', { privateIpAddresses: ['10.0.1.42'] });

    const after = await holders(client, 'addresses.private-ip-address', '10.0.1.42');

    expect([before, between, after]).toEqual([['eni-1'], [], ['eni-2']]);
  });

  it('are found by any of their addresses, or only by the primary one', async () => {
    const { client, admin } = await servedEc2();
    admin.putNetworkInterface('eni-1', { privateIpAddresses: ['10.0.1.42', '10.0.1.43'] });

    const byAny = await holders(client, 'addresses.private-ip-address', '10.0.1.43');
    const byPrimary = await holders(client, 'private-ip-address', '10.0.1.43');
    const byId = await holders(client, 'network-interface-id', 'eni-1');

    expect([byAny, byPrimary, byId]).toEqual([['eni-1'], [], ['eni-1']]);
  });

  it('of an instance go with it', async () => {
    const { client, admin } = await servedEc2();
    admin.putInstance('i-00000001', { privateIpAddress: '10.0.1.23' });
    const before = await holders(client, 'addresses.private-ip-address', '10.0.1.23');
    admin.terminate('i-00000001');

    const after = await holders(client, 'addresses.private-ip-address', '10.0.1.23');

    expect(before).toHaveLength(1);
    expect(after).toEqual([]);
  });
});

describeArranged('what services manage', () => {
  const Filters = [{ Name: 'instance-id', Values: ['i-00000001'] }];

  it('is shown, and said to be managed, unless the account hides it', async () => {
    const { client, admin } = await servedEc2();
    admin.putInstance('i-00000001', { privateIpAddress: '10.0.1.23', managedBy: 'ecs.amazonaws.com' });

    const [instance] = await instancesWhere(client, ...Filters);

    const Operator = { Managed: true, Principal: 'ecs.amazonaws.com', HiddenByDefault: false };
    expect(instance).toMatchObject({ Operator });
  });

  it('is hidden from whoever does not ask for it, with its interfaces, where the account hides it', async () => {
    const { client, admin } = await servedEc2({ hidesManaged: true });
    admin.putInstance('i-00000001', { privateIpAddress: '10.0.1.23', managedBy: 'ecs.amazonaws.com' });
    admin.putInstance('i-00000002', { privateIpAddress: '10.0.1.24' });

    const unasked = await instancesWhere(client);
    const asked = await client.send(new DescribeInstancesCommand({ Filters, IncludeManagedResources: true }));
    const held = await holders(client, 'addresses.private-ip-address', '10.0.1.23');
    const all = await client.send(new DescribeNetworkInterfacesCommand({ IncludeManagedResources: true }));

    expect(unasked.map(({ InstanceId }) => InstanceId)).toEqual(['i-00000002']);
    expect(asked.Reservations?.[0]?.Instances?.[0]?.Operator?.HiddenByDefault).toBe(true);
    expect(held).toEqual([]);
    expect(all.NetworkInterfaces).toHaveLength(2);
  });
});

describeArranged('throttling', () => {
  const answered = async (count: number, call: () => Promise<unknown>) => {
    const outcomes = await Promise.allSettled(Array.from({ length: count }, call));
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };

  it('lets 50 plain calls through at once and 10 more each second, filtered ones 100 and 20', async () => {
    const { client, admin, clock } = await servedEc2({ throttle: true });
    admin.putInstance('i-00000001', { privateIpAddress: '10.0.1.23' });
    const plain = () => client.send(new DescribeInstancesCommand({ InstanceIds: ['i-00000001'] }));
    const Filters = [{ Name: 'instance-id', Values: ['i-00000001'] }];
    const filtered = () => client.send(new DescribeInstancesCommand({ Filters }));

    const first = [await answered(55, plain), await answered(105, filtered)];
    clock.time += 1000;
    const later = [await answered(55, plain), await answered(55, filtered)];

    expect(first).toEqual([50, 100]);
    expect(later).toEqual([10, 20]);
    await expect(plain()).rejects.toMatchObject({ name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } });
  });

  it('counts each action on its own', async () => {
    const { client } = await servedEc2({ throttle: true });
    await answered(51, () => client.send(new DescribeInstancesCommand({})));

    const others = await answered(1, () => client.send(new DescribeNetworkInterfacesCommand({})));

    expect(others).toBe(1);
  });
});
