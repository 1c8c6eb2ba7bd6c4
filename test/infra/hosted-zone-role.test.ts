import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { describe, expect, it } from 'vitest';
import { templateResolver } from '../../examples/local/template/cloudformation.ts';
import { readPermissions } from '../../examples/local/template/permissions.ts';
import { SETTINGS } from '../../functions/contracts/settings.ts';
import { HostedZoneRole, type HostedZoneRoleProps, InvalidPropsError } from '../../infra/index.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';
import { EXTERNAL_ID, NETWORK } from '../support/zone-elsewhere.ts';
import { grants, trusts } from './grants.ts';
import { only, testApp } from './synthesized.ts';
import { ZONE_ROLE_TEMPLATE, zoneRole } from './zone-role-template.ts';

function made(props: Partial<HostedZoneRoleProps> = {}) {
  const stack = new Stack(testApp(), 'Zone', { env: { account: NETWORK, region: REGION } });
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Shared', {
    hostedZoneId: ZONE_ID,
    zoneName: ZONE.slice(0, -1),
  });
  new HostedZoneRole(stack, 'Role', { hostedZone, deploymentAccount: ACCOUNT, externalId: EXTERNAL_ID, ...props });
  return Template.fromStack(stack);
}

const line = (of: Readonly<Record<string, readonly string[]>>) => Object.values(of).flat();
const ZONE_ARN = `arn:{Partition}:route53:::hostedzone/${ZONE_ID}`;
const OURS = `arn:{Partition}:iam::${ACCOUNT}:role`;

describe('the role in the account of the zone', () => {
  it('has the rights in that zone that functions have in one of their own, and no others', () => {
    const key = 'ForAllValues:StringEquals route53:ChangeResourceRecordSets';
    expect(line(grants(made(), 'Allow'))).toEqual([
      `route53:ChangeResourceRecordSets ${ZONE_ARN} if ${key}RecordTypes A,SRV,TXT and ${key}Actions CREATE,DELETE`,
      `route53:GetHostedZone ${ZONE_ARN}`,
      `route53:ListResourceRecordSets ${ZONE_ARN}`,
    ]);
    expect(line(grants(made({ lowersSoa: true }), 'Allow'))).toContain(
      `route53:ChangeResourceRecordSets ${ZONE_ARN} if ${key}RecordTypes SOA and ${key}Actions UPSERT`,
    );
    expect(line(grants(made({ changesIpv6: true }), 'Allow'))[0]).toContain('RecordTypes A,AAAA,SRV,TXT and');
    expect(only(made(), 'AWS::IAM::Role').Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it.each<{ row: string; props: Partial<HostedZoneRoleProps>; callers: readonly string[]; id?: string }>([
    { row: 'the functions of the app', props: {}, callers: [`${OURS}/EcsServiceDiscoveryDns-*`], id: EXTERNAL_ID },
    { row: 'those of another stack', props: { deploymentStack: 'Shop' }, callers: [`${OURS}/Shop-*`], id: EXTERNAL_ID },
    {
      row: 'those of a stack with a long name, of which CloudFormation takes the beginning',
      props: { deploymentStack: 'A-Deployment-With-A-Very-Long-Name' },
      callers: [`${OURS}/A-Deployment-With-A-Very-*`],
      id: EXTERNAL_ID,
    },
    {
      row: 'people beside them',
      props: { operators: ['Operators', 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*'] },
      callers: [
        `${OURS}/EcsServiceDiscoveryDns-*`,
        `${OURS}/Operators`,
        `${OURS}/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*`,
      ],
      id: EXTERNAL_ID,
    },
  ])('may be assumed by $row, with the external id', ({ props, callers, id }) => {
    const when = `if ArnLike aws:PrincipalArn ${callers.join(',')} and StringEquals sts:ExternalId ${id}`;
    expect(line(trusts(made(props)))).toEqual([
      `Allow sts:AssumeRole AWS arn:{Partition}:iam::${ACCOUNT}:root ${when}`,
    ]);
  });

  it('asks for no external id where none is given', () => {
    const stack = new Stack(testApp(), 'Zone');
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Shared', {
      hostedZoneId: ZONE_ID,
      zoneName: 'shop.internal',
    });
    const { role } = new HostedZoneRole(stack, 'Role', { hostedZone, deploymentAccount: ACCOUNT });

    expect(line(trusts(Template.fromStack(stack))).join()).not.toContain('ExternalId');
    expect(stack.resolve(role.roleArn)).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
  });

  it.each<{ props: Partial<HostedZoneRoleProps>; says: string }>([
    { props: { deploymentAccount: '1234' }, says: 'deploymentAccount: got "1234", want twelve digits' },
    { props: { deploymentAccount: undefined as never }, says: 'deploymentAccount: got undefined, want twelve' },
    { props: { deploymentStack: 'my stack' }, says: 'deploymentStack: got "my stack", want letters' },
    { props: { externalId: 'a' }, says: 'externalId: got "a", want 2 to 1224 letters' },
    { props: { operators: ['*'] }, says: 'operators: got "*", want names of roles with their paths' },
    {
      props: { operators: ['arn:aws:iam::111111111111:role/Ops'] },
      says: 'operators: got "arn:aws:iam::111111111111:role/Ops", want names of roles with their paths, not their ARNs',
    },
  ])('refuses: $says', ({ props, says }) => {
    expect(() => made(props)).toThrow(InvalidPropsError);
    expect(() => made(props)).toThrow(says);
  });
});

describe('docs/hosted-zone-role.yaml', () => {
  /** What CloudFormation makes of the construct. */
  function ofConstruct(props: Partial<HostedZoneRoleProps>) {
    const place = { region: REGION, accountId: NETWORK, stackName: 'Zone', queueUrl: (name: string) => name };
    const [role] = readPermissions(templateResolver(made(props).toJSON() as never, place), place).roles;
    return role;
  }
  const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
  const sets = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.length === 1
        ? sets(value[0])
        : value.map(sets).sort()
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sets(one)]))
        : value;
  const said = (role: ReturnType<typeof zoneRole> | undefined) => ({
    trust: many(role?.trust.Statement).map(sets),
    rights: role?.policies.flatMap(({ Statement }) => many(Statement)).map(sets),
  });

  it.each<{ row: string; parameters: Readonly<Record<string, string>>; props: Partial<HostedZoneRoleProps> }>([
    { row: 'by default', parameters: {}, props: {} },
    { row: 'with a stack', parameters: { DeploymentStack: 'Shop' }, props: { deploymentStack: 'Shop' } },
    { row: 'with operators', parameters: { Operators: 'a/Ops' }, props: { operators: ['a/Ops'] } },
    { row: 'where IPv6 is published', parameters: { ChangesIpv6: 'true' }, props: { changesIpv6: true } },
    { row: 'where the SOA may be lowered', parameters: { LowersSoa: 'true' }, props: { lowersSoa: true } },
    { row: 'where services are shifted', parameters: { ReadsChanges: 'true' }, props: { readsChanges: true } },
  ])('says the same as the construct $row', ({ parameters, props }) => {
    expect(said(zoneRole(parameters))).toEqual(said(ofConstruct(props)));
  });

  it('asks for what the settings allow', () => {
    const { ExternalId, DeploymentStack } = ZONE_ROLE_TEMPLATE.Parameters as unknown as Readonly<
      Record<string, { readonly AllowedPattern: string; readonly Default?: string }>
    >;
    expect(ExternalId?.AllowedPattern).toBe(SETTINGS.hostedZoneExternalId.kind.pattern?.source);
    expect(DeploymentStack?.Default).toBe(SETTINGS.stackName.byDefault);
  });
});
