import { Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import {
  refusal,
  refused,
  SETTINGS,
  type Setting,
  type SettingName,
  unknownName,
  type Values,
} from '../functions/contracts/settings.ts';
import { checkAlarmTopic } from './alarm-topic.ts';
import { type PlainProps, PROP_NAMES, type PropName, plainOf, propOf } from './cdk-values.ts';
import { charactersOf } from './cluster-arns.ts';
import { allowedOf, PROPS, shownProp, wrongType } from './given.ts';
import { InvalidPropsError } from './invalid-props.ts';
import type { ServiceDiscoveryProps } from './props.ts';

/** What resources are handed as it is; of the rest a resource gets the plain value. */
const OF_THE_CDK = ['schedule', 'outcomeRetention', 'logRetention', 'removalPolicy'] as const;
type OfTheCdk = (typeof OF_THE_CDK)[number];

/** Props with every default filled in and every rule checked: plain values, but for what the CDK itself is handed. */
export type Settings = Omit<Pick<Values, keyof PlainProps>, OfTheCdk | 'deploymentId'> &
  Required<Pick<PlainProps, OfTheCdk>> & {
    readonly deploymentId: string;
    /** Where the health checker stands; undefined: nothing is probed. */
    readonly network?: { readonly vpc: ec2.IVpc } & Pick<ServiceDiscoveryProps, 'vpcSubnets' | 'securityGroups'>;
  };

/** Characters for cluster ARNs in the environment of a function, which has 4 KB in all (Lambda quotas). */
const CLUSTER_CHARACTERS = 3_000;

/**
 * Fills in the defaults and checks what can be known when the template is made; tokens pass, the functions check them again.
 *
 * @throws InvalidPropsError
 */
export function settingsOf(scope: Construct, props: ServiceDiscoveryProps): Settings {
  checkNames(props);
  for (const name of PROPS) {
    const wrong = wrongType(name, props[name as keyof ServiceDiscoveryProps]);
    if (wrong !== undefined) throw new InvalidPropsError(wrong);
  }
  checkZone(props.hostedZone);
  checkZoneRole(props);
  checkClusters(scope, props.clusters);
  checkAlarmTopic(scope, props.alarmTopic);
  const given = { deploymentId: topStack(scope).stackName, ...withoutUndefined(props) };
  const settings = Object.fromEntries(PROP_NAMES.map((name) => [name, settingOf(name, given[name])]));
  checkBeyondCapacity(props);
  const network = networkOf(props);
  return { ...settings, ...(network && { network }) } as Settings;
}

/** So that a prop that is given as undefined is left out. */
const withoutUndefined = (props: ServiceDiscoveryProps): Partial<ServiceDiscoveryProps> =>
  Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined));

/** One prop, checked; its default where it is left out. */
function settingOf(name: PropName, given: unknown): unknown {
  const { byDefault }: Setting<unknown> = SETTINGS[name];
  const plain = given === undefined ? byDefault : plainOf(name, given);
  if (plain !== undefined) check(name, plain, { where: name, want: allowedOf(name) });
  return (OF_THE_CDK as readonly PropName[]).includes(name) ? (given ?? propOf(name, byDefault)) : plain;
}

/** Text that becomes known only when it is deployed passes: the functions check it again. */
function check(name: SettingName, value: unknown, { where, want }: { where: string; want: string }): void {
  const { kind, unit }: Setting<unknown> = SETTINGS[name];
  if (Token.isUnresolved(value)) {
    if (kind.pattern && typeof value === 'string') return;
    const wanted = kind.pattern ? `a text: ${want}` : `what is known when the template is made: ${want}`;
    throw new InvalidPropsError(refused(where, 'a token', wanted));
  }
  if (kind.allows(value)) return;
  if (typeof value === 'number' && (unit === 'seconds' || unit === 'days')) {
    throw new InvalidPropsError(refusal(where, value, { want, unit }));
  }
  throw new InvalidPropsError(refused(where, shownProp(value), want));
}

/** TypeScript sees to it for whoever uses it. */
function checkNames(props: unknown): void {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    throw new InvalidPropsError(refused('props', shownProp(props), 'an object, like { hostedZone, vpc }'));
  }
  const unknown = Object.keys(props).filter((name) => !PROPS.includes(name));
  if (unknown.length === 0) return;
  throw new InvalidPropsError(unknown.map((name) => unknownName('prop', name, PROPS)).join(' | '));
}

function checkZone(zone: route53.IHostedZone): void {
  if (zone === undefined) throw new InvalidPropsError(refused('hostedZone', 'none', allowedOf('hostedZone')));
  if (zone instanceof route53.PublicHostedZone) {
    throw new InvalidPropsError(`hostedZone: got the public hosted zone "${zone.zoneName}", want a private one`);
  }
  const { hostedZoneId, hostedZoneName } = SETTINGS;
  check('hostedZoneId', zone.hostedZoneId, { where: 'hostedZone.hostedZoneId', want: hostedZoneId.kind.want });
  check('hostedZoneName', zone.zoneName, { where: 'hostedZone.zoneName', want: hostedZoneName.kind.want });
}

function checkZoneRole({ hostedZoneRole: role, hostedZoneExternalId: id }: ServiceDiscoveryProps): void {
  const { want } = SETTINGS.hostedZoneRoleArn.kind;
  if (role) check('hostedZoneRoleArn', role.roleArn, { where: 'hostedZoneRole.roleArn', want });
  if (role || id === undefined) return;
  throw new InvalidPropsError(
    `hostedZoneExternalId: got ${shownProp(id)} without hostedZoneRole, want both or none: it is sent to assume that role`,
  );
}

/** A cluster elsewhere is unknown here, and what ECS does not know counts as gone: its values would be removed. */
function checkClusters(scope: Construct, clusters: ServiceDiscoveryProps['clusters']): void {
  if (clusters?.length === 0) {
    throw new InvalidPropsError('clusters: got an empty list, want at least one, or no list for every cluster');
  }
  const arns = (clusters ?? []).map(({ clusterArn }) => clusterArn);
  if (charactersOf(scope, arns) > CLUSTER_CHARACTERS) {
    throw new InvalidPropsError(
      `clusters: got ${arns.length}, want so few that their ARNs fit into ${CLUSTER_CHARACTERS} characters, or no list for every cluster`,
    );
  }
  const { account, region } = Stack.of(scope);
  for (const arn of arns) {
    if (Token.isUnresolved(arn)) continue;
    const [, , , itsRegion = '', itsAccount = ''] = arn.split(':');
    const elsewhere = (known: string, its: string) => !Token.isUnresolved(known) && known !== its;
    if (elsewhere(region, itsRegion) || elsewhere(account, itsAccount)) {
      throw new InvalidPropsError(
        `clusters: got ${arn}, want clusters of this stack's account and Region, ${account} and ${region}`,
      );
    }
  }
}

/** Only a simple set has more to spread than one instance. */
function checkBeyondCapacity({ beyondCapacity, routing = SETTINGS.routing.byDefault }: ServiceDiscoveryProps): void {
  if (beyondCapacity !== 'spread' || routing === 'simple') return;
  throw new InvalidPropsError(`beyondCapacity: got "spread" with routing: "${routing}", want routing: "simple"`);
}

function networkOf({
  healthCheck = SETTINGS.healthCheck.byDefault,
  healthCheckPath,
  vpc,
  vpcSubnets,
  securityGroups,
}: ServiceDiscoveryProps) {
  if (!healthCheck) {
    if (healthCheckPath === undefined) return undefined;
    throw new InvalidPropsError(`healthCheckPath: got "${healthCheckPath}" with healthCheck: false, want one of both`);
  }
  if (!vpc) {
    throw new InvalidPropsError('vpc: got none, want the VPC to probe instances from, or healthCheck: false');
  }
  if (securityGroups?.length === 0) {
    throw new InvalidPropsError('securityGroups: got an empty list, want at least one, or no list for a new one');
  }
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

/** The stack that is deployed: the name of a nested one changes when it is replaced. */
export function topStack(scope: Construct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
