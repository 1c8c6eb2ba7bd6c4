import {
  type DeploymentLifecycleHook,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  type ServiceDeployment as EcsDeployment,
  type Service as EcsService,
  type TaskSet as EcsTaskSet,
  type Failure,
} from '@aws-sdk/client-ecs';
import type { DeploymentState, LifecycleHook, Revision, ServiceState, TaskSet } from '../domain/ecs/deployment.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling, present } from './aws/faults.ts';
import { clusterGone } from './ecs-failures.ts';

/** A service as DescribeServices shows it: of its deployment it has the ARN only. */
export interface ServiceSeen extends Omit<ServiceState, 'deployment'> {
  readonly deployment?: string;
}

/** Something that was asked for and not answered in full, and why. */
export interface Unanswered {
  /** As it was asked for. */
  readonly asked: string;
  readonly why: string;
}

export interface Answers<T> {
  readonly found: readonly T[];
  /** What ECS does not know (any more), as it was asked for. */
  readonly missing: readonly string[];
  /** A half-answer is none (L1), but says nothing of the others either. */
  readonly unanswered: readonly Unanswered[];
}

/** Services and their deployments; each call is one request. */
export interface ServiceReader {
  /**
   * @param names at most `SERVICES_PER_CALL`, each once
   * @throws ClusterGoneError when ECS knows no such cluster
   */
  services(cluster: string, names: readonly string[]): Promise<Answers<ServiceSeen>>;
  /** @param arns at most `DEPLOYMENTS_PER_CALL`, each once */
  deployments(arns: readonly string[]): Promise<Answers<DeploymentState>>;
}

export function serviceReader(client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings())): ServiceReader {
  return {
    async services(cluster, names) {
      const call = 'ecs:DescribeServices';
      const command = new DescribeServicesCommand({ cluster, services: [...names] });
      const answer = await calling(call, () => client.send(command)).catch(clusterGone(cluster));
      const described = present(answer.services, call, 'services');
      const seen = new Map(described.map((service) => [service.serviceName ?? '', toService(service)]));
      return answersOf(names, seen, answer.failures);
    },
    async deployments(arns) {
      const call = 'ecs:DescribeServiceDeployments';
      const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] });
      const answer = await calling(call, () => client.send(command));
      const described = present(answer.serviceDeployments, call, 'serviceDeployments');
      const seen = new Map(described.map((one) => [one.serviceDeploymentArn ?? '', toDeployment(one)]));
      return answersOf(arns, seen, answer.failures);
    },
  };
}

/** @param seen what was described, by what asks for it; a text says what is missing of it */
function answersOf<T extends object>(
  asked: readonly string[],
  seen: ReadonlyMap<string, T | string>,
  failures: readonly Failure[] = [],
): Answers<T> {
  const found: T[] = [];
  const missing: string[] = [];
  const unanswered: Unanswered[] = [];
  for (const one of asked) {
    const answer = seen.get(one);
    const failure = failures.find(({ arn }) => arn !== undefined && lastOf(arn) === lastOf(one));
    if (typeof answer === 'object') found.push(answer);
    else if (answer === undefined && failure?.reason === 'MISSING') missing.push(one);
    else unanswered.push({ asked: one, why: answer ?? whyOf(failure) });
  }
  return { found, missing, unanswered };
}

const whyOf = (failure: Failure | undefined) =>
  failure ? [failure.reason, failure.detail].filter(Boolean).join(', ') || 'a failure without a reason' : 'no answer';

/** Failures of services may carry a name, or an ARN in the old, short form. */
const lastOf = (arn: string) => arn.split('/').at(-1);

/** The name of what a description lacks. */
const without = (part: string) => `an answer without ${part}`;

function toService(service: EcsService): ServiceSeen | string {
  const { serviceArn, clusterArn, serviceName, currentServiceDeployment: deployment } = service;
  if (serviceArn === undefined) return without('serviceArn');
  if (clusterArn === undefined || serviceName === undefined) return without('clusterArn and serviceName');
  const revisions = toRevisions(service.currentServiceRevisions);
  if (!revisions) return without('the ARN of a service revision');
  const { strategy = 'ROLLING', lifecycleHooks = [] } = service.deploymentConfiguration ?? {};
  const taskSets = service.taskSets?.flatMap(toTaskSet) ?? [];
  return {
    service: serviceArn,
    cluster: clusterArn,
    name: serviceName,
    strategy,
    controller: service.deploymentController?.type ?? 'ECS',
    hooks: lifecycleHooks.flatMap(toHook),
    revisions,
    ...(deployment !== undefined && { deployment }),
    ...(taskSets.length > 0 && { taskSets }),
  };
}

const toTaskSet = ({ id, status, computedDesiredCount: requested }: EcsTaskSet): readonly TaskSet[] =>
  id === undefined ? [] : [{ id, isPrimary: status === 'PRIMARY', ...(requested !== undefined && { requested }) }];

/** Hooks without a target pause a deployment, and call nobody. */
const toHook = ({ hookTargetArn, lifecycleStages, hookDetails }: DeploymentLifecycleHook): readonly LifecycleHook[] =>
  hookTargetArn === undefined
    ? []
    : [
        {
          target: hookTargetArn,
          stages: lifecycleStages ?? [],
          ...(hookDetails !== undefined && { details: hookDetails }),
        },
      ];

function toDeployment(deployment: EcsDeployment): DeploymentState | string {
  const { serviceDeploymentArn: arn, status, lifecycleStage: stage, rollback } = deployment;
  if (arn === undefined) return without('serviceDeploymentArn');
  if (status === undefined) return without('status');
  const sources = toRevisions(deployment.sourceServiceRevisions);
  const targets = toRevisions(deployment.targetServiceRevision && [deployment.targetServiceRevision]);
  if (!sources || !targets) return without('the ARN of a service revision');
  const [target] = targets;
  const back = rollback?.serviceRevisionArn;
  return {
    arn,
    status,
    ...(stage !== undefined && { stage }),
    ...(target && { target }),
    sources,
    ...(back !== undefined && { rollback: back }),
  };
}

/** Undefined where one has no ARN: which tasks it has nobody can tell then. */
function toRevisions(summaries: readonly Summary[] = []): readonly Revision[] | undefined {
  const revisions = summaries.flatMap(
    ({ arn, requestedTaskCount: requested, requestedProductionTrafficWeight: weight }) =>
      arn === undefined
        ? []
        : [{ arn, ...(requested !== undefined && { requested }), ...(weight !== undefined && { weight }) }],
  );
  return revisions.length === summaries.length ? revisions : undefined;
}

/** Of a service, and of a deployment, which alone tells of traffic. */
interface Summary {
  readonly arn?: string | undefined;
  readonly requestedTaskCount?: number | undefined;
  readonly requestedProductionTrafficWeight?: number | undefined;
}
