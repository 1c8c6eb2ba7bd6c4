import { type Account, uuid } from './identity.ts';

/** `ECS Service Action` or `ECS Deployment State Change`, as EventBridge delivers it. */
export interface ServiceChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'ECS Service Action' | 'ECS Deployment State Change';
  readonly source: 'aws.ecs';
  readonly account: string;
  /** ISO, whole seconds. */
  readonly time: string;
  readonly region: string;
  /** The service's ARN. */
  readonly resources: readonly string[];
  readonly detail: { readonly eventType: 'INFO' | 'WARN' | 'ERROR'; readonly eventName: string } & Readonly<
    Record<string, string>
  >;
}

/** Whose event it is, when it was, and which id it gets; ARNs. */
interface Origin {
  readonly service: string;
  readonly account: Account;
  readonly id: string;
  readonly at: number;
}

/** Those that say that something does not go on; the others inform (ecs_service_events). */
const WARNINGS: readonly string[] = ['SERVICE_TASK_START_IMPAIRED', 'SERVICE_TASK_PLACEMENT_FAILURE'];

export function serviceAction(eventName: string, origin: Origin & { readonly cluster: string }): ServiceChangeEvent {
  const eventType = WARNINGS.includes(eventName) ? 'WARN' : 'INFO';
  const createdAt = new Date(origin.at).toISOString();
  return {
    ...envelope('ECS Service Action', origin),
    detail: { eventType, eventName, clusterArn: origin.cluster, createdAt },
  };
}

export function deploymentStateChange(
  state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED',
  { deployment, reason, ...origin }: Origin & { readonly deployment: string; readonly reason?: string },
): ServiceChangeEvent {
  return {
    ...envelope('ECS Deployment State Change', origin),
    detail: {
      eventType: state === 'FAILED' ? 'ERROR' : 'INFO',
      eventName: `SERVICE_DEPLOYMENT_${state}`,
      deploymentId: deployment,
      updatedAt: new Date(origin.at).toISOString(),
      reason: reason ?? `ECS deployment ${deployment} ${state === 'COMPLETED' ? 'completed' : 'in progress'}.`,
    },
  };
}

function envelope(type: ServiceChangeEvent['detail-type'], { service, account, id, at }: Origin) {
  return {
    version: '0',
    id: uuid(id),
    'detail-type': type,
    source: 'aws.ecs',
    account: account.accountId,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: account.region,
    resources: [service],
  } as const;
}
