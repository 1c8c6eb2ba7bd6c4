import { decision, type Kind, list, oneOf, share, text, whole } from './setting-kinds.ts';

export { refusal, refused, shown, unknownName } from './setting-kinds.ts';

/**
 * One setting. Its name is the key of its row, the CDK's context key and the construct's prop, unless the row says another.
 */
export interface Setting<T> {
  /** The beginning of one sentence; that of the prop's docstring and of the README's row. */
  readonly says: string;
  /** What a prop may be, once `infra/cdk-values.ts` has made it plain. */
  readonly kind: Kind<T>;
  /** Where the context takes more, or writes it otherwise. */
  readonly inContext?: Kind<unknown>;
  /** Where the environment writes it otherwise. */
  readonly inEnvironment?: Kind<unknown>;
  /** The only place where a default stands. */
  readonly byDefault?: T;
  /** What happens without it; such a setting may be left out, and is an empty text in the environment. */
  readonly otherwise?: string;
  readonly unit?: 'seconds' | 'days' | 'share' | 'values';
  /** Of the functions that read it. */
  readonly variable?: string;
  /** `false`: only the app has it. */
  readonly prop?: string | false;
  /** `false`: only the construct has it. */
  readonly context?: false;
  /** By which the app asks for it, when the context does not say. */
  readonly parameter?: { readonly name: string; readonly type: string };
}

const DAY = 86_400;
const CLUSTER_NAME = '[\\w-]{1,255}';
const CLUSTER_ARN = 'arn:[^\\s,]+:cluster/';

/** Days that CloudWatch keeps logs for, `RetentionDays` of the CDK. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Every setting, in the order of the README. */
export const SETTINGS = {
  stackName: {
    says: 'Name of the stack',
    kind: text(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'letters, digits and "-", beginning with a letter'),
    byDefault: 'EcsServiceDiscoveryDns',
    prop: false,
  },
  hostedZoneId: {
    says: 'Private hosted zone that receives the SRV and address record sets',
    kind: text(/^[A-Z0-9]{1,32}$/, 'the id of a private hosted zone alone, like Z0123456789ABCDEFGHIJ'),
    variable: 'HOSTED_ZONE_ID',
    prop: 'hostedZone',
    parameter: { name: 'HostedZoneId', type: 'AWS::Route53::HostedZone::Id' },
  },
  hostedZoneName: {
    says: 'Name of that zone; a run refuses a zone of another name',
    kind: text(/^(?=.{1,254}$)([^.\s]+\.)*[^.\s]+\.?$/, 'the name of the hosted zone, like servicediscovery.internal'),
    variable: 'ZONE_NAME',
    prop: 'hostedZone',
    parameter: { name: 'HostedZoneName', type: 'String' },
  },
  hostedZoneRoleArn: {
    says: 'Role in the account of the zone, by which the zone is read and changed',
    kind: text(
      /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
      'the ARN of an IAM role, like arn:aws:iam::123456789012:role/HostedZone',
    ),
    otherwise: 'the zone is in the account of the deployment',
    variable: 'HOSTED_ZONE_ROLE',
    prop: 'hostedZoneRole',
  },
  hostedZoneExternalId: {
    says: 'External id that the trust of that role asks for',
    kind: text(
      /^[\w+=,.@:/-]{2,1224}$/,
      '2 to 1224 letters, digits and characters of "_+=,.@:/-", as the trust of the role has it',
    ),
    otherwise: 'none is sent',
    variable: 'HOSTED_ZONE_EXTERNAL_ID',
  },
  vpcId: {
    says: 'VPC that the health checker is attached to',
    kind: text(/^vpc-[0-9a-f]+$/, 'the id of a VPC, like vpc-0123456789abcdef0'),
    otherwise: 'none',
    variable: 'CHECKER_VPC',
    prop: 'vpc',
    parameter: { name: 'VpcId', type: 'AWS::EC2::VPC::Id' },
  },
  privateSubnetIds: {
    says: 'Subnets of the health checker',
    kind: list(/^subnet-[0-9a-f]+$/, 'ids of subnets, like subnet-0123456789abcdef0'),
    otherwise: 'the private subnets of the VPC',
    prop: 'vpcSubnets',
    parameter: { name: 'PrivateSubnetIds', type: 'List<AWS::EC2::Subnet::Id>' },
  },
  securityGroups: {
    says: 'Security groups of the health checker',
    kind: text(/./, 'security groups'),
    otherwise: 'a new one, which lets TCP out and nothing in',
    context: false,
  },
  clusters: {
    says: 'Clusters whose running tasks are published',
    kind: list(new RegExp(`^${CLUSTER_ARN}${CLUSTER_NAME}$`), 'ARNs of ECS clusters'),
    inContext: list(new RegExp(`^(${CLUSTER_ARN})?${CLUSTER_NAME}$`), 'names or ARNs of ECS clusters'),
    otherwise: "every cluster of the stack's account and Region",
    variable: 'CLUSTERS',
  },
  publishTasks: {
    says: 'Whose tasks are published: `all`, or only those of `services`',
    kind: oneOf(['all', 'services']),
    byDefault: 'all',
    variable: 'PUBLISH_TASKS',
  },
  healthCheck: {
    says: 'Whether instances are probed',
    kind: decision,
    inEnvironment: oneOf(['on', 'off']),
    byDefault: true,
    variable: 'HEALTH_CHECK',
  },
  ecsAnywhere: {
    says: 'Whether instances of ECS Anywhere are published, by the addresses that Systems Manager has of their machines',
    kind: decision,
    byDefault: false,
    variable: 'ECS_ANYWHERE',
  },
  anywhereProbed: {
    says: 'Whether the health checker reaches the machines of ECS Anywhere',
    kind: decision,
    byDefault: false,
    variable: 'ANYWHERE_PROBED',
  },
  healthCheckPath: {
    says: 'Path of the HTTP check of ports that declare none themselves',
    kind: text(/^\/[\x21-\x7e]*$/, 'a path that begins with "/" and has no spaces, like /health'),
    otherwise: 'none',
    variable: 'HEALTH_CHECK_PATH',
  },
  ownerLabel: {
    says: 'The label that makes a value ours',
    kind: text(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'one label of lower-case letters, digits and "-", at most 63 characters',
    ),
    byDefault: 'ecs',
    variable: 'OWNER_LABEL',
  },
  deploymentId: {
    says: 'Names this deployment',
    kind: text(/^[\w.-]{1,128}$/, 'letters, digits, "_", "." and "-", at most 128 characters'),
    otherwise: "the stack's name",
  },
  addressFamily: {
    says: 'Which addresses of instances are published',
    kind: oneOf(['ipv4', 'dualstack', 'ipv6']),
    otherwise: 'ipv4, without the right to change AAAA record sets',
    variable: 'ADDRESS_FAMILY',
  },
  recordTtl: {
    says: 'How long resolvers may cache an answer',
    kind: whole('whole seconds', 0, DAY),
    byDefault: 5,
    unit: 'seconds',
    variable: 'RECORD_TTL',
  },
  minimumTtl: {
    says: 'Shortest time to live that a declaration (`SERVICE_<port>_TTL`) may give a name',
    kind: whole('whole seconds', 0, DAY),
    otherwise: 'recordTtl',
    unit: 'seconds',
    variable: 'MINIMUM_TTL',
  },
  routing: {
    says: 'How Route 53 answers for our names',
    kind: oneOf(['simple', 'weighted', 'multivalue']),
    byDefault: 'simple',
    variable: 'ROUTING',
  },
  beyondCapacity: {
    says: 'What becomes of healthy instances that one record set of a name cannot hold',
    kind: oneOf(['leave-out', 'spread']),
    byDefault: 'leave-out',
    variable: 'BEYOND_CAPACITY',
  },
  negativeTtl: {
    says: 'How long resolvers may remember that a name does not exist',
    kind: whole('whole seconds', 0, DAY),
    otherwise: 'the SOA is left alone',
    unit: 'seconds',
    variable: 'NEGATIVE_TTL',
  },
  schedule: {
    says: 'When a full run looks at every cluster and every name',
    kind: text(/^(rate|cron)\(.+\)$/, 'one that repeats: a rate or a cron, like rate(5 minutes)'),
    byDefault: 'rate(5 minutes)',
  },
  eventWindow: {
    says: 'Events within one window of this length start one run',
    kind: whole('whole seconds', 1, 60),
    byDefault: 2,
    unit: 'seconds',
    variable: 'EVENT_WINDOW',
  },
  maxDeleteShare: {
    says: 'Largest share of our values that one run may remove without an explanation',
    kind: share({ orZero: false }),
    byDefault: 0.3,
    unit: 'share',
    variable: 'MAX_DELETE_SHARE',
  },
  guardMinimum: {
    says: 'How many values of ours there must be in the zone for `maxDeleteShare` to count',
    kind: whole('a whole number', 1),
    byDefault: 10,
    unit: 'values',
    variable: 'GUARD_MINIMUM',
  },
  minimumHealthyShare: {
    says: "Smallest share of a name's published instances that must pass for failing ones to be removed",
    kind: share({ orZero: true }),
    byDefault: 0.5,
    unit: 'share',
    variable: 'MINIMUM_HEALTHY_SHARE',
  },
  requestShare: {
    says: 'Share of the request rates of the account that reading and writing may use, of each of its token buckets',
    kind: share({ orZero: false }),
    byDefault: 0.5,
    unit: 'share',
    variable: 'REQUEST_SHARE',
  },
  onUnhealthy: {
    says: 'What becomes of an instance whose checks fail, once it may leave the zone',
    kind: oneOf(['deregister', 'deregister-and-stop']),
    byDefault: 'deregister',
    variable: 'ON_UNHEALTHY',
  },
  onDraining: {
    says: 'What becomes of an instance whose host drains, while ECS has not stopped its task yet',
    kind: oneOf(['keep', 'deregister']),
    byDefault: 'keep',
    variable: 'ON_DRAINING',
  },
  publishPrimaryTaskSet: {
    says: 'Whether of services of CodeDeploy and external controllers only the PRIMARY task set is published',
    kind: decision,
    byDefault: false,
    variable: 'PUBLISH_PRIMARY_TASK_SET',
  },
  blueGreen: {
    says: 'Whether ECS can ask at the stages of a deployment whether DNS has followed',
    kind: decision,
    byDefault: false,
  },
  alarmTopicArn: {
    says: 'SNS topic that every alarm tells',
    kind: text(
      /^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
      "the ARN of a standard SNS topic of the stack's Region, like arn:aws:sns:eu-west-1:123456789012:on-call",
    ),
    otherwise: 'nobody is told',
    prop: 'alarmTopic',
  },
  alarmEmail: {
    says: 'E-mail address that is subscribed to a topic of its own, which every alarm tells',
    kind: text(
      /^(?=.{3,254}$)[^\s@,;:<>"()]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
      'one e-mail address, like on-call@example.com',
    ),
    otherwise: 'no such topic',
    prop: false,
  },
  dashboard: { says: 'Whether there is a CloudWatch dashboard', kind: decision, byDefault: true },
  outcomeRetention: {
    says: 'How long the outcomes of runs and the lists of held removals are kept',
    kind: whole('whole days', 1),
    byDefault: 90,
    unit: 'days',
  },
  logRetention: {
    says: 'How long the logs of the functions and of the state machine are kept',
    kind: oneOf([...LOG_DAYS, 'forever']),
    byDefault: 30,
    unit: 'days',
  },
  removalPolicy: {
    says: 'What becomes of the run bucket',
    kind: oneOf(['retain', 'destroy']),
    byDefault: 'retain',
  },
  tracingEnabled: { says: 'Whether executions are traced with AWS X-Ray', kind: decision, byDefault: false },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/**
 * What the functions are told besides: what the deployment itself has made. An empty `RELEASE` serves every run; `SHIFT_HOOK`
 * is there only where services are shifted by DNS.
 */
export const WIRED = {
  DEPLOYMENT_ID: text(/^[\w.:/-]{1,200}$/, '<account>/<region>/<deployment id>'),
  RUN_BUCKET: text(/./, 'the name of a bucket'),
  EVENT_QUEUE_URL: text(/./, 'the URL of a queue'),
  DEAD_LETTER_QUEUE_URL: text(/./, 'the URL of a queue'),
  STATE_MACHINE_ARN: text(/^arn:/, 'the ARN of a state machine'),
  RELEASE: text(/^/, 'a release'),
  SHIFT_HOOK: text(/^arn:[\w-]+:lambda:/, 'the ARN of a function'),
} as const satisfies Readonly<Record<string, Kind<unknown>>>;

type Rows = typeof SETTINGS;
export type SettingName = keyof Rows;
type Of<K> = K extends Kind<infer T> ? T : never;
type Missing<R> = R extends { readonly otherwise: string } ? undefined : never;
/** The plain value of a setting; undefined: it is left out. */
export type Value<N extends SettingName> = Of<Rows[N]['kind']> | Missing<Rows[N]>;
export type Values = { readonly [N in SettingName]: Value<N> };

type Written<R> = R extends { readonly inEnvironment: infer K }
  ? Of<K>
  : R extends { readonly kind: infer K }
    ? Of<K>
    : never;
type InEnvironment = {
  readonly [N in SettingName as Rows[N] extends { readonly variable: infer V extends string } ? V : never]:
    | Written<Rows[N]>
    | Missing<Rows[N]>;
} & { readonly [N in Exclude<keyof typeof WIRED, 'SHIFT_HOOK'>]: Of<(typeof WIRED)[N]> } & {
  readonly SHIFT_HOOK: string | undefined;
};
/** Every environment variable of the functions; a function reads only those that it names. */
export type VariableName = keyof InEnvironment;
export type Environment<N extends VariableName> = Pick<InEnvironment, N>;

/** The rows, for whoever goes through all of them. */
export const ROWS: readonly (readonly [SettingName, Setting<unknown>])[] = Object.entries(SETTINGS) as [
  SettingName,
  Setting<unknown>,
][];

/** Keys of the app's context, in the order of the table. */
export const CONTEXT_KEYS: readonly string[] = ROWS.flatMap(([name, { context }]) => (context === false ? [] : [name]));
