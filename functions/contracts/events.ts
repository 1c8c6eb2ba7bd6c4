import * as z from 'zod';
import { serviceOf } from '../domain/ecs/task.ts';
import type { EventSeen } from '../domain/reading/repeats.ts';
import { digestOf } from '../domain/words/digest.ts';

const text = z.string().optional().catch(undefined);
/** Compared with what an earlier event has shown, and kept nowhere. */
const shown = z.unknown().optional();

/** What a run reads of a task and an event shows as well; a list that cannot be read is undefined. */
const shownOfTask = {
  desiredStatus: text,
  lastStatus: text,
  group: shown,
  connectivity: shown,
  startedAt: shown,
  attachments: z
    .array(z.object({ type: shown, details: shown }))
    .optional()
    .catch(undefined),
  containers: z
    .array(z.object({ name: shown, lastStatus: shown, networkBindings: shown, networkInterfaces: shown }))
    .optional()
    .catch(undefined),
};

/**
 * The fields of an `ECS Task State Change` event that say where to look again, and what it tells of the task as a digest,
 * so that it can be told from one that repeats it; nothing in it is ever published (L3). `oneOff`: of no service.
 */
export const taskEvent = z.object({
  detail: z
    .object({
      clusterArn: z.string().startsWith('arn:'),
      taskArn: z.string().startsWith('arn:'),
      taskDefinitionArn: z.string().startsWith('arn:'),
      containerInstanceArn: z.string().startsWith('arn:').optional(),
      version: z.number().int().min(0),
      overrides: z
        .object({
          containerOverrides: z
            .array(
              z.object({
                name: z.string().optional(),
                environment: z
                  .array(z.object({ name: z.string().optional(), value: z.string().optional() }))
                  .default([]),
              }),
            )
            .default([]),
        })
        .default({ containerOverrides: [] }),
      ...shownOfTask,
    })
    .transform(({ desiredStatus, lastStatus, group, connectivity, startedAt, attachments, containers, ...where }) => ({
      ...where,
      ...tells(desiredStatus, lastStatus),
      ...(typeof group === 'string' && serviceOf(group) === undefined && { oneOff: true as const }),
      ...(attachments &&
        containers && { shows: digestOf(JSON.stringify({ group, connectivity, startedAt, attachments, containers })) }),
    })),
});

/** ECS wants the task to stop, which is final, or it runs and is to run on. */
function tells(desired: string | undefined, last: string | undefined): { readonly tells?: EventSeen['tells'] } {
  if (desired === 'STOPPED') return { tells: 'stop' };
  return desired === 'RUNNING' && last === 'RUNNING' ? { tells: 'start' } : {};
}

export type TaskEvent = z.output<typeof taskEvent>;

/**
 * The fields of an `ECS Container Instance State Change` event that say which host drains. It comes only where instances
 * leave such hosts (`onDraining`); what runs there is read from ECS.
 */
export const hostEvent = z.object({
  detail: z.object({
    clusterArn: z.string().startsWith('arn:'),
    containerInstanceArn: z.string().startsWith('arn:'),
    status: z.literal('DRAINING'),
  }),
});
export type HostEvent = z.output<typeof hostEvent>;

/** What waits in the event queue: where to look, and whether the task stops, so that it can be told as old news. */
export const wakeUp = z.object({
  cluster: z.string().startsWith('arn:'),
  task: z.string().startsWith('arn:'),
  containerInstance: z.string().startsWith('arn:').exactOptional(),
  awsvpc: z.boolean(),
  version: z.number().int().min(0),
  /** Fully qualified owner names that the task declares. */
  names: z.array(z.string().min(2).max(255)).min(1).max(500),
  /** ECS wants the task to stop, which is final; so many endpoints of it may stand. Earlier versions have queued none. */
  stops: z.object({ endpoints: z.number().int().min(0) }).exactOptional(),
});
export type WakeUp = z.infer<typeof wakeUp>;

export const startRunContract = {
  // Told apart by the task, which only one of them has.
  input: z.union([taskEvent, hostEvent]),
  output: z.object({
    dropped: z.string().optional(),
    execution: z.string().optional(),
    names: z.array(z.string()).optional(),
  }),
};
