import type {
  DeploymentLifecycleHookDetail,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceDeploymentLifecycleStage,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import { type Configuration, configurationShown } from './configuration.ts';
import { lastPart, uuid } from './identity.ts';
import { isPending } from './instances.ts';
import type { Listed } from './paging.ts';
import { isUnderWay, type Progress, type Revision } from './stages.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord } from './store.ts';

/** A change of a service on its way, as DescribeServiceDeployments shows it. */
export interface ServiceDeploymentRecord extends Listed {
  readonly arn: string;
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly configuration: Configuration;
  readonly createdAt: Date;
  startedAt?: Date;
  updatedAt: Date;
  endedAt?: Date;
  /** Of a rolling update: nothing but the status moves, and no stage is ever passed. */
  progress: Progress;
}

/** The ARN of a revision, by the id that its tasks carry as `startedBy`: the last segment has the same digits. */
export function revisionArn({ arn }: ServiceRecord, id: string): string {
  return `${arn.replace(':service/', ':service-revision/')}/${lastPart(id)}`;
}

/** The ARN of a service deployment, by 32 hexadecimal digits. */
function serviceDeploymentArn({ arn }: ServiceRecord, id: string): string {
  return `${arn.replace(':service/', ':service-deployment/')}/${id.slice(0, 21)}`;
}

/**
 * The record of a deployment that begins. A rolling update passes no stage: it is under way at once.
 *
 * @param begun its id, 32 hexadecimal digits, and its place among all that was made
 */
export function recordOf(
  service: ServiceRecord,
  begun: { readonly id: string; readonly sequence: number; readonly at: number },
  pending: Progress,
): ServiceDeploymentRecord {
  const createdAt = new Date(begun.at);
  const record = {
    sequence: begun.sequence,
    arn: serviceDeploymentArn(service, begun.id),
    id: begun.id,
    configuration: service.configuration,
    createdAt,
    updatedAt: createdAt,
  };
  if (service.configuration.strategy === 'BLUE_GREEN') return { ...record, progress: pending };
  const revisions = pending.revisions.map((one) => ({ ...one, isWanted: one.id === pending.target }));
  return { ...record, startedAt: createdAt, progress: { ...pending, status: 'IN_PROGRESS', revisions } };
}

/** What runs of the service before another deployment begins, the PRIMARY one first. */
export function sourcesOf(service: ServiceRecord, isRunning: (id: string) => boolean): readonly Revision[] {
  const staged = stagedOf(service)?.progress.revisions;
  if (staged) return staged.filter(({ id, isWanted }) => isWanted || isRunning(id)).map((one) => ({ ...one, test: 0 }));
  return service.deployments
    .filter(({ id }, index) => index === 0 || isRunning(id))
    .map(({ id }, index) => ({ id, isWanted: index === 0, production: index === 0 ? 100 : 0, test: 0 }));
}

/** The latest one, whether it has ended or not. */
export const latestOf = ({ serviceDeployments }: ServiceRecord): ServiceDeploymentRecord | undefined =>
  serviceDeployments.at(-1);

/** The latest one, where it goes by stages and has not ended well: it says how many tasks each revision has. */
export function stagedOf(service: ServiceRecord): ServiceDeploymentRecord | undefined {
  const latest = latestOf(service);
  if (latest?.configuration.strategy !== 'BLUE_GREEN') return undefined;
  return isUnderWay(latest.progress) || latest.progress.status === 'ROLLBACK_FAILED' ? latest : undefined;
}

/** How many tasks of the deployment are to run. */
export function requestedOf(service: ServiceRecord, { id }: DeploymentRecord): number {
  const staged = stagedOf(service)?.progress.revisions.find((one) => one.id === id);
  const isWanted = staged ? staged.isWanted : service.deployments[0]?.id === id;
  return isWanted ? service.desiredCount : 0;
}

/** What of DescribeServices tells of revisions; an ARN of a deployment while one is under way. */
export function revisionsOf(
  cluster: ClusterRecord,
  service: ServiceRecord,
  asOf: number,
): Pick<Service, 'currentServiceDeployment' | 'currentServiceRevisions'> {
  const latest = latestOf(service);
  return {
    ...(latest && isUnderWay(latest.progress) && { currentServiceDeployment: latest.arn }),
    currentServiceRevisions: service.deployments.map((one) => ({
      arn: revisionArn(service, one.id),
      requestedTaskCount: requestedOf(service, one),
      ...countsOf(cluster, one.id, asOf),
    })),
  };
}

/** As DescribeServiceDeployments shows it, with the counts of tasks as of a time in ms. */
export function serviceDeploymentAt({ cluster, service, record }: Located, asOf: number): ServiceDeployment {
  const { progress, configuration, createdAt, startedAt, updatedAt } = record;
  const { stage, rollback, target, revisions, calls } = progress;
  const isStaged = configuration.strategy === 'BLUE_GREEN';
  const summary = (id: string): ServiceRevisionSummary => {
    const revision = revisions.find((one) => one.id === id);
    return {
      arn: revisionArn(service, id),
      requestedTaskCount: revision?.isWanted ? service.desiredCount : 0,
      ...countsOf(cluster, id, asOf),
      ...(isStaged && {
        requestedTestTrafficWeight: revision?.test ?? 0,
        requestedProductionTrafficWeight: revision?.production ?? 0,
      }),
    };
  };
  const { targetServiceRevisionArn: _, ...brief } = briefOf({ cluster, service, record });
  return {
    ...brief,
    createdAt,
    ...(startedAt && { startedAt }),
    updatedAt,
    sourceServiceRevisions: revisions.filter(({ id }) => id !== target).map(({ id }) => summary(id)),
    targetServiceRevision: summary(target),
    ...(stage && { lifecycleStage: stage as ServiceDeploymentLifecycleStage }),
    ...(calls.length > 0 && { lifecycleHookDetails: calls.map((call) => hookDetail(record, call)) }),
    deploymentConfiguration: configurationShown(configuration),
    deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0, threshold: 0 },
    alarms: { status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] },
    ...(rollback && {
      rollback: {
        ...rollback,
        ...(progress.back !== undefined && {
          serviceRevisionArn: revisionArn(service, progress.back),
        }),
      },
    }),
  };
}

/** As ListServiceDeployments shows it. */
export function briefOf({ cluster, service, record }: Located): ServiceDeploymentBrief {
  const { arn, progress, createdAt, startedAt, endedAt } = record;
  const { status, reason, target } = progress;
  return {
    serviceDeploymentArn: arn,
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    createdAt,
    ...(startedAt && { startedAt }),
    ...(endedAt && { finishedAt: endedAt }),
    targetServiceRevisionArn: revisionArn(service, target),
    status,
    ...(reason !== undefined && { statusReason: reason }),
  };
}

export interface Located {
  readonly cluster: ClusterRecord;
  readonly service: ServiceRecord;
  readonly record: ServiceDeploymentRecord;
}

function hookDetail(
  { id: deployment }: ServiceDeploymentRecord,
  { id, hook, status, expiresAt }: Progress['calls'][number],
): DeploymentLifecycleHookDetail {
  return {
    hookId: `${uuid(deployment)}/${id}`,
    targetType: 'AWS_LAMBDA',
    ...(hook.hookTargetArn !== undefined && { targetArn: hook.hookTargetArn }),
    status,
    expiresAt: new Date(expiresAt),
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
  };
}

function countsOf(cluster: ClusterRecord, id: string, asOf: number) {
  const tasks = cluster.tasks.map(({ history }) => history.at(asOf)).filter((task) => task?.startedBy === id);
  return {
    runningTaskCount: tasks.filter((task) => task?.lastStatus === 'RUNNING').length,
    pendingTaskCount: tasks.filter((task) => isPending(task?.lastStatus)).length,
  };
}
