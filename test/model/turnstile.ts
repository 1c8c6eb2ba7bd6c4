import type { Clock } from '../stand-ins/clock.ts';

/**
 * Holds every call and every sleeper of a history until the scheduler lets one of them go: whatever may overlap in the
 * world can be made to overlap here, in any order, reproducibly.
 */
export interface Turnstile extends Clock {
  /**
   * Resolves when the scheduler lets this call through.
   *
   * @param patience how many others go first while there are others: what makes narrow windows wide
   */
  pass(patience?: number): Promise<void>;
  /** Calls that wait. */
  readonly calls: number;
  /** Those of them that are not held back any more. */
  readonly ready: number;
  /** When the next sleeper is due, in milliseconds since the epoch; undefined when nobody sleeps. */
  readonly nextDue: number | undefined;
  /** Lets one waiting call through, and everything run until it waits again. */
  letPass(index: number): Promise<void>;
  /** Moves the clock on, waking whoever is due. */
  advance(ms: number): Promise<void>;
  /** Lets everything run that waits for neither call nor clock. */
  idle(): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export function turnstile(start = Date.UTC(2026, 0, 1)): Turnstile {
  let time = start;
  const waiting: { readonly resume: () => void; readonly notBefore: number }[] = [];
  let passed = 0;
  const sleepers = new Set<Sleeper>();
  const idle = () => new Promise<void>((resume) => setImmediate(resume));
  const nextDue = () => {
    let first: number | undefined;
    for (const { due } of sleepers) if (first === undefined || due < first) first = due;
    return first;
  };
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resume) => {
        if (signal?.aborted) return resume();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resume();
        };
        const sleeper = { due: time + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    pass: (patience = 0) => new Promise((resume) => waiting.push({ resume, notBefore: passed + patience })),
    get calls() {
      return waiting.length;
    },
    get ready() {
      return waiting.filter(({ notBefore }) => notBefore <= passed).length;
    },
    get nextDue() {
      return nextDue();
    },
    async letPass(index) {
      const ready = waiting.filter(({ notBefore }) => notBefore <= passed);
      const chosen = ready.length > 0 ? ready[index % ready.length] : waiting[index];
      passed += 1;
      if (chosen) waiting.splice(waiting.indexOf(chosen), 1);
      chosen?.resume();
      await idle();
    },
    async advance(ms) {
      const end = time + ms;
      for (let due = nextDue(); due !== undefined && due <= end; due = nextDue()) {
        time = Math.max(time, due);
        for (const sleeper of [...sleepers]) if (sleeper.due <= time) sleeper.wake();
        await idle();
      }
      time = end;
    },
    idle,
  };
}
