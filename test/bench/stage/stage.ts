import { basename } from 'node:path';
import { z } from 'zod';
import { type Closing, startClosing } from '../../../examples/local/closing.ts';
import { type Cloud, startCloud } from '../../../examples/local/cloud/cloud.ts';
import { deploy } from '../../../examples/local/cloud/deploy.ts';
import { awsVariables, PLACE } from '../../../examples/local/cloud/place.ts';
import { createZone, type LocalZone, SUBNET_ID, VPC_ID } from '../../../examples/local/cloud/zone.ts';
import { bundleFunctions } from '../../../examples/local/lambda/bundle.ts';
import { type Lambdas, startLambdas } from '../../../examples/local/lambda/lambdas.ts';
import { type Deployment, type FunctionSpec, readDeployment } from '../../../examples/local/template/deployment.ts';
import { ROOT, synthesize } from '../../../examples/local/template/synthesize.ts';
import { run as runSchema } from '../../../functions/contracts/states.ts';
import { normalizeName } from '../../../functions/domain/dns/name.ts';
import type { Naming } from '../../../functions/domain/dns/ownership.ts';
import { type Interceptor, startEndpoint } from '../../stand-ins/protocol.ts';
import type { ExecutionChange } from '../../stand-ins/step-functions/executions.ts';
import { type Call, type Delay, type Invocation, logged } from './call-log.ts';

export interface StageOptions {
  /** Sees every call of the functions; may inject a fault. */
  readonly intercept?: Interceptor;
  /** What calls of the functions take on top. */
  readonly delayOf?: Delay;
  /** Further deployments of the same template in the same zone, each with an owner label of its own. */
  readonly others?: readonly { readonly stackName: string; readonly owner: string }[];
  /** Gives up the start; what was started is closed. */
  readonly signal: AbortSignal;
}

/** One of the deployments that share the zone. */
export interface Deployed {
  readonly deployment: Deployment;
  /** As its functions are told. */
  readonly naming: Naming;
}

/** The deployed parts on stand-ins, and what is seen of them from outside. */
export interface Stage {
  readonly cloud: Cloud;
  readonly deployment: Deployment;
  readonly zone: LocalZone;
  /** As the functions are told. */
  readonly naming: Naming;
  /** That one first, then the others. */
  readonly deployed: readonly Deployed[];
  /** Every call of the functions so far. */
  readonly calls: readonly Call[];
  /** Every invocation by a state that has returned. */
  readonly invocations: readonly Invocation[];
  /** Every execution so far by ARN, as it stands. */
  readonly executions: ReadonlyMap<string, ExecutionChange>;
  /** Ends everything; resolves when nothing is left. */
  close(): Promise<void>;
}

const ZONE_NAME = 'bench.internal';
/** Events come in crowds. Lambda would run a thousand triggers at a time. */
const TRIGGER_SANDBOXES = 4;

/**
 * Starts what is deployed: the synthesized template's state machine, rule, queues and functions, each function bundled
 * and with its own environment, over real HTTP with unmodified SDK clients. Without the schedule, hosts and tasks.
 *
 * The functions have an endpoint of their own to the same stand-ins, where their calls are logged; each step has one
 * sandbox and an access key of its own (`callsByExecution` says what for).
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const closing = startClosing();
  try {
    return { ...(await startParts(options, closing)), close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function startParts(options: StageOptions, { onClose }: Closing): Promise<Omit<Stage, 'close'>> {
  const { signal, intercept, delayOf } = options;
  const givenUp = new AbortController();
  const synthesizing = synthesize({}, AbortSignal.any([givenUp.signal, signal]));
  onClose(async () => {
    givenUp.abort();
    await synthesizing.catch(() => {});
  });
  synthesizing.catch(() => {}); // heard of below

  const calls: Call[] = [];
  const cloud = await startCloud({ port: 0 });
  onClose(cloud.close);
  const { ecs, ec2, route53, s3, sqs, events, stepFunctions } = cloud;
  const endpoint = await startEndpoint({
    services: [ecs, ec2, route53, s3, sqs, events, stepFunctions].map((service) =>
      logged(service, (call) => calls.push(call), delayOf),
    ),
    accountId: PLACE.accountId,
    authorize: cloud.iam.authorize,
    may: cloud.iam.may,
    ...(intercept && { intercept }),
    ...(cloud.record && { record: cloud.record }),
  });
  onClose(endpoint.close);
  const zone = await createZone(cloud, ZONE_NAME);

  const stack = await synthesizing;
  const place = {
    ...PLACE,
    parameters: {
      HostedZoneId: zone.id,
      HostedZoneName: zone.name,
      VpcId: VPC_ID,
      PrivateSubnetIds: SUBNET_ID,
    },
    queueUrl: (name: string) => `${endpoint.url}/${PLACE.accountId}/${name}`,
  };
  const deployment = readDeployment(stack, place);
  const others = (options.others ?? []).map(({ stackName, owner }) =>
    ownedBy(owner, stackName, readDeployment({ ...stack, name: stackName }, place)),
  );
  const deployments = [deployment, ...others];
  const functions = deployments.flatMap((one) => one.functions);
  // Names that are too long lose the stack's name here.
  if (new Set(functions.map(({ arn }) => arn)).size < functions.length) {
    throw new Error('two functions have the same name, want shorter names of stacks');
  }
  const bundles = await bundleFunctions(deployment.functions, ROOT);
  onClose(bundles.remove);
  signal.throwIfAborted();

  const environment = awsVariables(endpoint.url);
  const start = (functions: readonly FunctionSpec[], concurrency: number): Lambdas => {
    const lambdas = startLambdas({
      functions,
      moduleOf: bundles.moduleOf,
      environment,
      concurrency,
      log: () => {},
      onFailure: (queueArn, body) => sqs.admin.deliver(queueArn, body),
    });
    onClose(lambdas.close);
    lambdas.warmUp();
    return lambdas;
  };
  const isTrigger = ({ entry }: FunctionSpec): boolean => entry.startsWith('functions/triggers/');
  const steps = start(
    functions.filter((spec) => !isTrigger(spec)),
    1,
  );
  const triggers = start(functions.filter(isTrigger), TRIGGER_SANDBOXES);

  const invocations: Invocation[] = [];
  const invoke = watched(steps.invoke, functions, (invocation) => invocations.push(invocation));
  cloud.useLambdas({ ...steps, invoke, send: triggers.send });
  const executions = new Map<string, ExecutionChange>();
  stepFunctions.admin.onExecutionChange((change) => executions.set(change.executionArn, change));
  for (const one of deployments) await deploy(cloud, one);
  signal.throwIfAborted();
  const deployed = deployments.map((one) => ({ deployment: one, naming: namingOf(one) }));
  return { cloud, deployment, zone, naming: namingOf(deployment), deployed, calls, invocations, executions };
}

/** The same stack under another name, as if deployed with another owner label. */
function ownedBy(owner: string, stackName: string, deployment: Deployment): Deployment {
  const own = { OWNER_LABEL: owner, DEPLOYMENT_ID: `${PLACE.accountId}/${PLACE.region}/${stackName}` };
  const functions = deployment.functions.map((spec) => {
    const changed = Object.entries(own).filter(([name]) => name in spec.environment);
    return { ...spec, environment: { ...spec.environment, ...Object.fromEntries(changed) } };
  });
  return { ...deployment, functions };
}

function namingOf({ functions }: Deployment): Naming {
  for (const { environment } of functions) {
    const { ZONE_NAME: zone, OWNER_LABEL: owner } = environment;
    if (zone !== undefined && owner !== undefined) return { zone: normalizeName(zone), owner };
  }
  throw new Error('no function of the deployment is told its zone and its owner label');
}

/** Of an invocation that is under way the time of its end is not known yet: calls are attributed afterwards. */
function watched(
  invoke: Lambdas['invoke'],
  functions: readonly FunctionSpec[],
  log: (invocation: Invocation) => void,
): Lambdas['invoke'] {
  const specs = new Map(functions.map((spec) => [spec.arn, spec]));
  return async (arn, payload) => {
    const { name: caller = arn, entry = arn } = specs.get(arn) ?? {};
    const of = payloadSchema.safeParse(payload).data ?? {};
    const from = Date.now();
    try {
      return await invoke(arn, payload);
    } finally {
      log({ caller, step: basename(entry, '.ts'), ...of, from, until: Date.now() });
    }
  };
}

/** What an input tells of the run that it belongs to. */
const payloadSchema = z.union([
  z.object({ run: runSchema }).transform(({ run: { execution, pass, scope } }) => ({
    execution,
    pass,
    ...(scope && { scope }),
  })),
  z.object({ execution: z.string() }),
]);
