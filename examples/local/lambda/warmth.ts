/** Which of many things that rest are kept, as Lambda keeps sandboxes for a while: all others end. */
export interface Warmth<T> {
  /** It rests from now on. @param end called once it is not to be kept any longer */
  idle(one: T, end: () => void): void;
  /** It is used again. */
  busy(one: T): void;
  /** Nothing is ended any more. */
  close(): void;
}

interface Resting {
  readonly end: () => void;
  readonly timer: NodeJS.Timeout;
}

/** @param keep how many may rest at a time, and for how many milliseconds; without it all of them, for good */
export function startWarmth<T>(keep?: { readonly atMost: number; readonly forMs: number }): Warmth<T> {
  const resting = new Map<T, Resting>();
  const busy = (one: T): void => {
    clearTimeout(resting.get(one)?.timer);
    resting.delete(one);
  };
  const end = (one: T): void => {
    const { end: act } = resting.get(one) ?? {};
    busy(one);
    act?.();
  };
  return {
    busy,
    idle: (one, act) => {
      if (!keep) return;
      // Those that rest already stay: runs use all in turn, and who made place for the next would never be there in time.
      if (resting.size >= keep.atMost) return act();
      resting.set(one, { end: act, timer: setTimeout(() => end(one), keep.forMs).unref() });
    },
    close: () => {
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
