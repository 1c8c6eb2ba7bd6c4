import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { delay, repeat } from './timers.ts';

const DAY = 86_400_000;
/** What Node takes at most, and around it; then times that people write into settings. */
const TIMES = [1, 1_000, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32, 25 * DAY, 99_999 * 3_600_000];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each(TIMES)('%i ms', (ms) => {
  it('acts once, and not a moment too soon', async () => {
    const act = vi.fn();
    delay(ms, act);

    await vi.advanceTimersByTimeAsync(ms - 1);
    const before = act.mock.calls.length;
    await vi.advanceTimersByTimeAsync(1);
    await vi.advanceTimersByTimeAsync(3 * ms);

    expect([before, act.mock.calls.length]).toEqual([0, 1]);
  });

  it('acts each time, until it is cancelled', async () => {
    const act = vi.fn();
    const cancel = repeat(ms, act);

    await vi.advanceTimersByTimeAsync(3 * ms);
    cancel();
    await vi.advanceTimersByTimeAsync(3 * ms);

    expect(act).toHaveBeenCalledTimes(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is cancelled at any time, and leaves no timer behind', async () => {
    const act = vi.fn();
    const cancel = delay(ms, act);
    await vi.advanceTimersByTimeAsync(ms - 1);

    cancel();
    await vi.advanceTimersByTimeAsync(ms);

    expect(act).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is slept by the machine’s clock', async () => {
    const woken = vi.fn();
    void systemClock.sleep(ms).then(woken);

    await vi.advanceTimersByTimeAsync(ms - 1);
    const before = woken.mock.calls.length;
    await vi.advanceTimersByTimeAsync(1);

    expect([before, woken.mock.calls.length]).toEqual([0, 1]);
  });
});
