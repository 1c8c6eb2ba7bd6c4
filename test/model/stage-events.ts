import type { InstanceStateChangeEvent, TaskStateChangeEvent } from '../stand-ins/ecs.ts';
import type { Fleet } from './fleet.ts';

/** What ECS tells the trigger; hosts tell only of their draining. */
export type StageEvent = TaskStateChangeEvent | InstanceStateChangeEvent;

const isOfTask = (detail: StageEvent['detail']): detail is TaskStateChangeEvent['detail'] => 'taskArn' in detail;

export const toldOf = ({ detail }: StageEvent): string =>
  isOfTask(detail)
    ? `event ${detail.taskArn.slice(-6)} ${detail.desiredStatus} v${detail.version}`
    : `event ${detail.containerInstanceArn.slice(-6)} ${detail.status}`;

/** What a message says that is queued of an event. */
export const newsOf = (task: string, stops: boolean): string => `${task} ${stops ? 'stops' : 'runs'}`;

/** The news of an event: of each task that has been on the host, where one drains. */
export const newsIn = ({ detail }: StageEvent, { onHost }: Pick<Fleet, 'onHost'>): readonly string[] =>
  isOfTask(detail)
    ? [newsOf(detail.taskArn, detail.desiredStatus === 'STOPPED')]
    : onHost(detail.containerInstanceArn).map(({ arn }) => newsOf(arn, false));
