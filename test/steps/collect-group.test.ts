import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import {
  ClusterGoneError,
  StaleReadingError,
  ThrottledError,
  UnavailableError,
} from '../../functions/domain/words/errors.ts';
import { collectTasks } from '../../functions/steps/collect-tasks.ts';
import { definition, runState, task } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { COLLECT_SETTINGS, quietPorts } from '../support/quiet-ecs.ts';

const RUN = runState({ execution: 'x' });
const AWSVPC = definition({ networkMode: 'awsvpc' });
const arn = (name: string) => `arn:aws:ecs:eu-west-1:1:cluster/${name}`;
const denied = () => Object.assign(new Error('no\nnot at all'), { name: 'AccessDeniedException' });

/** What the clock says, which an answer may let run. */
interface Time {
  now: number;
}
type Answer = (time: Time) => Error | number;

/** CollectTasks of a group over an ECS that answers so for each cluster: with so many tasks, or with a fault. */
function stage(answers: Readonly<Record<string, Answer>>, known: Readonly<Record<string, number>> = {}) {
  const time: Time = { now: 0 };
  const bucket = new Map<string, string>();
  const payloads = payloadsIn(mapped(bucket));
  const asked: string[] = [];
  const tasksOf = (cluster: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const own = `${cluster.replace('cluster', 'task')}/${index}`;
      const networkInterface = { address: `10.0.0.${index}`, id: `eni-${index}`, subnet: 's-1' };
      return task({ arn: own, cluster, networkInterface });
    });
  const answered = (cluster: string): number => {
    const answer = answers[cluster.split('/').at(-1) ?? '']?.(time) ?? 0;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const collect = collectTasks(
    {
      payloads,
      clock: { now: () => time.now },
      ecs: {
        listClusters: async () => [],
        listTasks: async ({ cluster }) => {
          asked.push(cluster.split('/').at(-1) ?? '');
          return tasksOf(cluster, answered(cluster)).map((one) => one.arn);
        },
        describeTasks: async (cluster, arns) => ({
          tasks: tasksOf(cluster, answered(cluster)).filter((one) => arns.includes(one.arn)),
          missing: [],
        }),
      },
      ...quietPorts(AWSVPC),
    },
    COLLECT_SETTINGS,
  );
  const read = async (retries = 0) => {
    const names = Object.keys(answers);
    const members = names.map((name) => ({
      cluster: arn(name),
      ...(known[name] !== undefined && { tasks: known[name], reads: known[name] > 100 ? 15 : 3 }),
    }));
    const clusters = await payloads.save(objectAt('group', RUN, 0), members);
    const probes = { batches: 3, seconds: 120, wanted: 1 };
    const item = { group: 0, names: names.join(', '), clusters, inlineBytes: 8_192, probes };
    const { result, batches, ...about } = await collect({ run: RUN, item, retries });
    const targets = await Promise.all(batches.map(({ batch }) => payloads.load('targets', batch)));
    return { ...about, batches: targets, ...(await payloads.load('observation', result)) };
  };
  return { read, asked, payloads };
}

describe('the clusters of a group', () => {
  it('are read one after the other, each with its tasks and its size', async () => {
    const { read, asked } = stage({ a: () => 2, b: () => 0, c: () => 1 });

    const seen = await read();

    expect(asked).toEqual(['a', 'b', 'c']);
    expect(seen).toMatchObject({ names: 'a, b, c', observation: 'read', unread: 0, tasks: 3, instances: 3 });
    expect(seen.clusters).toEqual([
      { cluster: arn('a'), reading: 'read', listed: 2, tasks: 2, reads: 2 },
      { cluster: arn('b'), reading: 'read', listed: 0, tasks: 0, reads: 1 },
      { cluster: arn('c'), reading: 'read', listed: 1, tasks: 1, reads: 2 },
    ]);
  });

  it('share their batches of probes, in which each endpoint has an id of its own', async () => {
    const { read } = stage({ a: () => 2, b: () => 1 });

    const { batches, claims } = await read();

    expect(batches.map((targets) => targets.map(({ id }) => id))).toEqual([[0, 1, 2]]);
    expect(claims.map(({ cluster }) => cluster)).toEqual([arn('a'), arn('a'), arn('b')]);
  });

  it('tell nothing that is known', async () => {
    const { read } = stage({ a: () => 2, b: () => 2 }, { a: 7, b: 700 });

    expect((await read()).clusters).toEqual([
      { cluster: arn('a'), reading: 'read', listed: 2 },
      { cluster: arn('b'), reading: 'read', listed: 2, tasks: 2, reads: 2 },
    ]);
  });
});

describe('a cluster of a group that cannot be read', () => {
  const unread = (error: string, cause: string) => ({ cluster: arn('b'), reading: 'unread', error, cause });

  it('is unread with its error, never empty, and the others are read', async () => {
    const { read } = stage({ a: () => 2, b: denied, c: () => 1 });

    const seen = await read();

    expect(seen.clusters).toEqual([
      { cluster: arn('a'), reading: 'read', listed: 2, tasks: 2, reads: 2 },
      unread('AccessDeniedException', 'no'),
      { cluster: arn('c'), reading: 'read', listed: 1, tasks: 1, reads: 2 },
    ]);
    expect(seen).toMatchObject({ observation: 'read', unread: 1, tasks: 3 });
  });

  it('is gone where ECS does not know it', async () => {
    const { read } = stage({ a: () => 2, b: () => new ClusterGoneError('none') });

    expect((await read()).clusters[1]).toEqual({ cluster: arn('b'), reading: 'gone', listed: 0 });
  });

  it.each([
    { fault: new ThrottledError('slowly') },
    { fault: new UnavailableError('later') },
    { fault: new StaleReadingError('not yet') },
  ])('for now ($fault.name) has the state try again, and is unread where that does not help', async ({ fault }) => {
    const { read } = stage({ a: () => 2, b: () => fault, c: () => 1 });

    await expect(read(0)).rejects.toBe(fault);
    await expect(read(3)).rejects.toBe(fault);
    const seen = await read(4);

    expect(seen.clusters[1]).toEqual(unread(fault.name, fault.message));
    expect(seen.clusters[2]).toEqual({ cluster: arn('c'), reading: 'read', listed: 1, tasks: 1, reads: 2 });
  });

  it('leaves those untried that there is no time for, where each takes its time to fail', async () => {
    const slow = (time: Time) => {
      time.now += 40_000;
      return new UnavailableError('it hangs');
    };
    const group = stage({ a: () => 1, b: slow, c: slow, d: () => 1 });

    const seen = await group.read(4);

    expect(group.asked).toEqual(['a', 'b', 'c']);
    expect(seen.clusters.map(({ reading }) => reading)).toEqual(['read', 'unread', 'unread', 'unread']);
    expect(seen.clusters[3]).toMatchObject({ cluster: arn('d'), error: 'UnavailableError', cause: 'it hangs' });
  });
});

it('a cluster that is alone fails its state, whatever the fault and the retries, and why is kept', async () => {
  const { read, payloads } = stage({ a: denied });

  await expect(read(6)).rejects.toThrow('no');

  expect(await payloads.find(objectAt('fault', RUN, 0))).toEqual({ error: 'AccessDeniedException', cause: 'no' });
});
