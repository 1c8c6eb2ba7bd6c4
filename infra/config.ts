import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { Node } from 'constructs';
import type { Routing, ServiceDiscoveryProps } from './props.ts';

/** The props that need no other resource. */
type PlainProps = Omit<ServiceDiscoveryProps, 'hostedZone' | 'vpc' | 'vpcSubnets' | 'securityGroups' | 'clusters'>;

/** What `cdk deploy` was told, by context; ids that are not given become CloudFormation parameters. */
export interface Config {
  readonly stackName: string;
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
  readonly vpcId?: string;
  readonly privateSubnetIds?: readonly string[];
  /** Names or ARNs. */
  readonly clusters?: readonly string[];
  readonly props: Partial<PlainProps>;
}

/** Context that cannot be read; the message names each key, what was given and what is allowed. */
export class InvalidContextError extends Error {
  override readonly name = 'InvalidContextError';
}

interface Key<T> {
  readonly want: string;
  /** Undefined when the text is not what is wanted. */
  readonly read: (text: string) => T | undefined;
}

const matching = (pattern: RegExp, want: string): Key<string> => ({
  want,
  read: (text) => (pattern.test(text) ? text : undefined),
});
const list = (pattern: RegExp, want: string): Key<readonly string[]> => ({
  want: `${want}, separated by commas`,
  read: (text) => {
    const items = text.split(',').map((item) => item.trim());
    return items.every((item) => pattern.test(item)) ? items : undefined;
  },
});
const number = <T>(want: string, make: (value: number) => T): Key<T> => ({
  want,
  read: (text) => (/^\d+(\.\d+)?$/.test(text) ? make(Number(text)) : undefined),
});
const oneOf = <T>(choices: Readonly<Record<string, T>>): Key<T> => ({
  want: Object.keys(choices).join(' or '),
  read: (text) => (Object.hasOwn(choices, text) ? choices[text] : undefined),
});
const anything: Key<string> = { want: 'a text', read: (text) => text };
const DECISION = oneOf({ true: true, false: false });

const RETENTIONS = Object.fromEntries(
  Object.values(logs.RetentionDays).flatMap((days) =>
    typeof days !== 'number' ? [] : [[days === logs.RetentionDays.INFINITE ? 'forever' : String(days), days] as const],
  ),
);

/** Which resources there are. */
const IDS = {
  hostedZoneId: matching(/^Z[A-Z0-9]{1,31}$/, 'the id of a private hosted zone, like Z0123456789ABCDEFGHIJ'),
  hostedZoneName: matching(/^([\w-]+\.)*[\w-]+\.?$/, 'the name of the hosted zone, like servicediscovery.internal'),
  vpcId: matching(/^vpc-[0-9a-f]+$/, 'the id of a VPC, like vpc-0123456789abcdef0'),
  privateSubnetIds: list(/^subnet-[0-9a-f]+$/, 'ids of subnets, like subnet-0123456789abcdef0'),
  clusters: list(/^(arn:[^\s,]+:cluster\/)?[\w-]{1,255}$/, 'names or ARNs of ECS clusters'),
} as const;

/** The construct's props by their own names; it checks their ranges itself. */
const PROPS = {
  healthCheck: DECISION,
  healthCheckPath: anything,
  ownerLabel: anything,
  deploymentId: anything,
  recordTtl: number('seconds', Duration.seconds),
  routing: oneOf<Routing>({ simple: 'simple', weighted: 'weighted', multivalue: 'multivalue' }),
  negativeTtl: number('seconds', Duration.seconds),
  schedule: matching(/^(rate|cron)\(.+\)$/, 'an expression of EventBridge Scheduler, like "rate(5 minutes)"'),
  eventWindow: number('seconds', Duration.seconds),
  maxDeleteShare: number('a number', (value) => value),
  guardMinimum: number('a number', (value) => value),
  minimumHealthyShare: number('a number', (value) => value),
  onUnhealthy: oneOf({ deregister: 'deregister', 'deregister-and-stop': 'deregister-and-stop' } as const),
  dashboard: DECISION,
  outcomeRetention: number('days', Duration.days),
  logRetention: oneOf(RETENTIONS),
  removalPolicy: oneOf({ retain: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, destroy: RemovalPolicy.DESTROY }),
  tracingEnabled: DECISION,
} as const satisfies Readonly<Record<keyof PlainProps, Key<unknown>>>;

const STACK = {
  stackName: matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'letters, digits and "-", beginning with a letter'),
} as const;

/**
 * Reads and checks the context, once.
 *
 * @throws InvalidContextError that names every fault
 */
export function readConfig(node: Node): Config {
  const faults: string[] = [];
  const read = <K extends Readonly<Record<string, Key<unknown>>>>(keys: K) =>
    Object.fromEntries(
      Object.entries(keys).flatMap(([name, key]) => {
        const given: unknown = node.tryGetContext(name);
        if (given === undefined) return [];
        const value = key.read(Array.isArray(given) ? given.join(',') : String(given));
        if (value === undefined) faults.push(`${name}: got ${JSON.stringify(given)}, want ${key.want}`);
        return value === undefined ? [] : [[name, value]];
      }),
    ) as { readonly [N in keyof K]?: NonNullable<ReturnType<K[N]['read']>> };

  const { stackName = 'EcsServiceDiscoveryDns' } = read(STACK);
  const ids = read(IDS);
  const { schedule, ...props } = read(PROPS);
  if (faults.length > 0) throw new InvalidContextError(`invalid context: ${faults.join(' | ')}`);
  return {
    stackName,
    ...ids,
    props: { ...props, ...(schedule && { schedule: scheduler.ScheduleExpression.expression(schedule) }) },
  };
}
