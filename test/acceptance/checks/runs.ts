import type { Place } from '../places/place.ts';
import { until } from '../wait.ts';

export interface Ended {
  readonly name: string;
  readonly status: string;
  readonly error: string;
  readonly cause: string;
  readonly output: string;
}

/** Starts a run with this input and waits for its end. */
export async function run(place: Place, input: object, signal: AbortSignal): Promise<Ended> {
  const { stepFunctions } = place.clients;
  const { executionArn } = await stepFunctions.startExecution({
    stateMachineArn: place.stateMachine,
    input: JSON.stringify(input),
  });
  return until(
    async () => {
      const {
        name = '',
        status = '',
        error = '',
        cause = '',
        output = '',
      } = await stepFunctions.describeExecution({
        executionArn,
      });
      return status === 'RUNNING' ? undefined : { name, status, error, cause, output };
    },
    { every: pace(place), signal },
  );
}

/** Executions that were started at this time or later, once none of them runs any more. */
export async function endedSince(place: Place, since: number, signal: AbortSignal) {
  return until(
    async () => {
      const { executions = [] } = await place.clients.stepFunctions.listExecutions({
        stateMachineArn: place.stateMachine,
        maxResults: 1_000,
      });
      const ours = executions.filter(({ startDate }) => (startDate?.getTime() ?? 0) >= since);
      return ours.some(({ status }) => status === 'RUNNING')
        ? undefined
        : ours.map(({ name = '', status = '', executionArn = '' }) => ({ name, status: String(status), executionArn }));
    },
    { every: pace(place), signal },
  );
}

/** The state in which an execution has ended: `ZoneInSync`, `Superseded`, … */
export async function endOf({ clients }: Place, executionArn: string): Promise<string> {
  const { events = [] } = await clients.stepFunctions.getExecutionHistory({
    executionArn,
    reverseOrder: true,
    maxResults: 5,
  });
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])[0] ?? 'nowhere';
}

/** Names of the zone that the examples publish. */
export const published = ({ zone }: Place) => [`_calc._tcp.${zone}`, `_time._tcp.${zone}`];

/** Seconds between two looks: an account is not asked more often than needed. */
export const pace = ({ kind }: Place): number => (kind === 'local' ? 0.2 : 5);

/** How many of what, like `3 SUCCEEDED, 1 FAILED`. */
export function counted(all: readonly string[]): string {
  const counts = [...Map.groupBy(all, (one) => one)].map(([what, its]) => `${its.length} ${what}`);
  return counts.length === 0 ? 'none' : counts.join(', ');
}
