import { z } from 'zod';
import type { PolicyDocument, Role, Statement } from '../../../test/stand-ins/iam.ts';
import { type ResolvedResource, type Resolver, TemplateError } from './cloudformation.ts';

/** Who may do what in a deployment, as the template says it. */
export interface Permissions {
  readonly roles: readonly Role[];
  /** Policies of queues, buckets and functions, by ARN. */
  readonly ofResources: ReadonlyMap<string, PolicyDocument>;
  readonly functions: readonly FunctionRole[];
  readonly stateMachines: readonly StateMachineRole[];
  readonly schedules: readonly ScheduleRole[];
}

export interface FunctionRole {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** `arn:aws:logs:…:log-group:<name>`; absent where the function has none of its own. */
  readonly logGroupArn: string | undefined;
  readonly inVpc: boolean;
}

export interface StateMachineRole {
  readonly arn: string;
  readonly roleArn: string;
  readonly logs: boolean;
  readonly traced: boolean;
}

export interface ScheduleRole {
  readonly name: string;
  readonly roleArn: string;
  /** ARN of the group that it is in. */
  readonly groupArn: string;
  /** ARN of the queue for what cannot be delivered. */
  readonly deadLetterArn: string | undefined;
}

const texts = z.union([z.string(), z.array(z.string())]);
const statement = z.looseObject({ Effect: z.enum(['Allow', 'Deny']), Action: texts });
const document = z.looseObject({ Statement: z.union([statement, z.array(statement)]) });
const roleSchema = z.object({
  AssumeRolePolicyDocument: document,
  Policies: z.array(z.object({ PolicyDocument: document })).default([]),
});
const policySchema = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) });
const functionSchema = z.object({
  Role: z.string(),
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).default({}),
  VpcConfig: z.looseObject({}).optional(),
});
const machineSchema = z.object({
  RoleArn: z.string(),
  LoggingConfiguration: z.object({ Level: z.string().default('OFF') }).default({ Level: 'OFF' }),
  TracingConfiguration: z.object({ Enabled: z.boolean().default(false) }).default({ Enabled: false }),
});
const scheduleSchema = z.object({
  GroupName: z.string().default('default'),
  Target: z.object({ RoleArn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }).optional() }),
});
const queuePolicySchema = z.object({ PolicyDocument: document, Queues: z.array(z.string()) });
const bucketPolicySchema = z.object({ PolicyDocument: document, Bucket: z.string() });
const invokerSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** Reads roles and policies, and who acts as which. @throws TemplateError */
export function readPermissions(resolver: Resolver, place: { readonly region: string; readonly accountId: string }) {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${place.region}:${place.accountId}:${rest}`;
  const permissions: Permissions = {
    roles: readRoles(resolver),
    ofResources: readResourcePolicies(resolver),
    functions: readAll(resolver, 'AWS::Lambda::Function', functionSchema).map(({ resource, properties }) => ({
      name: resource.ref,
      arn: resource.arn ?? '',
      roleArn: properties.Role,
      logGroupArn: properties.LoggingConfig.LogGroup && arn('logs', `log-group:${properties.LoggingConfig.LogGroup}`),
      inVpc: properties.VpcConfig !== undefined,
    })),
    stateMachines: readAll(resolver, 'AWS::StepFunctions::StateMachine', machineSchema).map(
      ({ resource, properties: { RoleArn: roleArn, LoggingConfiguration, TracingConfiguration } }) => ({
        arn: resource.arn ?? '',
        roleArn,
        logs: LoggingConfiguration.Level !== 'OFF',
        traced: TracingConfiguration.Enabled,
      }),
    ),
    schedules: readAll(resolver, 'AWS::Scheduler::Schedule', scheduleSchema).map(
      ({ resource, properties: { GroupName, Target } }) => ({
        name: resource.ref,
        roleArn: Target.RoleArn,
        groupArn: arn('scheduler', `schedule-group/${GroupName}`),
        deadLetterArn: Target.DeadLetterConfig?.Arn,
      }),
    ),
  };
  return permissions;
}

/** Policies that AWS manages allow nothing here: what they say is not in the template. */
function readRoles(resolver: Resolver): readonly Role[] {
  const policies = readAll(resolver, 'AWS::IAM::Policy', policySchema);
  return readAll(resolver, 'AWS::IAM::Role', roleSchema).map(({ resource, properties }) => ({
    arn: resource.arn ?? '',
    trust: documentOf(properties.AssumeRolePolicyDocument),
    policies: [
      ...properties.Policies.map(({ PolicyDocument }) => documentOf(PolicyDocument)),
      ...policies
        .filter((policy) => policy.properties.Roles.includes(resource.ref))
        .map((policy) => documentOf(policy.properties.PolicyDocument)),
    ],
  }));
}

function readResourcePolicies(resolver: Resolver): ReadonlyMap<string, PolicyDocument> {
  const statements = new Map<string, Statement[]>();
  const add = (resourceArn: string, policy: PolicyDocument): void => {
    statements.set(resourceArn, [...(statements.get(resourceArn) ?? []), ...[policy.Statement].flat()]);
  };
  const queues = new Map(resolver.resources('AWS::SQS::Queue').map(({ ref, arn = '' }) => [ref, arn]));
  for (const { properties } of readAll(resolver, 'AWS::SQS::QueuePolicy', queuePolicySchema)) {
    for (const queue of properties.Queues) add(queues.get(queue) ?? queue, documentOf(properties.PolicyDocument));
  }
  for (const { properties } of readAll(resolver, 'AWS::S3::BucketPolicy', bucketPolicySchema)) {
    add(`arn:aws:s3:::${properties.Bucket}`, documentOf(properties.PolicyDocument));
  }
  for (const { properties } of readAll(resolver, 'AWS::Lambda::Permission', invokerSchema)) {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
    const Condition = {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    };
    const grant = { Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName } as const;
    add(FunctionName, { Statement: { ...grant, Condition } });
  }
  return new Map([...statements].map(([arn, Statement]) => [arn, { Statement }]));
}

/** Which members a statement may have is checked where it is evaluated. */
function documentOf(parsed: z.output<typeof document>): PolicyDocument {
  return { Statement: parsed.Statement as Statement | readonly Statement[] };
}

interface Read<T> {
  readonly resource: ResolvedResource;
  readonly properties: T;
}

function readAll<T extends z.ZodType>(resolver: Resolver, type: string, schema: T): readonly Read<z.output<T>>[] {
  return resolver.resources(type).map((resource) => {
    const parsed = schema.safeParse(resource.properties);
    if (parsed.success) return { resource, properties: parsed.data };
    throw new TemplateError(`${type} "${resource.logicalId}": ${z.prettifyError(parsed.error)}`);
  });
}
