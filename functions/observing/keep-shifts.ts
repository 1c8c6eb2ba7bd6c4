import { objectAt } from '../contracts/payloads.ts';
import { keptShifts, shiftsIn } from '../domain/telling/kept-shift.ts';
import { type TrafficShifted, trafficShifted } from '../domain/telling/traffic-shifted.ts';
import { clusterKey } from './digest.ts';
import type { NotedObjects } from './noted-objects.ts';
import type { KeptPass } from './passes.ts';

/**
 * Keeps for the hook what a run has brought about of each deployment that it looked at; nothing where there was none.
 *
 * @returns the events of the services that it has shifted; of what cannot be kept none, since the next run keeps it, and tells
 */
export async function keepShifts(
  kept: Pick<NotedObjects, 'revise'>,
  passes: readonly KeptPass[],
  { startedAt, now, execution }: { readonly startedAt: number; readonly now: number; readonly execution: string },
): Promise<readonly TrafficShifted[]> {
  const { planned, open } = shiftsIn(passes);
  const batches = passes.flatMap(({ results }) => results);
  const events: TrafficShifted[] = [];
  for (const [cluster, its] of Map.groupBy(planned, (one) => one.cluster)) {
    const done = { planned: its, batches, open, startedAt, now };
    let told: readonly TrafficShifted[] = [];
    const isKept = await kept.revise(objectAt('shifts', clusterKey(cluster)), (before = []) => {
      const after = keptShifts(before, done);
      told = trafficShifted(its, { before, after }, execution);
      return after;
    });
    if (isKept) events.push(...told);
  }
  return events;
}
