import { setTimeout as pause } from 'node:timers/promises';
import type { Asked, Running } from './client.ts';

/** What became of requests. */
export interface Load {
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds of the one that took longest. */
  readonly slowest: number;
  /** Why the first ones failed, at most three. */
  readonly faults: readonly string[];
}

export interface LoadOptions {
  /** Whether enough were made; asked with their number before each. */
  readonly until: (begun: number) => boolean;
  /** How many are under way at one time. */
  readonly together: number;
  /** Milliseconds from the end of one to the next in the same place. */
  readonly apart: number;
}

/** Idempotent requests through a proxy. */
export async function load(ask: () => Promise<string>, { until, together, apart }: LoadOptions): Promise<Load> {
  const made: Asked[] = [];
  const faults: string[] = [];
  let begun = 0;
  const place = async (): Promise<void> => {
    while (!until(begun)) {
      begun++;
      const begin = performance.now();
      const ok = await ask().then(
        () => true,
        (fault: Error) => {
          faults.push(fault.message);
          return false;
        },
      );
      made.push({ ok, took: performance.now() - begin });
      await pause(apart);
    }
  };
  await Promise.all(Array.from({ length: together }, place));
  return { ...told(made), faults: faults.slice(0, 3) };
}

/** A number of requests through a client of any kind, over about that many seconds. */
export async function ask(running: Running, seconds: number): Promise<Load | undefined> {
  const requests = seconds * 20;
  const { request } = running;
  if (request) return load(request, { until: (begun) => begun >= requests, together: 4, apart: 200 });
  if (running.requests) return { ...told(await running.requests(requests)), faults: [] };
  return undefined;
}

const told = (made: readonly Asked[]): Omit<Load, 'faults'> => ({
  requests: made.length,
  failed: made.filter(({ ok }) => !ok).length,
  slowest: Math.max(0, ...made.map(({ took }) => took)),
});
