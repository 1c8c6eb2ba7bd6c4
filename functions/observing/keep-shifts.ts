import { objectAt } from '../contracts/payloads.ts';
import { keptShifts, shiftsIn } from '../domain/telling/kept-shift.ts';
import { clusterKey } from './digest.ts';
import type { NotedObjects } from './noted-objects.ts';
import type { KeptPass } from './passes.ts';

/** Keeps for the hook what a run has brought about of each deployment that it looked at; nothing where there was none. */
export async function keepShifts(
  kept: Pick<NotedObjects, 'revise'>,
  passes: readonly KeptPass[],
  now: number,
): Promise<void> {
  const { planned, open } = shiftsIn(passes);
  const batches = passes.flatMap(({ results }) => results);
  for (const [cluster, its] of Map.groupBy(planned, (one) => one.cluster)) {
    const done = { planned: its, batches, open, now };
    await kept.revise(objectAt('shifts', clusterKey(cluster)), (before = []) => keptShifts(before, done));
  }
}
