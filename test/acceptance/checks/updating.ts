import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, expected } from '../check.ts';
import { counted, endedSince, endOf, run } from './runs.ts';

export const update: Check = {
  id: 'update',
  asks: 'What becomes of runs that an update overtakes?',
  expected: 'none fails: they end in sync or as Superseded, and the next full run is in sync',
  seconds: 1_800,
  locally: true,
  async run(place, signal) {
    const { stepFunctions } = place.clients;
    const since = Date.now() - 1_000;
    const done = new AbortController();
    const starting = keepStarting(
      () => stepFunctions.startExecution({ stateMachineArn: place.stateMachine, input: '{}' }),
      { every: place.kind === 'local' ? 200 : 10_000, signal: AbortSignal.any([signal, done.signal]) },
    );
    try {
      await place.update(signal);
    } finally {
      done.abort();
    }
    const started = await starting;
    const runs = await endedSince(place, since, signal);
    const last = await run(place, {}, signal);
    const ends = await Promise.all(runs.map(({ executionArn }) => endOf(place, executionArn)));
    const seen = `${started} runs were started meanwhile: ${counted(ends)}; the next one ${last.status} ${last.error}`;
    return expected(last.status === 'SUCCEEDED' && runs.every(({ status }) => status === 'SUCCEEDED'), seen.trimEnd());
  },
};

async function keepStarting(
  start: () => Promise<unknown>,
  { every, signal }: { readonly every: number; readonly signal: AbortSignal },
): Promise<number> {
  let count = 0;
  while (!signal.aborted) {
    await start();
    count += 1;
    await sleep(every, undefined, { signal }).catch(() => {});
  }
  return count;
}
