import * as z from 'zod';
import type { EnvironmentOverride, Task, TaskContainer } from '../domain/ecs/task.ts';
import { all, type Fields, listOf, maybe, number, recordOf, type Shape, text, texts, time, yes } from './fields.ts';
import { protocol } from './lasting-shapes.ts';
import { containerHealth, recordSet } from './reading-shapes.ts';

const task: Shape<Task> = z.object({
  ...all(text, 'arn', 'cluster', 'definition', 'lastStatus', 'desiredStatus'),
  version: number,
  ...maybe(text, 'containerInstance', 'group', 'startedBy', 'startedBy'),
  ...maybe(yes, 'disconnected'),
  ...maybe(number, 'startedAt'),
  ...maybe(containerHealth, 'health'),
  ...maybe(z.object(maybe(text, 'id', 'address', 'subnet', 'vpc')), 'networkInterface'),
  containers: listOf(
    z.object({
      name: text,
      ...maybe(text, 'lastStatus'),
      ...maybe(containerHealth, 'health'),
      bindings: listOf(
        z.object({
          ...maybe(text, 'bindIP', 'containerPortRange', 'hostPortRange'),
          ...maybe(number, 'containerPort', 'hostPort'),
          protocol,
        }),
      ),
    } satisfies Fields<TaskContainer>),
  ),
  overrides: listOf(z.object({ container: text, environment: recordOf(text) } satisfies Fields<EnvironmentOverride>)),
} satisfies Fields<Task>);

/** A container instance as ECS has shown it. */
const instance = z.object({
  ...all(text, 'arn', 'status'),
  ...maybe(text, 'ec2Instance'),
  ...maybe(yes, 'disconnected'),
});

/**
 * What a state that gives out has read, for its next try, by what was asked. Lists go on at `next`, a token as JSON, and are
 * whole without it; a page of the zone reaches up to `next`, a name.
 */
export const progress = z.object({
  /** When the first of it was asked for. */
  since: time,
  lists: listOf(z.object({ question: text, items: texts, ...maybe(text, 'next') })),
  sets: listOf(z.object({ question: text, items: listOf(recordSet), ...maybe(text, 'next') })),
  tasks: listOf(z.object({ question: text, tasks: listOf(task), missing: texts })),
  instances: listOf(z.object({ question: text, instances: listOf(instance) })),
});
export type KeptProgress = z.infer<typeof progress>;
