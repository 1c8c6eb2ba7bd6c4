import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { clientSettings } from './aws/client-settings.ts';
import { calling, present } from './aws/faults.ts';

/** The one call of ours that changes a workload, made only where `onUnhealthy` says so (L12). */
export interface TaskStopper {
  /** Stops a task; its service replaces it. Stopping it again changes nothing. @param reason for people, shown by ECS */
  stop(order: { readonly cluster: string; readonly task: string; readonly reason: string }): Promise<void>;
}

/** Characters of a reason that ECS keeps and shows. */
const MAX_REASON = 255;

export function taskStopper(client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings())): TaskStopper {
  return {
    async stop({ cluster, task, reason }) {
      const call = 'ecs:StopTask';
      const command = new StopTaskCommand({ cluster, task, reason: reason.slice(0, MAX_REASON) });
      const answer = await calling(call, () => client.send(command));
      present(answer.task, call, 'task');
    },
  };
}
