import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../examples/environment/config.ts';
import { CDK_JSON, functionsOf, ofType, only, rendered, testApp } from '../../infra/synthesized.ts';
import { environment } from '../../infra/templates.ts';

const template = environment();

interface Rule {
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly GroupId?: unknown;
  readonly CidrIp?: string;
  readonly SourceSecurityGroupId?: unknown;
  readonly DestinationSecurityGroupId?: unknown;
}

const groupOf = (reference: unknown) => rendered(reference).replace(/^\{(\w+)SecurityGroup\}$/, '$1');
const ports = ({ IpProtocol, FromPort, ToPort }: Rule) =>
  `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;

/** Who lets whom in, and who is let out to whom: `Hosts < Portal tcp 8080`, `Hosts > 0.0.0.0/0 tcp 443`. */
function rules(of: Template): { readonly into: readonly string[]; readonly out: readonly string[] } {
  const inline = (key: string) =>
    ofType(of, 'AWS::EC2::SecurityGroup').flatMap(({ id, Properties }) =>
      ((Properties[key] ?? []) as readonly Rule[]).map((rule) => ({ ...rule, GroupId: { Ref: id } })),
    );
  const apart = (type: string) => ofType(of, type).map(({ Properties }) => Properties as unknown as Rule);
  const into = [...inline('SecurityGroupIngress'), ...apart('AWS::EC2::SecurityGroupIngress')];
  const out = [...inline('SecurityGroupEgress'), ...apart('AWS::EC2::SecurityGroupEgress')];
  return {
    into: into.map(
      (rule) => `${groupOf(rule.GroupId)} < ${rule.CidrIp ?? groupOf(rule.SourceSecurityGroupId)} ${ports(rule)}`,
    ),
    out: out.map(
      (rule) => `${groupOf(rule.GroupId)} > ${rule.CidrIp ?? groupOf(rule.DestinationSecurityGroupId)} ${ports(rule)}`,
    ),
  };
}

describe('who reaches whom', () => {
  it('nothing is open to the world but the port of the load balancer', () => {
    expect([...rules(template).into].sort()).toEqual([
      'CalcOnFargate < Checker tcp 8081',
      'CalcOnFargate < Portal tcp 8081',
      'Hosts < Checker tcp 32768-65535',
      'Hosts < Portal tcp 32768-65535',
      'Portal < PortalEntrance tcp 8080',
      'PortalEntrance < 0.0.0.0/0 tcp 80',
    ]);
  });

  it('only those that load images and call AWS get out, by HTTPS', () => {
    expect([...rules(template).out].sort()).toEqual([
      'CalcOnFargate > 0.0.0.0/0 tcp 443',
      'Checker > CalcOnFargate tcp 8081',
      'Checker > Hosts tcp 32768-65535',
      'Hosts > 0.0.0.0/0 tcp 443',
      'Portal > CalcOnFargate tcp 8081',
      'Portal > Hosts tcp 32768-65535',
      'PortalEntrance > Portal tcp 8080',
    ]);
  });

  it('everything that has an interface is in its own group', () => {
    const { LaunchTemplateData } = only(template, 'AWS::EC2::LaunchTemplate').Properties;
    const inVpc = ofType(template, 'AWS::ECS::Service').flatMap(({ Properties }) => {
      const network = Properties.NetworkConfiguration as { AwsvpcConfiguration: Record<string, unknown> } | undefined;
      return network ? [network.AwsvpcConfiguration] : [];
    });

    expect(groupOf((LaunchTemplateData as { SecurityGroupIds: unknown }).SecurityGroupIds)).toBe('Hosts');
    expect(inVpc.map(({ SecurityGroups }) => groupOf(SecurityGroups)).sort()).toEqual(['CalcOnFargate', 'Portal']);
    expect(inVpc.map(({ AssignPublicIp }) => AssignPublicIp)).toEqual(['DISABLED', 'DISABLED']);
    const checker = functionsOf(template).get('check-health')?.properties.VpcConfig as { SecurityGroupIds: unknown };
    expect(groupOf(checker.SecurityGroupIds)).toBe('Checker');
    const balancer = only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
    expect(groupOf(balancer.SecurityGroups)).toBe('PortalEntrance');
  });

  it('the default group of the VPC lets nothing through', () => {
    expect(rendered(only(template, 'Custom::VpcRestrictDefaultSG').Properties.DefaultSecurityGroupId)).toBe(
      '{NetworkVpc}',
    );
  });
});

describe('allowedCidr', () => {
  it('narrows the load balancer to some', () => {
    const narrowed = rules(environment({ allowedCidr: '203.0.113.7/32' })).into;

    expect(narrowed.filter((rule) => rule.includes('/'))).toEqual(['PortalEntrance < 203.0.113.7/32 tcp 80']);
  });

  it.each(['allowedcidr', 'allowedCIDR', 'allowedCidrs', 'recordTtl', 'constructor', 'x'.repeat(10_000)])(
    'is not what the key %.40s is: it is refused, as the world would get in',
    (key) => {
      const act = () => readConfig(testApp({ [key]: '203.0.113.7/32' }).node);

      expect(act).toThrow(`context: got the key "${key.slice(0, 80)}", want allowedCidr only; settings of discovery`);
    },
  );

  it('leaves alone what is of the CDK', () => {
    const context = { ...CDK_JSON, 'cli-telemetry': false, 'acknowledged-issue-numbers': [1], 'hosted-zone:x': {} };

    expect(readConfig(testApp(context).node)).toEqual({ allowedCidr: '0.0.0.0/0' });
  });

  it.each([null, 1, true, {}, ['10.0.0.0/8', '10.1.0.0/16']])('refuses %j, of a cdk.json', (allowedCidr) => {
    expect(() => readConfig(testApp({ allowedCidr }).node)).toThrow(
      `allowedCidr: got ${JSON.stringify(allowedCidr)}, want IPv4 addresses like 203.0.113.7/32`,
    );
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0/8', 'everybody', '', '::/0', '10.0.0.0/8,'])(
    'refuses "%s"',
    (allowedCidr) => {
      const act = () => readConfig(testApp({ allowedCidr }).node);

      expect(act).toThrow(`allowedCidr: got ${JSON.stringify(allowedCidr)}, want IPv4 addresses like 203.0.113.7/32`);
    },
  );
});

describe('the network', () => {
  it('has what a private zone needs', () => {
    expect(only(template, 'AWS::EC2::VPC').Properties).toMatchObject({
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
    });
    const { Name, VPCs } = only(template, 'AWS::Route53::HostedZone').Properties;
    expect(Name).toBe('servicediscovery.internal.');
    expect((VPCs as readonly { VPCId: unknown }[]).map(({ VPCId }) => rendered(VPCId))).toEqual(['{NetworkVpc}']);
  });

  it('remembers for 5 s only that a name does not exist', () => {
    expect(functionsOf(template).get('plan-changes')?.environment.NEGATIVE_TTL).toBe('5');
  });

  it('gives no public address to anything but the load balancer and the NAT gateway', () => {
    const subnets = ofType(template, 'AWS::EC2::Subnet');

    expect(subnets).toHaveLength(4);
    expect(subnets.map(({ Properties }) => Properties.MapPublicIpOnLaunch)).toEqual([false, false, false, false]);
    expect(ofType(template, 'AWS::EC2::EIP')).toHaveLength(1);
  });
});

describe('the hosts', () => {
  const data = only(template, 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData as Readonly<
    Record<string, unknown>
  >;

  it('are two, in private subnets, replaced one after the other', () => {
    const group = only(template, 'AWS::AutoScaling::AutoScalingGroup');

    expect(group.Properties).toMatchObject({ MinSize: '2', MaxSize: '3' });
    expect(rendered(group.Properties.VPCZoneIdentifier)).toBe(
      '{NetworkVpcPrivateSubnet1Subnet},{NetworkVpcPrivateSubnet2Subnet}',
    );
    expect(Reflect.get(group, 'UpdatePolicy')).toMatchObject({
      AutoScalingRollingUpdate: { MaxBatchSize: 1, MinInstancesInService: 2 },
    });
  });

  it('are drained by ECS before they go', () => {
    const { AutoScalingGroupProvider } = only(template, 'AWS::ECS::CapacityProvider').Properties;

    expect(AutoScalingGroupProvider).toMatchObject({ ManagedDraining: 'ENABLED' });
  });

  it('give their credentials to no container, and take metadata requests of version 2 only', () => {
    expect(data.MetadataOptions).toEqual({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(JSON.stringify(data.UserData)).toContain('ECS_AWSVPC_BLOCK_IMDS=true');
  });

  it('are reached by Session Manager: there is no key, and the disk is encrypted', () => {
    expect(data.KeyName).toBeUndefined();
    expect(data.BlockDeviceMappings).toEqual([
      { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 30, VolumeType: 'gp3' } },
    ]);
  });

  it('run the image that AWS recommends at each deployment, told by a parameter that CloudFormation reads', () => {
    const parameters: Readonly<Record<string, { Type: string; Default: string }>> = template.toJSON().Parameters;
    const { Ref } = data.ImageId as { Ref: string };

    expect(parameters[Ref]).toEqual({
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
    });
    expect(data.InstanceType).toMatch(/^t4g\./);
  });
});
