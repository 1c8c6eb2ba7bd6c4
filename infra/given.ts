import { Token } from 'aws-cdk-lib';
import { ROWS, refused, SETTINGS, type Setting, type SettingName, shown } from '../functions/contracts/settings.ts';
import { formOf, isDuration } from './cdk-values.ts';

/** What a prop that is a resource of the CDK must be; told by what it has, as an app may have two copies of the library. */
interface Resource {
  readonly want: string;
  readonly is: (value: unknown) => boolean;
}

const has =
  (...keys: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && keys.every((key) => typeof Reflect.get(value, key) === 'string');
const listOf = (is: Resource['is']) => (value: unknown) => Array.isArray(value) && value.every(is);
/** Of `ec2.SubnetSelection`; one of them is enough, as a later library may know more. */
const SELECTS = [
  'availabilityZones',
  'onePerAz',
  'subnetFilters',
  'subnetGroupName',
  'subnetName',
  'subnets',
  'subnetType',
];
const isSelection = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  (Object.keys(value).length === 0 || SELECTS.some((key) => key in value));

const RESOURCES: Readonly<Record<string, Resource>> = {
  hostedZone: {
    want: 'a private hosted zone, like route53.HostedZone.fromHostedZoneAttributes(…)',
    is: has('hostedZoneId', 'zoneName'),
  },
  hostedZoneRole: {
    want: "a role of the zone's account, like iam.Role.fromRoleArn(…)",
    is: has('roleArn'),
  },
  vpc: { want: 'a VPC, like ec2.Vpc.fromVpcAttributes(…)', is: has('vpcId') },
  vpcSubnets: {
    want: 'a selection of subnets, like { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }',
    is: isSelection,
  },
  securityGroups: {
    want: 'a list of security groups, like [ec2.SecurityGroup.fromSecurityGroupId(…)]',
    is: listOf(has('securityGroupId')),
  },
  clusters: {
    want: "a list of clusters of this stack's account and Region, like [ecs.Cluster.fromClusterArn(…)]",
    is: listOf(has('clusterArn')),
  },
  alarmTopic: {
    want: "a standard SNS topic of this stack's Region, like sns.Topic.fromTopicArn(…)",
    is: has('topicArn'),
  },
};

/** Every prop, in the order of the table of settings. */
export const PROPS = [...new Set(ROWS.flatMap(([name, { prop = name }]) => (prop === false ? [] : [prop])))];

/** What a prop may be: the end of its errors, and its cell on the page of settings. */
export function allowedOf(prop: string): string {
  const { kind }: Setting<unknown> = SETTINGS[prop as SettingName] ?? SETTINGS.hostedZoneId;
  const { as } = formOf(prop) ?? {};
  return RESOURCES[prop]?.want ?? (as === undefined ? kind.want : `${kind.want}, as ${as}`);
}

/** What is wrong with a prop whose type is not the one that TypeScript wants; undefined: nothing. */
export function wrongType(prop: string, given: unknown): string | undefined {
  if (given === undefined || (RESOURCES[prop] ?? formOf(prop))?.is(given) !== false) return undefined;
  return refused(prop, shownProp(given), allowedOf(prop));
}

/** What was given, as far as it can be said before it is deployed. */
export function shownProp(given: unknown): string {
  if (isDuration(given)) return given.isUnresolved() ? 'a token' : `${given}`;
  return Token.isUnresolved(given) ? 'a token' : shown(given);
}
