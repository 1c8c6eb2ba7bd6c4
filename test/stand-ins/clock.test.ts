import { describe, expect, it } from 'vitest';
import { systemClock, virtualClock } from './clock.ts';

describe('the virtual clock', () => {
  it('wakes sleepers in the order of their time, at their time', async () => {
    const clock = virtualClock(0);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    void sleeper('late', 300);
    void sleeper('early', 100);

    await clock.advance(299);
    const before = [...woken];
    await clock.advance(1);

    expect(before).toEqual([['early', 100]]);
    expect(woken).toEqual([
      ['early', 100],
      ['late', 300],
    ]);
  });

  it('lets one who wakes sleep again within the same advance', async () => {
    const clock = virtualClock(0);
    const times: number[] = [];
    const loop = (async () => {
      for (let index = 0; index < 3; index++) {
        await clock.sleep(10);
        times.push(clock.now());
      }
    })();

    await clock.advance(30);
    await loop;

    expect(times).toEqual([10, 20, 30]);
  });

  it('runs work to its end, jumping over the waits, and hands on what it throws', async () => {
    const clock = virtualClock(0);
    const work = async (fails: boolean) => {
      await clock.sleep(86_400_000);
      if (fails) throw new Error('late');
      return 'done';
    };

    expect(await clock.run(work(false))).toBe('done');
    await expect(clock.run(work(true))).rejects.toThrow('late');
    expect(clock.now()).toBe(2 * 86_400_000);
  });

  it('lets the aborted sleep end without moving', async () => {
    const clock = virtualClock(0);
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);

    controller.abort();
    await sleeping;

    expect(clock.now()).toBe(0);
    await clock.sleep(1_000, controller.signal);
  });
});

describe('the system clock', () => {
  it('ends an aborted sleep at once', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, controller.signal);

    controller.abort();

    await expect(sleeping).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, controller.signal)).resolves.toBeUndefined();
  });
});
