import { type EcsAdmin, ecsAdmin } from './ecs/admin.ts';
import type { InvokeHook } from './ecs/hook-answer.ts';
import { idSource } from './ecs/identity.ts';
import { pageLimit } from './ecs/paging.ts';
import { most, type ReadRules, readOperations } from './ecs/reads.ts';
import { ECS_SERVED } from './ecs/served.ts';
import { serviceOperations } from './ecs/service-calls.ts';
import { serviceDeploymentOperations } from './ecs/service-deployment-calls.ts';
import { ServiceLife } from './ecs/service-life.ts';
import { Staging } from './ecs/staging.ts';
import { EcsStore, invalid } from './ecs/store.ts';
import { TaskLife } from './ecs/task-life.ts';
import { writeOperations } from './ecs/writes.ts';
import { servedOnly } from './served.ts';
import { type Operation, type Service, ServiceFault } from './service.ts';
import { type BucketSize, tokenBucket } from './token-bucket.ts';

export type { EcsAdmin, StopReason } from './ecs/admin.ts';
export type { HookPayload, InvokeHook } from './ecs/hook-answer.ts';
export type { InstanceStateChangeEvent } from './ecs/instance-event.ts';
export type { ContainerInstancePatch, NewContainerInstance } from './ecs/instances.ts';
export type { TaskNetwork } from './ecs/network.ts';
export type { NewService, ServiceReport } from './ecs/new-service.ts';
export type { NewTask } from './ecs/new-task.ts';
export type { ServiceChangeEvent } from './ecs/service-event.ts';
export type { TaskPatch, TaskStatus } from './ecs/task.ts';
export type { TaskStateChangeDetail, TaskStateChangeEvent } from './ecs/task-event.ts';
export type { Agent } from './ecs/task-life.ts';

/** A reading call on its way to an answer. */
export interface EcsRead {
  /** API action name, e.g. `DescribeTasks`. */
  readonly operation: string;
  /** The cluster's name, for calls of one cluster. */
  readonly cluster?: string;
}

export interface EcsOptions {
  /** Milliseconds since the epoch, never running backwards. */
  readonly now: () => number;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Whether reads spend from token buckets as in a real account; off unless given. */
  readonly throttle?: boolean;
  /** How old the tasks and container instances of an answer are, in ms, at most an hour; 0 unless given. */
  readonly staleness?: number | ((read: EcsRead) => number);
  /** How many of the items asked for a page of a list holds, at least 1; all of them unless given. */
  readonly pageLength?: (asked: number, operation: string) => number;
  /** Where the ids begin: the same seed and the same calls give the same ids. */
  readonly seed?: number;
  /** Calls the function of a deployment's lifecycle hook; without it there is no such function, and the hook fails. */
  readonly invoke?: InvokeHook;
  /** How long a minute of bake times, and of hooks' timeouts and delays, lasts, in ms; 60,000 unless given. */
  readonly minuteMs?: number;
}

/** ECS for SDK clients, with the side that no client sees. */
export interface EcsStandIn extends Service {
  readonly signingName: 'ecs';
  readonly admin: EcsAdmin;
}

const SERVICE_READS = ['ListServices', 'DescribeServices', 'ListServiceDeployments', 'DescribeServiceDeployments'];

/** Request throttling of the ECS API, per account and Region, shared by the actions of a category. */
const buckets: Readonly<Record<string, BucketSize & { readonly operations: readonly string[] }>> = {
  clusterRead: { capacity: 50, refillPerSecond: 20, operations: ['ListClusters', 'DescribeClusters'] },
  clusterResourceRead: {
    capacity: 100,
    refillPerSecond: 20,
    operations: ['ListTasks', 'DescribeTasks', 'ListContainerInstances', 'DescribeContainerInstances'],
  },
  serviceRead: { capacity: 100, refillPerSecond: 20, operations: SERVICE_READS },
  taskDefinitionRead: {
    capacity: 50,
    refillPerSecond: 20,
    operations: ['DescribeTaskDefinition', 'ListTaskDefinitions'],
  },
};

/**
 * Amazon ECS as far as service discovery and a small scheduler need it, obeying the laws of the real one
 * (test/laws/ecs.test.ts). Needs no timer: all follows from the clock given and the calls made.
 *
 * The answers are the stand-in's own objects: copy before changing anything.
 */
export function ecsStandIn({ now, region, accountId, seed = 1, ...options }: EcsOptions): EcsStandIn {
  const { throttle = false, staleness = 0, pageLength = (asked) => asked } = options;
  const age = typeof staleness === 'number' ? () => staleness : staleness;
  const store = new EcsStore({ region, accountId }, now, idSource(seed));
  const life = new TaskLife(store);
  const services = new ServiceLife(store, seed);
  const { invoke = refused, minuteMs = 60_000 } = options;
  const staging = new Staging(store, services, { invoke, minuteMs });
  const admin = ecsAdmin(store, { life, services, staging });
  const rules: ReadRules = {
    asOf: (operation, cluster) => now() - age(cluster === undefined ? { operation } : { operation, cluster }),
    limit: (operation, maxResults, usual) => Math.max(1, pageLength(pageLimit(maxResults, most, usual), operation)),
  };
  const operations: Record<string, Operation> = {
    ...readOperations(store, rules),
    ...serviceOperations(store, services, rules),
    ...serviceDeploymentOperations(store, services, rules),
    ...writeOperations(store, life, admin),
  };
  return {
    signingName: 'ecs',
    operations: servedOnly(throttle ? throttled(operations, now) : operations, ECS_SERVED, invalid),
    served: ECS_SERVED,
    admin,
  };
}

const refused: InvokeHook = (functionArn) => {
  throw new Error(`there is no function ${functionArn}: give \`invoke\``);
};

function throttled(operations: Readonly<Record<string, Operation>>, now: () => number): Record<string, Operation> {
  const limited: Record<string, Operation> = { ...operations };
  for (const { operations: names, ...size } of Object.values(buckets)) {
    const bucket = tokenBucket(size, now);
    for (const name of names) {
      const run = operations[name];
      if (!run) continue;
      limited[name] = (input, context) => {
        if (!bucket.take()) throw new ServiceFault('ThrottlingException', 'Rate exceeded');
        return run(input, context);
      };
    }
  }
  return limited;
}
