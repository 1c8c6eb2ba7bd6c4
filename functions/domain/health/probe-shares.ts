import { ENDPOINTS_PER_PROBE_BATCH } from '../words/quotas.ts';

/** In how many batches a cluster was to be probed when it was last read whole. */
export interface ProbeWish {
  readonly cluster: string;
  readonly batches: number;
  /** How many tasks it had, or as many as its probes amount to; absent: nobody needs to know. */
  readonly tasks?: number;
  /** Calls that reading it took from the bucket of cluster-resource reads; absent: nobody has read it beside others. */
  readonly reads?: number;
}

/** What a cluster is taken to want of which nothing is kept. */
export const USUAL_WISH = 1;

/** Whether a wish has changed so much that it is worth keeping: others get what is not wanted. */
export const hasChanged = (wanted: number, kept: number): boolean => wanted > kept || 2 * Math.max(1, wanted) <= kept;

/** The wishes of some clusters on top of those that are kept, only of clusters that there still are. */
export function withWishes(
  kept: readonly ProbeWish[],
  changed: readonly (Partial<ProbeWish> & { readonly cluster: string })[],
  isThere: (cluster: string) => boolean,
): readonly ProbeWish[] {
  const wishes = new Map(kept.map((wish) => [wish.cluster, wish]));
  for (const { cluster, ...news } of changed) {
    // Until it is read by itself, its size tells how much it wants.
    const batches = Math.max(USUAL_WISH, Math.ceil((news.tasks ?? 0) / ENDPOINTS_PER_PROBE_BATCH));
    wishes.set(cluster, { batches, ...wishes.get(cluster), ...news, cluster });
  }
  return [...wishes.values()].filter(
    ({ cluster, batches, tasks, reads }) =>
      (batches > USUAL_WISH || tasks !== undefined || reads !== undefined) && isThere(cluster),
  );
}

/**
 * Shares out batches of probes: everybody gets what it wants up to a level that is the same for all, the highest that is
 * there for; what nobody wants is shared out evenly, for those that want more than they have said.
 *
 * @param total at least one for each
 * @param wanted by how many batches each would be probed whole; 0 counts as 1, since a cluster may have grown
 */
export function shareOut(total: number, wanted: readonly number[]): readonly number[] {
  if (wanted.length === 0) return [];
  const wishes = wanted.map((wish) => Math.max(1, wish));
  const granted = wishes.map((wish) => Math.min(wish, levelOf(total, wishes)));
  const rest = total - granted.reduce((sum, share) => sum + share, 0);
  const open = granted.map((share, index) => ({ index, unmet: share < (wishes[index] ?? 0) }));
  // What the level leaves over is less than one for each of those that want more.
  const first = open.filter(({ unmet }) => unmet);
  const order = (first.length > 0 ? first : open).map(({ index }) => index);
  const each = Math.floor(rest / order.length);
  const extra = new Set(order.slice(0, rest % order.length));
  return granted.map((share, index) => share + (order.includes(index) ? each : 0) + (extra.has(index) ? 1 : 0));
}

/** The highest level to which all wishes can be met. */
function levelOf(total: number, wishes: readonly number[]): number {
  let left = total;
  const sorted = wishes.toSorted((one, other) => one - other);
  for (const [index, wish] of sorted.entries()) {
    const level = Math.floor(left / (sorted.length - index));
    if (wish > level) return level;
    left -= wish;
  }
  return total;
}
