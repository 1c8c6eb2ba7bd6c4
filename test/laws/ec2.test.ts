import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ec2StandIn } from '../stand-ins/ec2.ts';
import { refusal } from './ec2/served.ts';
import { type LawsEndpoint, lawsEndpoint } from './endpoint.ts';

// Laws that any endpoint can be asked, a real account too: they read only, and whatever the account holds.
const unknown = 'i-0fedcba9876543210';
let endpoint: LawsEndpoint;
let client: EC2Client;

beforeAll(async () => {
  const ec2 = ec2StandIn({ now: () => Date.now(), region: 'us-east-1', accountId: '123456789012' });
  for (let number = 0; number < 8; number += 1) {
    ec2.admin.putInstance(`i-0000000${number}`, { privateIpAddress: `10.0.0.${number + 1}` });
  }
  endpoint = await lawsEndpoint([ec2]);
  client = new EC2Client({ ...endpoint.clientConfig });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

describe('DescribeInstances', () => {
  it.each([
    {
      input: { InstanceIds: [unknown] },
      name: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${unknown}' does not exist`,
    },
    {
      input: { InstanceIds: [unknown, 'i-0fedcba9876543211'] },
      name: 'InvalidInstanceID.NotFound',
      message: `The instance IDs '${unknown}, i-0fedcba9876543211' do not exist`,
    },
    {
      input: { InstanceIds: ['mi-0123456789abcdef0'] },
      name: 'InvalidInstanceID.Malformed',
      message: 'Invalid id: "mi-0123456789abcdef0"',
    },
    {
      input: { InstanceIds: [unknown], MaxResults: 5 },
      name: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
    },
    {
      input: { Filters: [{ Name: 'favourite-colour', Values: ['blue'] }] },
      name: 'InvalidParameterValue',
      message: "The filter 'favourite-colour' is invalid",
    },
    {
      input: { Filters: [{ Name: 'instance-id', Values: Array.from({ length: 201 }, () => unknown) }] },
      name: 'FilterLimitExceeded',
      message: 'The maximum number of filter values specified on a single call is 200',
    },
  ])('refuses with $name: $message', async ({ input, name, message }) => {
    const refused = await refusal(client.send(new DescribeInstancesCommand(input)));

    expect(refused).toEqual({ name, message });
  });

  it('omits ids that a filter names in vain, even those of no EC2 form', async () => {
    const Filters = [{ Name: 'instance-id', Values: [unknown, 'mi-0123456789abcdef0'] }];

    const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters }));

    expect(Reservations).toEqual([]);
  });

  it('keeps to MaxResults', async () => {
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }));

    expect(Reservations.flatMap(({ Instances = [] }) => Instances).length).toBeLessThanOrEqual(5);
  });
});

describe('DescribeNetworkInterfaces', () => {
  it('gives nothing for an address that nobody holds', async () => {
    const Filters = [{ Name: 'addresses.private-ip-address', Values: ['192.0.2.1'] }];

    const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));

    expect(NetworkInterfaces).toEqual([]);
  });

  it('refuses an unknown id', async () => {
    const NetworkInterfaceIds = ['eni-0fedcba9876543210'];

    const refused = await refusal(client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds })));

    expect(refused.name).toBe('InvalidNetworkInterfaceID.NotFound');
  });
});

describe('DescribeSubnets', () => {
  it('omits ids that a filter names in vain', async () => {
    const Filters = [{ Name: 'subnet-id', Values: ['subnet-0fedcba9876543210'] }];

    const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters }));

    expect(Subnets).toEqual([]);
  });

  it('tells the VPC of each subnet', async () => {
    const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ MaxResults: 5 }));

    expect(Subnets.every(({ SubnetId, VpcId }) => SubnetId?.startsWith('subnet-') && VpcId?.startsWith('vpc-'))).toBe(
      true,
    );
  });

  it('refuses an unknown id', async () => {
    const refused = await refusal(client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0fedcba9876543210'] })));

    expect(refused).toEqual({
      name: 'InvalidSubnetID.NotFound',
      message: "The subnet ID 'subnet-0fedcba9876543210' does not exist",
    });
  });
});
