import { describe, expect, it } from 'vitest';
import { ClusterGoneError, UnavailableError } from '../../functions/domain/words/errors.ts';
import { type Changed, lookAgain } from '../../functions/observing/look-again.ts';
import {
  CALC,
  CLUSTER,
  definition,
  instanceArn,
  keyOf,
  NAMING,
  ourText,
  ourValue,
  planRecord,
  taskArn,
} from '../support/builders.ts';
import { quietPorts } from '../support/quiet-ecs.ts';

const TASKS = 100;

/** What a run has changed: one value on each of some hosts, in a cluster of a hundred tasks. */
function changedOn(hosts: number, kind: 'full' | 'event', what: 'created' | 'removed' = 'removed'): Changed {
  const values = Array.from({ length: hosts }, (_, index) => ({
    key: keyOf(`10.0.1.${index}`, 80),
    value: ourText(`10.0.1.${index}`, 80),
    target: ourValue(`10.0.1.${index}`, 80).target,
    task: taskArn(`${index}`),
    cluster: CLUSTER,
    containerInstance: instanceArn(`${index}`),
    awsvpc: false,
    reason: 'task-stopped' as const,
  }));
  const changed = [{ name: CALC, created: [], removed: [], declined: [], [what]: values }];
  const plan = planRecord({ kind, names: changed, sizes: { [CLUSTER]: TASKS } });
  const run = {
    pass: 1,
    plan,
    results: [],
    applied: [CALC],
    moved: [],
    unsent: [],
    stale: [],
    refused: [],
    unanswered: [],
    findings: [],
  };
  return { run, changed };
}

/** How the tasks behind the changes are found: listed by host, or of the whole cluster, and described. */
async function listings(about: Changed, listTasks = async (): Promise<readonly string[]> => []) {
  const asked: string[] = [];
  const described: string[] = [];
  const seen = await lookAgain(
    {
      ecs: {
        listClusters: async () => [],
        listTasks: async ({ containerInstance = 'all' }) => {
          asked.push(containerInstance);
          return listTasks();
        },
        describeTasks: async (_, arns) => {
          described.push(...arns);
          return { tasks: [], missing: [] };
        },
      },
      ...quietPorts(definition()),
    },
    about,
    { naming: NAMING },
  );
  return { asked, described, seen };
}

describe('the tasks of hosts from which something was removed are listed', () => {
  it.each([
    { kind: 'full', hosts: 1, whole: false },
    { kind: 'full', hosts: 2, whole: true },
    // What an event run asks depends on its events, however large the fleet is.
    { kind: 'event', hosts: 2, whole: false },
    { kind: 'event', hosts: 100, whole: false },
  ] as const)('in a run that is $kind, of $hosts: all at once $whole', async ({ kind, hosts, whole }) => {
    const { asked } = await listings(changedOn(hosts, kind));

    expect(asked.toSorted()).toEqual(
      whole ? ['all'] : Array.from({ length: hosts }, (_, index) => instanceArn(`${index}`)).toSorted(),
    );
  });
});

it.each(['full', 'event'] as const)(
  'of what was created the tasks are described, in a run that is %s',
  async (kind) => {
    const { asked, described } = await listings(changedOn(30, kind, 'created'));

    expect(asked).toEqual([]);
    expect(described.toSorted()).toEqual(Array.from({ length: 30 }, (_, index) => taskArn(`${index}`)).toSorted());
  },
);

it('a cluster that is gone shows nothing; one that does not answer is no such thing', async () => {
  const gone = () => Promise.reject(new ClusterGoneError('no cluster'));
  const away = () => Promise.reject(new UnavailableError('no answer'));

  expect((await listings(changedOn(2, 'full'), gone)).seen).toEqual([]);
  await expect(listings(changedOn(2, 'full'), away)).rejects.toThrow('no answer');
});
