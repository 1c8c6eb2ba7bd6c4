import type { Injection, InterceptedCall, Interceptor } from '../../../test/stand-ins/protocol.ts';
import { ServiceFault } from '../../../test/stand-ins/service.ts';
import { UsageError } from '../options.ts';

/** The services that can be broken: those that a run reads and writes. */
export const SERVICES = ['ecs', 'ec2', 'route53', 's3', 'sqs'] as const;
type ServiceName = (typeof SERVICES)[number];

/** What a broken service answers. */
export const API_FAULTS = ['throttle', '5xx', 'denied', 'empty', 'reset', 'slow'] as const;
export type ApiFault = (typeof API_FAULTS)[number];

/** What each service calls "slow down". */
const THROTTLES: Readonly<Record<ServiceName, string>> = {
  ecs: 'ThrottlingException',
  ec2: 'RequestLimitExceeded',
  route53: 'Throttling',
  s3: 'SlowDown',
  sqs: 'RequestThrottled',
};

/** Answers that say that there is nothing. */
const EMPTY: Readonly<Record<string, string>> = {
  ListClusters: '{"clusterArns":[]}',
  ListTasks: '{"taskArns":[]}',
  ReceiveMessage: '{}',
  DescribeInstances: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>',
};

/** Milliseconds on top of a slow call; within what clients wait for. */
const SLOW = 3_000;

/** Faults of the APIs, switched on and off while everything runs. */
export interface ApiSwitches {
  /** Answers in a broken service's place. */
  readonly intercept: Interceptor;
  /**
   * Breaks all calls of a service, `ecs`, or one, `ecs:ListTasks`.
   *
   * @throws UsageError for what cannot be broken so
   */
  set(place: string, fault: ApiFault): void;
  /** Calls are answered again: those of one place, or all, of clusters that were cut off too. */
  recover(place?: string): void;
  /** What is broken now. */
  broken(): readonly (readonly [place: string, fault: ApiFault])[];
  /** Denies every call of ECS that names a cluster, as a policy would. */
  cutOff(cluster: string): void;
  join(cluster: string): void;
  /** Names of clusters that are cut off. */
  cut(): readonly string[];
}

export function apiSwitches(): ApiSwitches {
  const broken = new Map<string, ApiFault>();
  const cut = new Set<string>();
  return {
    intercept: (call) => {
      if (cut.has(clusterIn(call) ?? '')) return injectionOf('denied', call);
      const fault = broken.get(`${call.service}:${call.operation}`) ?? broken.get(call.service);
      return fault && injectionOf(fault, call);
    },
    set: (place, fault) => {
      const [service = '', operation] = place.split(':');
      if (!isService(service))
        throw new UsageError(`unknown service ${JSON.stringify(service)}: ${SERVICES.join(', ')} can be broken`);
      if (fault === 'empty' && EMPTY[operation ?? ''] === undefined) {
        const calls = Object.keys(EMPTY).join(', ');
        throw new UsageError(`${JSON.stringify(place)} has no empty answer: only the calls ${calls} have one`);
      }
      broken.set(place, fault);
    },
    recover: (place) => {
      if (place === undefined) cut.clear();
      if (place === undefined) broken.clear();
      else broken.delete(place);
    },
    broken: () => [...broken],
    cutOff: (cluster) => void cut.add(cluster),
    join: (cluster) => void cut.delete(cluster),
    cut: () => [...cut],
  };
}

/** Name of the cluster that a call of ECS is about, given by name or ARN. */
function clusterIn({ service, input }: InterceptedCall): string | undefined {
  if (service !== 'ecs' || !('cluster' in input)) return undefined;
  return String(input.cluster).split('/').at(-1);
}

const isService = (name: string): name is ServiceName => SERVICES.some((service) => service === name);

function injectionOf(fault: ApiFault, { service, operation }: InterceptedCall): Injection | undefined {
  switch (fault) {
    case 'throttle':
      return new ServiceFault(isService(service) ? THROTTLES[service] : 'ThrottlingException', 'Rate exceeded');
    case '5xx':
      return new ServiceFault('InternalFailure', 'broken by a switch', { statusCode: 503 });
    case 'denied':
      return new ServiceFault('AccessDeniedException', `not authorized to perform: ${service}:${operation}`, {
        statusCode: 403,
      });
    case 'empty':
      return { status: 200, body: EMPTY[operation] ?? '' };
    case 'reset':
      return 'reset';
    case 'slow':
      return { delayMs: SLOW };
  }
}
