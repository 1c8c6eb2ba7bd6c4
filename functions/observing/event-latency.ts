import type { Latency, Receipt } from '../contracts/reading-shapes.ts';
import { metrics } from '../runtime/powertools.ts';

/** Counts how long the oldest of these messages took from the queue to a zone that is in sync. */
export function countLatency(receipts: readonly Receipt[], now: number): void {
  if (receipts.length === 0) return;
  const oldest = Math.min(...receipts.map(({ sentAt }) => sentAt));
  metrics.addMetric('EventLatency', 'Milliseconds', Math.max(0, now - oldest));
}

/** Counts since when the oldest of these messages has been in the queue, in a run that has not settled them. */
export function countAge(receipts: readonly Receipt[], now: number): void {
  if (receipts.length === 0) return;
  const oldest = Math.min(...receipts.map(({ sentAt }) => sentAt));
  metrics.addMetric('OldestEventAge', 'Seconds', Math.max(0, now - oldest) / 1_000);
}

/** How long each of these messages has taken by now; undefined where there are none. */
export function latencyOf(receipts: readonly Receipt[], now: number): Latency | undefined {
  const took = receipts.map(({ sentAt }) => Math.max(0, Math.round(now - sentAt))).sort((one, other) => one - other);
  const [median, slowest] = [took[Math.floor((took.length - 1) / 2)], took.at(-1)];
  return median === undefined || slowest === undefined ? undefined : { events: took.length, median, slowest };
}
