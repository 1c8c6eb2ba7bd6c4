import { z } from 'zod';
import { type Resolver, type StackPlace, type Template, TemplateError, templateResolver } from './cloudformation.ts';
import { type Permissions, readPermissions } from './permissions.ts';
import type { SynthesizedStack } from './synthesize.ts';

/** What is deployed, as far as it runs here: read from the template, nothing of it written down a second time. */
export interface Deployment {
  readonly functions: readonly FunctionSpec[];
  readonly stateMachine: StateMachineSpec;
  readonly rules: readonly RuleSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly string[];
  readonly permissions: Permissions;
}

export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Path of the handler's module from the root of the package, `functions/steps/read-trigger.ts`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly asynchronous: AsyncSettings;
}

/** What Lambda does with an event that nobody waits for. */
export interface AsyncSettings {
  readonly retries: number;
  readonly maxAgeSeconds: number;
  /** ARN of the queue for events that failed in the end. */
  readonly onFailure?: string;
}

export interface StateMachineSpec {
  readonly name: string;
  readonly arn: string;
  /** ASL with its substitutions filled in. */
  readonly definition: string;
  readonly roleArn: string;
}

export interface RuleSpec {
  readonly name: string;
  /** JSON. */
  readonly pattern: string;
  /** In the shape of PutTargets. */
  readonly targets: readonly ({ readonly Id: string; readonly Arn: string } & Readonly<Record<string, unknown>>)[];
}

export interface ScheduleSpec {
  readonly name: string;
  /** `rate(5 minutes)` */
  readonly expression: string;
  readonly targetArn: string;
  /** JSON. */
  readonly input: string;
}

export interface QueueSpec {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** In the shape of CreateQueue. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names the source of a function in the template's metadata (infra/step-lambda.ts). */
const ENTRY_METADATA = 'ecs-service-discovery-dns:entry';

/** Lambda's defaults (CreateFunction, PutFunctionEventInvokeConfig of its API reference). */
const lambdaSchema = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
});
const asyncSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  MaximumEventAgeInSeconds: z.number().default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
});
const stateMachineSchema = z.object({
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()).default({}),
  RoleArn: z.string(),
});
const ruleSchema = z.object({
  EventPattern: z.looseObject({}),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.looseObject({ Id: z.string(), Arn: z.string() })),
});
const scheduleSchema = z.object({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().default('{}') }),
});

/** Reads what a synthesized stack would deploy to that place. @throws TemplateError */
export function readDeployment({ name, template }: SynthesizedStack, place: Omit<StackPlace, 'stackName'>): Deployment {
  const resolver = templateResolver(template, { ...place, stackName: name });
  return {
    functions: readFunctions(resolver),
    stateMachine: readStateMachine(resolver),
    rules: read(resolver, 'AWS::Events::Rule', ruleSchema)
      .filter(({ properties }) => properties.State === 'ENABLED')
      .map(({ ref, properties: { EventPattern, Targets } }) => ({
        name: ref,
        pattern: JSON.stringify(EventPattern),
        targets: Targets,
      })),
    schedules: read(resolver, 'AWS::Scheduler::Schedule', scheduleSchema)
      .filter(({ properties }) => properties.State === 'ENABLED')
      .map(({ ref, properties: { ScheduleExpression, Target } }) => ({
        name: ref,
        expression: ScheduleExpression,
        targetArn: Target.Arn,
        input: Target.Input,
      })),
    queues: readQueues(resolver),
    buckets: resolver.resources('AWS::S3::Bucket').map(({ ref }) => ref),
    permissions: readPermissions(resolver, place),
  };
}

/** The sources of the functions that a template has, from the root; each once. */
export function entriesOf({ Resources }: Template): readonly string[] {
  const entries = Object.values(Resources).map(({ Metadata }) => Metadata?.[ENTRY_METADATA]);
  return [...new Set(entries.filter((entry) => typeof entry === 'string'))];
}

/** Functions without a source of ours, such as those that CDK adds for itself, are left out. */
function readFunctions(resolver: Resolver): readonly FunctionSpec[] {
  const settings = new Map(
    read(resolver, 'AWS::Lambda::EventInvokeConfig', asyncSchema).map(({ properties }) => [
      properties.FunctionName,
      properties,
    ]),
  );
  return read(resolver, 'AWS::Lambda::Function', lambdaSchema).flatMap(({ ref, arn, metadata, properties }) => {
    const entry = metadata[ENTRY_METADATA];
    if (typeof entry !== 'string') return [];
    const {
      MaximumRetryAttempts: retries = 2,
      MaximumEventAgeInSeconds: maxAgeSeconds = 21_600,
      DestinationConfig,
    } = settings.get(ref) ?? {};
    const onFailure = DestinationConfig?.OnFailure?.Destination;
    return {
      name: ref,
      arn,
      entry,
      environment: properties.Environment.Variables,
      timeoutSeconds: properties.Timeout,
      memoryMiB: properties.MemorySize,
      asynchronous: { retries, maxAgeSeconds, ...(onFailure !== undefined && { onFailure }) },
    };
  });
}

function readStateMachine(resolver: Resolver): StateMachineSpec {
  const [machine, ...others] = read(resolver, 'AWS::StepFunctions::StateMachine', stateMachineSchema);
  if (!machine || others.length > 0)
    throw new TemplateError(
      `the template has ${others.length + (machine ? 1 : 0)} state machines, the local run needs exactly one`,
    );
  const { DefinitionString, RoleArn } = machine.properties;
  // There is no CloudWatch here, so that nobody is told of alarms is no news.
  const DefinitionSubstitutions: Readonly<Record<string, string>> = {
    ...machine.properties.DefinitionSubstitutions,
    Alarms: 'acknowledged',
  };
  const definition = DefinitionString.replaceAll(
    /\$\{([\w.-]+)\}/g,
    (placeholder, name: string) => DefinitionSubstitutions[name] ?? placeholder,
  );
  const name = machine.arn.split(':').at(-1) ?? '';
  return { name, arn: machine.arn, definition, roleArn: RoleArn };
}

/** Those that others send their dead letters to come first, as CloudFormation would create them. */
function readQueues(resolver: Resolver): readonly QueueSpec[] {
  return read(resolver, 'AWS::SQS::Queue', z.looseObject({}))
    .map(({ ref, arn, properties: { QueueName: _, Tags: __, ...attributes } }) => ({
      name: arn.split(':').at(-1) ?? '',
      arn,
      url: ref,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [
          key,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]),
      ),
    }))
    .sort((one, other) => Number('RedrivePolicy' in one.attributes) - Number('RedrivePolicy' in other.attributes));
}

interface Read<T> {
  readonly ref: string;
  readonly arn: string;
  readonly properties: T;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function read<T extends z.ZodType>(resolver: Resolver, type: string, schema: T): readonly Read<z.output<T>>[] {
  return resolver.resources(type).map(({ logicalId, ref, arn = '', properties, metadata }) => {
    const parsed = schema.safeParse(properties);
    if (!parsed.success) throw new TemplateError(`${type} "${logicalId}": ${z.prettifyError(parsed.error)}`);
    return { ref, arn, properties: parsed.data, metadata };
  });
}
