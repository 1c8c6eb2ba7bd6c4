import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { clientSettings } from '../functions/adapters/aws/client-settings.ts';
import { calling, present } from '../functions/adapters/aws/faults.ts';
import { readPages } from '../functions/adapters/aws/pages.ts';

export type { HistoryEvent };

export interface ExecutionView {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** JSON text. */
  readonly input: string;
  readonly error: string;
  readonly cause: string;
}

export type ListedExecution = Pick<ExecutionView, 'name' | 'status' | 'startedAt' | 'endedAt'>;

/** Where a reading of a history stopped: what was added since comes next time. */
export interface HistoryPosition {
  readonly token?: string;
  readonly lastId: number;
}

export interface StateMachines {
  list(): Promise<readonly { readonly arn: string; readonly name: string }[]>;
  /** JSON text of its definition. */
  definition(arn: string): Promise<string>;
  /** Gives the ARN of the execution. */
  start(arn: string, name: string, input: unknown): Promise<string>;
  execution(executionArn: string): Promise<ExecutionView>;
  /** The state that an execution has entered last: where it ended, or where it is. */
  lastState(executionArn: string): Promise<string>;
  /** The newest first, at most so many (1 to 1,000); of one status, where it is given. */
  executions(arn: string, most: number, statusFilter?: ExecutionStatus): Promise<readonly ListedExecution[]>;
  /**
   * What the history says behind a position, oldest first.
   *
   * @param data with what went into and out of each state; without unless given
   */
  history(
    executionArn: string,
    from?: HistoryPosition,
    data?: boolean,
  ): Promise<{ readonly events: readonly HistoryEvent[]; readonly position: HistoryPosition }>;
}

/** Events behind the entering of the state that an execution ends in: its leaving and the end, with room to spare. */
const LAST_EVENTS = 10;

/** ARN of an execution, which a listing does not need to be asked for. */
export const executionArnOf = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

const asListed = (
  { name, status, startDate, stopDate }: Partial<ExecutionListItem>,
  call: string,
): ListedExecution => ({
  name: present(name, call, 'a name'),
  status: present(status, call, 'a status'),
  startedAt: present(startDate, call, 'startDate').getTime(),
  ...(stopDate && { endedAt: stopDate.getTime() }),
});

export function stateMachines(client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings())): StateMachines {
  return {
    async list() {
      const call = 'states:ListStateMachines';
      const pages = await readPages({
        call,
        ask: (nextToken?: string) => client.send(new ListStateMachinesCommand({ maxResults: 1_000, nextToken })),
        next: ({ nextToken }) => nextToken,
      });
      return pages
        .flatMap(({ stateMachines: listed }) => present(listed, call, 'stateMachines'))
        .map(({ stateMachineArn, name }) => ({
          arn: present(stateMachineArn, call, 'an ARN'),
          name: present(name, call, 'a name'),
        }));
    },

    async definition(stateMachineArn) {
      const call = 'states:DescribeStateMachine';
      const { definition } = await calling(call, () =>
        client.send(new DescribeStateMachineCommand({ stateMachineArn })),
      );
      return present(definition, call, 'a definition');
    },

    async start(stateMachineArn, name, input) {
      const call = 'states:StartExecution';
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const { executionArn } = await calling(call, () => client.send(command));
      return present(executionArn, call, 'executionArn');
    },

    async execution(executionArn) {
      const call = 'states:DescribeExecution';
      const found = await calling(call, () => client.send(new DescribeExecutionCommand({ executionArn })));
      return {
        ...asListed(found, call),
        input: found.input ?? '{}',
        error: found.error ?? '',
        cause: found.cause ?? '',
      };
    },

    async lastState(executionArn) {
      const call = 'states:GetExecutionHistory';
      const newest = { reverseOrder: true, maxResults: LAST_EVENTS, includeExecutionData: false };
      const { events } = await calling(call, () =>
        client.send(new GetExecutionHistoryCommand({ executionArn, ...newest })),
      );
      const entered = present(events, call, 'events').find((event) => event.stateEnteredEventDetails);
      return entered?.stateEnteredEventDetails?.name ?? '';
    },

    async executions(stateMachineArn, most, statusFilter) {
      const call = 'states:ListExecutions';
      const command = new ListExecutionsCommand({ stateMachineArn, maxResults: most, statusFilter });
      const { executions } = await calling(call, () => client.send(command));
      return present(executions, call, 'executions').map((one) => asListed(one, call));
    },

    async history(executionArn, from = { lastId: 0 }, includeExecutionData = false) {
      const call = 'states:GetExecutionHistory';
      const events: HistoryEvent[] = [];
      let { token } = from;
      for (;;) {
        const asked = token;
        const page = await calling(call, () =>
          client.send(
            new GetExecutionHistoryCommand({
              executionArn,
              maxResults: 1_000,
              nextToken: asked,
              includeExecutionData,
            }),
          ),
        );
        events.push(...present(page.events, call, 'events').filter(({ id = 0 }) => id > from.lastId));
        if (!page.nextToken) break;
        token = page.nextToken;
      }
      // The last page may get longer: it is asked for again, and what is known of it is passed over.
      const position = { ...(token !== undefined && { token }), lastId: events.at(-1)?.id ?? from.lastId };
      return { events, position };
    },
  };
}
