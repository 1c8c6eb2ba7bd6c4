import { describe, expect, it } from 'vitest';
import type { ZoneReader } from '../../functions/adapters/route53-zone.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { Task } from '../../functions/domain/ecs/task.ts';
import { ThrottledError, UnavailableError } from '../../functions/domain/words/errors.ts';
import { type Progress, progressOf } from '../../functions/observing/progress.ts';
import { ecsReadOn, instancesReadOn, zoneReadOn } from '../../functions/observing/read-on.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { CLUSTER, runState, task, taskArn } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const RUN = runState({ execution: 'x' });
const AT = objectAt('progress', RUN, 'collect-tasks', 1);
const ARNS = Array.from({ length: 250 }, (_, index) => taskArn(String(index)));
const throttled = () => new ThrottledError('Rate exceeded');

/** Tries of one state over one run bucket. */
function stage() {
  const clock = virtualClock();
  const bucket = new Map<string, string>();
  const payloads = payloadsIn(mapped(bucket));
  const begin = (retries: number, at = AT) => progressOf({ payloads, clock, at, retries });
  return { clock, bucket, begin };
}

type Around = ReturnType<typeof stage>;

/** An ECS that describes a batch at a time, those that may be; and what it was asked. */
function describing(may: (batch: number) => boolean, overrides: Task['overrides'] = []) {
  const asked: number[] = [];
  return {
    asked,
    reader: {
      listClusters: async () => [],
      listTasks: async () => [],
      describeTasks: async (_: string, arns: readonly string[]) => {
        const batch = ARNS.indexOf(arns[0] ?? '') / 100;
        asked.push(batch);
        if (!may(batch)) throw throttled();
        return { tasks: arns.map((arn) => task({ arn, overrides })), missing: [] };
      },
    },
  };
}

const describeAll = (progress: Progress, { reader }: ReturnType<typeof describing>) =>
  progress.during(() => ecsReadOn(reader, progress).describeTasks(CLUSTER, ARNS));

describe('a state that is throttled', () => {
  it('asks in its next try only for what it has not read', async () => {
    const { begin } = stage();
    await expect(
      describeAll(
        await begin(0),
        describing((batch) => batch !== 1),
      ),
    ).rejects.toThrow(ThrottledError);
    const second = describing(() => true);

    const { tasks } = await describeAll(await begin(1), second);

    expect(second.asked).toEqual([1]);
    expect(tasks.map(({ arn }) => arn)).toEqual(ARNS);
  });

  it('gets further each time', async () => {
    const { begin } = stage();
    for (const [retries, last] of [0, 1].entries()) {
      await expect(
        describeAll(
          await begin(retries),
          describing((batch) => batch <= last),
        ),
      ).rejects.toThrow();
    }
    const third = describing(() => true);

    await describeAll(await begin(2), third);

    expect(third.asked).toEqual([2]);
  });

  it('goes on in a list from the page that it did not get', async () => {
    const { begin } = stage();
    const asked: (string | undefined)[] = [];
    const readerTo = (pages: number) => ({
      ...describing(() => true).reader,
      listTasks: async (...[, memory]: Parameters<ReturnType<typeof ecsReadOn>['listTasks']>) => {
        const items = [...(memory?.before?.items ?? [])];
        for (let page = items.length; ; page += 1) {
          asked.push(page === 0 ? undefined : String(page));
          if (page === pages) throw throttled();
          items.push(taskArn(String(page)));
          memory?.note({ items, ...(page < 3 && { next: String(page + 1) }) });
          if (page === 3) return items;
        }
      },
    });
    const list = async (retries: number, pages: number) => {
      const progress = await begin(retries);
      return progress.during(() => ecsReadOn(readerTo(pages), progress).listTasks({ cluster: CLUSTER }));
    };
    await expect(list(0, 2)).rejects.toThrow();
    asked.length = 0;

    const all = await list(1, 9);

    expect(asked).toEqual(['2', '3']);
    expect(all).toEqual(['0', '1', '2', '3'].map(taskArn));
  });

  it('keeps what is under way beside the fault', async () => {
    const { begin, clock } = stage();
    const progress = await begin(0);
    const reader = {
      describe: async (_: string, arns: readonly string[]) => {
        if (arns[0] === 'a0') throw throttled();
        await clock.sleep(50);
        return arns.map((arn) => ({ arn, status: 'ACTIVE' }));
      },
    };
    const arns = Array.from({ length: 150 }, (_, index) => `a${index}`);
    await expect(
      clock.run(progress.during(() => instancesReadOn(reader, progress).describe(CLUSTER, arns))),
    ).rejects.toThrow();

    const kept = await begin(1);

    expect((await kept.instances.all()).flatMap(({ instances }) => instances)).toHaveLength(50);
  });

  it('keeps sets of the zone with where they go on', async () => {
    const { begin } = stage();
    const set = { ownerName: 'a.', type: 'A', ttl: 1, values: ['10.0.0.1'], policy: 'simple' } as const;
    const first = await begin(0);
    const half = {
      all: async (memory?: { note(soFar: object): void }) => {
        memory?.note({ items: [set], next: { name: 'b.' } });
        throw throttled();
      },
    };
    await expect(
      first.during(() => zoneReadOn(half as unknown as Pick<ZoneReader, 'all'>, first).all()),
    ).rejects.toThrow();
    const second = await begin(1);
    let before: unknown;
    const rest = {
      all: async (memory?: { readonly before: unknown }) => {
        before = memory?.before;
      },
    };

    await second.during(() => zoneReadOn(rest as unknown as Pick<ZoneReader, 'all'>, second).all());

    expect(before).toEqual({ items: [set], next: { name: 'b.' } });
  });

  it('keeps pages of the zone with how far they reach', async () => {
    const { begin } = stage();
    const page = { recordSets: [], before: 'b.' };
    const asked: string[] = [];
    const reader = {
      from: async (name: string) => {
        asked.push(name);
        if (name === 'b.' && asked.length < 3) throw throttled();
        return page;
      },
    };
    const read = async (retries: number) => {
      const progress = await begin(retries);
      const zone = zoneReadOn(reader, progress);
      return progress.during(async () => [await zone.from('a.'), await zone.from('b.')]);
    };
    await expect(read(0)).rejects.toThrow();

    expect(await read(1)).toEqual([page, page]);
    expect(asked).toEqual(['a.', 'b.', 'b.']);
  });

  it('is as old as the first answer that it goes on from', async () => {
    const { begin, clock } = stage();
    const first = await begin(0);
    await expect(
      describeAll(
        first,
        describing((batch) => batch === 0),
      ),
    ).rejects.toThrow();
    await clock.advance(30_000);

    expect((await begin(1)).since).toBe(first.since);
  });

  it('keeps of overrides only what declares something', async () => {
    const { begin, bucket } = stage();
    const environment = { SERVICE_80_NAME: 'calc', PASSWORD: 'hunter2' };
    const ecs = describing((batch) => batch === 0, [{ container: 'app', environment }]);

    await expect(describeAll(await begin(0), ecs)).rejects.toThrow();

    expect(bucket.get(AT.key)).toContain('SERVICE_80_NAME');
    expect(bucket.get(AT.key)).not.toContain('hunter2');
  });
});

describe('nothing of it is used', () => {
  const another = async (change: (around: Around) => unknown, at = AT, retries = 1) => {
    const around = stage();
    await expect(
      describeAll(
        await around.begin(0),
        describing((batch) => batch === 0),
      ),
    ).rejects.toThrow();
    await change(around);
    const ecs = describing(() => true);
    await describeAll(await around.begin(retries, at), ecs);
    return ecs.asked.toSorted();
  };

  it.each([
    ['in a first try', () => {}, AT, 0],
    ['in another pass', () => {}, objectAt('progress', { ...RUN, pass: 2 }, 'collect-tasks', 1), 1],
    ['of other clusters', () => {}, objectAt('progress', RUN, 'collect-tasks', 2), 1],
    ['of another state', () => {}, objectAt('progress', RUN, 'verify-changes'), 1],
    ['where it is half-written', ({ bucket }: Around): unknown => bucket.set(AT.key, '{"kind":"prog'), AT, 1],
    ['ten minutes later', async ({ clock }: Around): Promise<void> => clock.advance(600_001), AT, 1],
    [
      'after a fault that no waiting mends, of which it may be the reason',
      async ({ begin }: Around): Promise<void> => {
        const progress = await begin(1);
        await expect(progress.during(() => Promise.reject(new Error('stale')))).rejects.toThrow('stale');
      },
      AT,
      2,
    ],
  ] as const)('%s', async (_, change, at, retries) => {
    expect(await another(change, at, retries)).toEqual([0, 1, 2]);
  });
});

it('a fault of the bucket hides no fault of the reading', async () => {
  const { clock } = stage();
  const broken = { ...mapped(new Map()), put: () => Promise.reject(new UnavailableError('no bucket')) };
  const progress = await progressOf({ payloads: payloadsIn(broken), clock, at: AT, retries: 0 });

  await expect(
    describeAll(
      progress,
      describing(() => false),
    ),
  ).rejects.toThrow(ThrottledError);
});

it('what is asked twice in one try is asked twice', async () => {
  const { begin } = stage();
  const progress = await begin(0);
  const ecs = describing(() => true);

  await describeAll(progress, ecs);
  await describeAll(progress, ecs);

  expect(ecs.asked).toEqual([0, 1, 2, 0, 1, 2]);
});
