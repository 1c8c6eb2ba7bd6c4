import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/** Of the work that is under way: where several run in one process, each has its own. */
const counting = new AsyncLocalStorage<{ calls: number }>();

// The name of functions/adapters/aws/call-log.ts, which this room may not import.
subscribe('ecs-service-discovery-dns:api-call', (message) => {
  const counted = counting.getStore();
  if (counted) counted.calls += (message as { readonly attempts: number }).attempts;
});

/** Counts the requests to AWS that this work makes, all attempts at each call. */
export const countingCalls = <T>(work: () => Promise<T>): Promise<T> => counting.run({ calls: 0 }, work);

/** How many the work has made so far that calls this; 0 where nobody counts. */
export const callsSoFar = (): number => counting.getStore()?.calls ?? 0;
