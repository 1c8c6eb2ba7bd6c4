import * as z from 'zod';

/** The fields of an `ECS Task State Change` event that say where to look again; nothing in it is ever published (L3). */
export const taskEvent = z.object({
  detail: z.object({
    clusterArn: z.string().startsWith('arn:'),
    taskArn: z.string().startsWith('arn:'),
    taskDefinitionArn: z.string().startsWith('arn:'),
    containerInstanceArn: z.string().startsWith('arn:').optional(),
    version: z.number().int().min(0),
    attachments: z.array(z.object({ type: z.string().optional() })).default([]),
    overrides: z
      .object({
        containerOverrides: z
          .array(
            z.object({
              name: z.string().optional(),
              environment: z.array(z.object({ name: z.string().optional(), value: z.string().optional() })).default([]),
            }),
          )
          .default([]),
      })
      .default({ containerOverrides: [] }),
  }),
});
export type TaskEvent = z.output<typeof taskEvent>;

/** What waits in the event queue: names only, nothing else of the event is used. */
export const wakeUp = z.object({
  cluster: z.string().startsWith('arn:'),
  task: z.string().startsWith('arn:'),
  containerInstance: z.string().startsWith('arn:').exactOptional(),
  awsvpc: z.boolean(),
  version: z.number().int().min(0),
  /** Fully qualified owner names that the task declares. */
  names: z.array(z.string().min(2).max(255)).min(1).max(500),
});
export type WakeUp = z.infer<typeof wakeUp>;

export const startRunContract = {
  input: taskEvent,
  output: z.object({
    dropped: z.string().optional(),
    execution: z.string().optional(),
    names: z.array(z.string()).optional(),
  }),
};
