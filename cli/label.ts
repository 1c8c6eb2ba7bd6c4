import { ownerSubtree } from '../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../functions/domain/dns/record-set.ts';
import { namesOfSets, strangers } from '../functions/domain/zone/label-taken.ts';
import { holderOf, type Marker, markerSets, remark } from '../functions/domain/zone/marker.ts';
import type { Pause } from '../functions/domain/zone/pause.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { markerState, pausedLine } from './view/status-report.ts';
import { changeZone } from './zone-changes.ts';

/**
 * What stands at the owner label and, while no marker says whose it is, below it.
 *
 * @returns the record sets, for `checkLabel` and `writeMarker`
 */
export async function readLabel({ zone, deployment: { naming } }: Context): Promise<readonly RecordSet[]> {
  const at = await zone.at(ownerSubtree(naming));
  return markerSets(at, naming).length > 0 ? at : zone.below(ownerSubtree(naming));
}

/** @throws UsageError where the label is not ours: nothing below it may be touched, nor a marker be made */
export function checkLabel(sets: readonly RecordSet[], { deployment }: Context): void {
  const { naming, id } = deployment;
  const label = ownerSubtree(naming);
  const state = markerState(sets, deployment);
  if (state === 'of another deployment') {
    throw new UsageError(
      `the marker at ${label} is not that of ${id}: what stands there and below it is not ours to change`,
    );
  }
  const others = state === 'absent' ? strangers(sets, naming) : [];
  if (others.length > 0) {
    throw new UsageError(
      `no marker stands at ${label}, and others use it: ${namesOfSets(others)}; nothing is ours there`,
    );
  }
  if (markerSets(sets, naming).some(({ policy }) => policy !== 'simple')) {
    throw new UsageError(
      `the TXT record set at ${label} has an identifier or a health check: write the marker by hand`,
    );
  }
}

/** What the marker says; without one, what a marker of this deployment would. */
export function ownMarker(sets: readonly RecordSet[], { deployment: { id, naming } }: Context): Marker {
  const holder = holderOf(sets, naming, id);
  return holder.state === 'ours' ? holder.marker : { deployment: id };
}

/** The changes that leave a marker at the label, or none; texts of others beside it stay. */
export function markerChanges(
  sets: readonly RecordSet[],
  { deployment: { id, naming } }: Context,
  marker: Marker | undefined,
) {
  const [found] = markerSets(sets, naming);
  return remark(found, naming, { deployment: id, ...(marker && { marker }) });
}

/**
 * Replaces exactly the marker that was read; a run that has just made one wins, and the person tries again.
 *
 * @param order of the person, as CloudTrail is to have it
 */
export async function writeMarker(
  context: Context,
  sets: readonly RecordSet[],
  { marker, order }: { readonly marker: Marker | undefined; readonly order: string },
): Promise<void> {
  const changes = markerChanges(sets, context, marker);
  if (changes.length > 0) await changeZone(context, changes, order);
}

/** @throws UsageError while the deployment is paused, for a command that would start runs which change nothing */
export function refusePaused(paused: Pause | undefined, { deployment }: Context, order: string): void {
  if (!paused) return;
  throw new UsageError(
    `${deployment.id} is ${pausedLine(paused)}, and after that ${order} does what it is for; nothing was done`,
  );
}
