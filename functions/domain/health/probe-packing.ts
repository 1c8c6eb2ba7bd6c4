import { type Check, MAX_CHECK_ATTEMPTS, MAX_CHECK_TIMEOUT } from '../ecs/check.ts';
import { BYTES_PER_PROBE_BATCH, ENDPOINTS_PER_PROBE_BATCH, OBSERVED_AT_ONCE } from '../words/quotas.ts';

/** One endpoint to probe; `id` is its index among the claims of its cluster. */
export interface Target {
  readonly id: number;
  readonly address: string;
  /** Where both families are published; then both are probed. */
  readonly address6?: string;
  readonly port: number;
  readonly check: Check;
}

/** What the probes of one cluster may take. */
export interface ProbeRoom {
  readonly batches: number;
  /** Seconds that all of them take at most, if every endpoint hangs. */
  readonly seconds: number;
}

/** Milliseconds between two attempts that failed at once: a refused connection would spend all of them in a moment. */
export const ATTEMPT_PAUSE = 200;

/** Milliseconds that probing one endpoint takes at most: each attempt hangs. Those of a batch hang together. */
export const slowestOf = ({ timeout, attempts }: Pick<Check, 'timeout' | 'attempts'>): number =>
  attempts * Math.max(timeout, ATTEMPT_PAUSE);

/** Milliseconds up to which checks count as equally slow; what a batch takes is decided by its slowest. */
const SPEEDS = [6_000, 12_000, 25_000, 50_000, MAX_CHECK_ATTEMPTS * MAX_CHECK_TIMEOUT] as const;
type Speed = (typeof SPEEDS)[number];
const speedOf = (check: Check): Speed => SPEEDS.find((longest) => slowestOf(check) <= longest) ?? SPEEDS[4];

/** A batch that is being filled. */
class Batch {
  readonly targets: Target[] = [];
  /** The bracket before the first. */
  #bytes = 1;

  /** @returns whether there was room */
  add(target: Target): boolean {
    // With the comma or bracket that follows it; paths and addresses are ASCII.
    const bytes = JSON.stringify(target).length + 1;
    const full = this.targets.length >= ENDPOINTS_PER_PROBE_BATCH || this.#bytes + bytes > BYTES_PER_PROBE_BATCH;
    if (full && this.targets.length > 0) return false;
    this.targets.push(target);
    this.#bytes += bytes;
    return true;
  }
}

/** All targets, in their order, in as few batches as that allows. */
export function inOrder(targets: readonly Target[]): readonly (readonly Target[])[] {
  const batches: Batch[] = [];
  for (const target of targets) {
    if (batches.at(-1)?.add(target)) continue;
    const fresh = new Batch();
    fresh.add(target);
    batches.push(fresh);
  }
  return batches.map((batch) => batch.targets);
}

/** Milliseconds that batches take at most, ten at a time, each begun as soon as there is a place. */
export const spanOf = (batches: readonly (readonly Target[])[]): number =>
  span(batches.map((batch) => batch.reduce((slowest, { check }) => Math.max(slowest, slowestOf(check)), 0)));

function span(durations: readonly number[]): number {
  const lanes: number[] = Array.from({ length: OBSERVED_AT_ONCE }, () => 0);
  for (const duration of durations) {
    const free = lanes.indexOf(Math.min(...lanes));
    lanes[free] = (lanes[free] ?? 0) + duration;
  }
  return Math.max(...lanes);
}

interface Begun {
  readonly batch: Batch;
  readonly speed: Speed;
}

/**
 * As many of the targets as there is room for, the first ones first, each in a batch of its own speed; where no more of those
 * can be begun, with slower ones. The slowest batches come first.
 *
 * @returns `beyond`: ids of those for which there is no room
 */
export function fitted(targets: readonly Target[], room: ProbeRoom) {
  const begun: Begun[] = [];
  const beyond: number[] = [];
  /** From this speed on no batch can be begun any more, since the time is spent. */
  let tooSlow = Number.POSITIVE_INFINITY;
  const begin = (speed: Speed): Batch | undefined => {
    if (begun.length >= room.batches || speed >= tooSlow) return undefined;
    const fresh = { batch: new Batch(), speed };
    const more = [...begun, fresh].sort((one, other) => other.speed - one.speed);
    if (span(more.map((one) => one.speed)) > room.seconds * 1_000) {
      tooSlow = speed;
      return undefined;
    }
    begun.push(fresh);
    return fresh.batch;
  };
  for (const target of targets) {
    const speed = speedOf(target.check);
    const latest = (which: (one: Begun) => boolean) => begun.findLast(which)?.batch;
    const placed =
      latest((one) => one.speed === speed)?.add(target) ||
      begin(speed)?.add(target) ||
      SPEEDS.some((slower) => slower > speed && latest((one) => one.speed === slower)?.add(target));
    if (!placed) beyond.push(target.id);
  }
  const slowestFirst = begun.toSorted((one, other) => other.speed - one.speed);
  return { batches: slowestFirst.map(({ batch }) => batch.targets), beyond: beyond.sort((one, other) => one - other) };
}
