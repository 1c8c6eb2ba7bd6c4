import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { calling, nameOf } from './faults.ts';

export interface Executions {
  /** Starts an execution by name; one that exists already is a success: Step Functions' own idempotency. */
  start(stateMachineArn: string, name: string, input: unknown): Promise<'started' | 'exists'>;
}

export function executions(client: Pick<SFNClient, 'send'> = new SFNClient({})): Executions {
  return {
    async start(stateMachineArn, name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        await calling('states:StartExecution', () => client.send(command));
        return 'started';
      } catch (fault) {
        if (nameOf(fault) === 'ExecutionAlreadyExists') return 'exists';
        throw fault;
      }
    },
  };
}
