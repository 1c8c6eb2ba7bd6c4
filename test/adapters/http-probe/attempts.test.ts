import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { answering, freePort, listen, target } from './listeners.ts';

/** The pauses that are asked for from now on, in milliseconds; they are made, too. */
function pauses(): readonly number[] {
  const asked: number[] = [];
  const { setTimeout: wait } = globalThis;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms?: number) => {
    asked.push(ms ?? 0);
    return wait(done, ms);
  }) as typeof setTimeout);
  onTestFinished(() => void vi.restoreAllMocks());
  return asked;
}

describe('attempts', () => {
  it.each([1, 2, 3, 5])('are as many as declared while they fail: %i', async (attempts) => {
    const listener = await listen(answering(500));

    const [verdict] = await prober().probe([target(listener, { attempts })]);

    expect(verdict).toEqual({ state: 'failing', cause: 'got status 500, want 2xx' });
    expect(listener.connections()).toBe(attempts);
  });

  it.each([1, 2, 3])('end at the first that passes: number %i of 4', async (passing) => {
    const listener = await listen((socket, nth, request) =>
      answering(nth === passing ? 204 : 503)(socket, nth, request),
    );

    const [verdict] = await prober().probe([target(listener, { attempts: 4 })]);

    expect(verdict).toEqual({ state: 'passing' });
    expect(listener.connections()).toBe(passing);
  });

  it('are each of a length of its own: one that hangs leaves the next its time', async () => {
    const listener = await listen((socket, nth, request) => nth === 3 && answering(200)(socket, nth, request));

    const [verdict] = await prober().probe([target(listener, { attempts: 3, timeout: 150 })]);

    expect(verdict).toEqual({ state: 'passing' });
    expect(listener.connections()).toBe(3);
  });

  it('give the cause of the last', async () => {
    const listener = await listen((socket, nth, request) => answering(500 + nth)(socket, nth, request));

    const [verdict] = await prober().probe([target(listener, { attempts: 3 })]);

    expect(verdict).toEqual({ state: 'failing', cause: 'got status 503, want 2xx' });
  });
});

describe('between two attempts', () => {
  it('a pause is made when the first failed at once, and none after the last', async () => {
    const port = await freePort();
    const asked = pauses();
    vi.spyOn(performance, 'now').mockReturnValue(0); // at once, however busy the machine is

    await prober().probe([target({ address: '127.0.0.1', port }, { attempts: 3, kind: 'tcp' })]);

    expect(asked).toEqual([200, 200]);
  });

  it('none is made when the first took its time', async () => {
    const listener = await listen(() => undefined);
    const asked = pauses();

    await prober().probe([target(listener, { attempts: 2, timeout: 250 })]);

    expect(listener.connections()).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe('when the time of the batch is up', () => {
  it('what still hangs is unprobed, not failing, and what was judged stays so', async () => {
    const [good, bad, hanging] = [
      await listen(answering(200)),
      await listen(answering(500)),
      await listen(() => undefined),
    ];
    const slow = { timeout: 10_000, attempts: 3 };

    const verdicts = await prober({ deadline: 700 }).probe([target(hanging, slow), target(good), target(bad)]);

    expect(verdicts).toEqual([
      { state: 'unprobed', cause: 'the batch of probes ran out of time' },
      { state: 'passing' },
      { state: 'failing', cause: 'got status 500, want 2xx' },
    ]);
    expect(hanging.connections()).toBe(1);
  });

  it('what has had some of its attempts is unprobed: the last might have passed', async () => {
    const listener = await listen(answering(500));

    const [verdict] = await prober({ deadline: 300 }).probe([target(listener, { attempts: 10 })]);

    expect(verdict?.state).toBe('unprobed');
    expect(listener.connections()).toBeLessThan(10);
  });

  it('what has not begun is not contacted', async () => {
    const [hanging, good] = [await listen(() => undefined), await listen(answering(200))];
    const slow = { timeout: 10_000 };

    const verdicts = await prober({ deadline: 200, concurrency: 1 }).probe([target(hanging, slow), target(good)]);

    expect(verdicts.map(({ state }) => state)).toEqual(['unprobed', 'unprobed']);
    expect(good.connections()).toBe(0);
  });

  it('it is up for each call anew', async () => {
    const listener = await listen(answering(200));
    const short = prober({ deadline: 150 });
    await short.probe([target(await listen(() => undefined), { timeout: 5_000 })]);

    const verdicts = await short.probe([target(listener)]);

    expect(verdicts).toEqual([{ state: 'passing' }]);
  });
});
