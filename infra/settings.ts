import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { charactersOf } from './cluster-arns.ts';
import { ROUTINGS, type Routing, type ServiceDiscoveryProps } from './props.ts';

/** Props with every default filled in and every rule checked. */
export interface Settings {
  readonly ownerLabel: string;
  readonly deploymentId: string;
  readonly recordTtlSeconds: number;
  readonly routing: Routing;
  /** Undefined: the SOA is left alone. */
  readonly negativeTtlSeconds?: number;
  readonly eventWindowSeconds: number;
  readonly schedule: scheduler.ScheduleExpression;
  readonly healthCheckPath: string;
  readonly maxDeleteShare: number;
  readonly guardMinimum: number;
  readonly minimumHealthyShare: number;
  readonly onUnhealthy: NonNullable<ServiceDiscoveryProps['onUnhealthy']>;
  readonly dashboard: boolean;
  readonly outcomeRetention: Duration;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly tracingEnabled: boolean;
  /** Where the health checker stands; undefined: nothing is probed. */
  readonly network?: { readonly vpc: ec2.IVpc } & Pick<ServiceDiscoveryProps, 'vpcSubnets' | 'securityGroups'>;
}

/** A prop that breaks a rule; the message says what was given and what is allowed. */
export class InvalidPropsError extends Error {
  override readonly name = 'InvalidPropsError';
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const ZONE_ID = /^[A-Z0-9]{1,32}$/;
const DEPLOYMENT = /^[\w.-]{1,128}$/;
const PATH = /^\/[\x21-\x7e]*$/;
const DAY = 86_400;
/** Characters for cluster ARNs in the environment of a function, which has 4 KB in all (LAM-QUO). */
const CLUSTER_CHARACTERS = 3_000;

/**
 * Fills in the defaults and checks what can be known when the template is made; tokens pass, the functions check them again.
 *
 * @throws InvalidPropsError
 */
export function settingsOf(scope: Construct, props: ServiceDiscoveryProps): Settings {
  checkZone(props.hostedZone);
  checkClusters(scope, props.clusters);
  const network = networkOf(props);
  return {
    ...(network && { network }),
    healthCheckPath: healthCheckPathOf(props),
    ownerLabel: text('ownerLabel', props.ownerLabel ?? 'ecs', {
      pattern: LABEL,
      want: 'one label of lower-case letters, digits and "-", at most 63 characters',
    }),
    deploymentId: text('deploymentId', props.deploymentId ?? topStack(scope).stackName, {
      pattern: DEPLOYMENT,
      want: 'letters, digits, "_", "." and "-", at most 128 characters',
    }),
    recordTtlSeconds: seconds('recordTtl', props.recordTtl ?? Duration.seconds(5), { from: 0, to: DAY }),
    routing: routingOf(props.routing ?? 'simple'),
    ...(props.negativeTtl && {
      negativeTtlSeconds: seconds('negativeTtl', props.negativeTtl, { from: 0, to: DAY }),
    }),
    eventWindowSeconds: seconds('eventWindow', props.eventWindow ?? Duration.seconds(2), { from: 1, to: 60 }),
    schedule: scheduleOf(props.schedule ?? scheduler.ScheduleExpression.rate(Duration.minutes(5))),
    maxDeleteShare: share('maxDeleteShare', props.maxDeleteShare ?? 0.3, { orZero: false }),
    guardMinimum: count('guardMinimum', props.guardMinimum ?? 10),
    minimumHealthyShare: share('minimumHealthyShare', props.minimumHealthyShare ?? 0.5, { orZero: true }),
    onUnhealthy: onUnhealthyOf(props.onUnhealthy ?? 'deregister'),
    dashboard: props.dashboard ?? true,
    outcomeRetention: days('outcomeRetention', props.outcomeRetention ?? Duration.days(90)),
    logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    tracingEnabled: props.tracingEnabled ?? false,
  };
}

function checkZone(zone: route53.IHostedZone): void {
  if (zone instanceof route53.PublicHostedZone) {
    throw new InvalidPropsError(`hostedZone: got the public hosted zone "${zone.zoneName}", want a private one`);
  }
  text('hostedZone.hostedZoneId', zone.hostedZoneId, {
    pattern: ZONE_ID,
    want: 'the id alone, like Z0123456789ABCDEFGHIJ',
  });
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

function networkOf({ healthCheck = true, vpc, vpcSubnets, securityGroups }: ServiceDiscoveryProps) {
  if (!healthCheck) return undefined;
  if (!vpc) {
    throw new InvalidPropsError('vpc: got none, want the VPC to probe instances from, or healthCheck: false');
  }
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

function healthCheckPathOf({ healthCheck = true, healthCheckPath }: ServiceDiscoveryProps): string {
  if (healthCheckPath === undefined) return '';
  if (!healthCheck) {
    throw new InvalidPropsError(`healthCheckPath: got "${healthCheckPath}" with healthCheck: false, want one of both`);
  }
  return text('healthCheckPath', healthCheckPath, {
    pattern: PATH,
    want: 'a path that begins with "/" and has no spaces, like /health',
  });
}

/** TypeScript checks it where the construct is used from TypeScript; context is text. */
function routingOf(routing: Routing): Routing {
  if (ROUTINGS.includes(routing)) return routing;
  throw new InvalidPropsError(`routing: got "${routing}", want ${ROUTINGS.join(', ')}`);
}

/** Plain JavaScript may give anything, and a permission hangs on it. */
function onUnhealthyOf(value: string): Settings['onUnhealthy'] {
  if (value === 'deregister' || value === 'deregister-and-stop') return value;
  throw new InvalidPropsError(`onUnhealthy: got "${value}", want deregister or deregister-and-stop`);
}

function scheduleOf(schedule: scheduler.ScheduleExpression): scheduler.ScheduleExpression {
  if (schedule.expressionString.startsWith('at(')) {
    throw new InvalidPropsError(`schedule: got ${schedule.expressionString}, want one that repeats: a rate or a cron`);
  }
  return schedule;
}

function text(name: string, value: string, { pattern, want }: { pattern: RegExp; want: string }): string {
  if (Token.isUnresolved(value) || pattern.test(value)) return value;
  throw new InvalidPropsError(`${name}: got "${value}", want ${want}`);
}

function seconds(name: string, duration: Duration, { from, to }: { from: number; to: number }): number {
  const value = duration.toSeconds({ integral: false });
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new InvalidPropsError(`${name}: got ${value} seconds, want whole seconds from ${from} to ${to}`);
}

function days(name: string, duration: Duration): Duration {
  const value = duration.toDays({ integral: false });
  if (Number.isInteger(value) && value >= 1) return duration;
  throw new InvalidPropsError(`${name}: got ${value} days, want whole days, at least 1`);
}

function count(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidPropsError(`${name}: got ${value}, want a whole number, at least 1`);
}

function share(name: string, value: number, { orZero }: { orZero: boolean }): number {
  if (value <= 1 && (value > 0 || (orZero && value === 0))) return value;
  throw new InvalidPropsError(`${name}: got ${value}, want a share ${orZero ? 'from 0' : 'above 0'} to 1`);
}

/** The stack that is deployed: the name of a nested one changes when it is replaced. */
export function topStack(scope: Construct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
