import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientSettings } from './aws/client-settings.ts';
import { calling, nameOf, present } from './aws/faults.ts';

export interface Executions {
  /**
   * Starts an execution by name. Step Functions' own idempotency keeps it single: `exists` where one of that name was
   * started with another input or has ended, `started` also where one with an equal input runs.
   */
  start(stateMachineArn: string, name: string, input: unknown): Promise<'started' | 'exists'>;
}

export function executions(client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings())): Executions {
  return {
    async start(stateMachineArn, name, input) {
      const call = 'states:StartExecution';
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        const { executionArn } = await calling(call, () => client.send(command));
        present(executionArn, call, 'executionArn');
        return 'started';
      } catch (fault) {
        if (nameOf(fault) === 'ExecutionAlreadyExists') return 'exists';
        throw fault;
      }
    },
  };
}
