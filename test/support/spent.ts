import type { Execution } from './world.ts';

/** What Step Functions bills, by the history of an execution: the start, each state that was entered, each retry. */
export function transitionsIn({ history }: Pick<Execution, 'history'>): number {
  const count = (type: RegExp) => history.filter((event) => type.test(event.type ?? '')).length;
  const retries = count(/^LambdaFunctionScheduled$/) - count(/^TaskStateEntered$/);
  return 1 + count(/StateEntered$/) + retries;
}

/** Attempts that failed, whatever became of them. */
export const failuresIn = ({ history }: Pick<Execution, 'history'>): number =>
  history.filter(({ type }) => type === 'LambdaFunctionFailed' || type === 'LambdaFunctionTimedOut').length;

/** Where a step or a Map failed for good, nobody knows all of what was entered before. */
const LOST = ['BatchUnprobed', 'ClusterUnread', 'BatchUnknown', 'RunFailed'];

/** Whether every attempt that failed was tried again until it went through. */
export const allWentThrough = ({ states, history }: Execution): boolean =>
  !states.some((state) => LOST.includes(state)) && !history.some(({ type }) => type === 'MapStateFailed');
