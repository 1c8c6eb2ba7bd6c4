import { describe, expect, it } from 'vitest';
import { floorOf, sum, throttleSeconds } from './floor.ts';

/** An account with as much in each of its clusters; a name and a revision for each tenth task. */
function account({ clusters, tasks, hosts }: { clusters: number; tasks: number; hosts: number }) {
  const each = (all: number) => Array.from({ length: clusters }, () => all / clusters);
  return { listed: each(tasks), hosts: each(hosts), definitions: 0, recordSets: tasks / 10, changes: [] };
}

describe('the floor of a full run', () => {
  it.each([
    { clusters: 1, tasks: 50, hosts: 5, definitions: 10, warm: 6 - 1, cold: 16 - 1 },
    { clusters: 5, tasks: 1_000, hosts: 100, definitions: 100, warm: 28, cold: 128 },
    { clusters: 20, tasks: 10_000, hosts: 500, definitions: 500, warm: 220 + 1 + 3 + 4, cold: 728 },
  ])('is $warm calls warm and $cold cold for $tasks tasks', ({ definitions, warm, cold, ...of }) => {
    const calls = floorOf(account(of));
    const unread = floorOf({ ...account(of), definitions });

    // Without the change that a cold run makes.
    expect(sum(Object.values(calls))).toBe(of.clusters === 1 ? warm + 1 : warm);
    expect(sum(Object.values(unread))).toBe(of.clusters === 1 ? cold + 1 : cold);
  });

  it('asks every cluster, empty or not', () => {
    expect(floorOf(account({ clusters: 3, tasks: 0, hosts: 0 }))).toEqual({
      ListClusters: 1,
      ListTasks: 3,
      ListResourceRecordSets: 1,
    });
  });

  it('changes as much as a batch may hold, by elements or by characters', () => {
    const set = (values: number, length: number) => ({
      Name: 'a',
      Type: 'SRV' as const,
      ResourceRecords: Array.from({ length: values }, () => ({ Value: 'x'.repeat(length) })),
    });
    const batch = (changes: object[]) => [{ zoneId: 'Z', changeId: 'C', comment: undefined, at: 0, changes }];
    const one = account({ clusters: 1, tasks: 10, hosts: 1 });

    const many = floorOf({
      ...one,
      changes: batch([{ before: set(400, 1), after: set(400, 1) }, { after: set(201, 1) }]),
    });
    const long = floorOf({ ...one, changes: batch([{ after: set(400, 100) }]) });

    expect(many.ChangeResourceRecordSets).toBe(2);
    expect(long.ChangeResourceRecordSets).toBe(2);
  });
});

describe('the throttle floor', () => {
  it.each([
    { calls: { ListTasks: 60, DescribeTasks: 40 }, share: 1, seconds: 0 },
    { calls: { ListTasks: 110, DescribeTasks: 110 }, share: 1, seconds: 6 },
    { calls: { ListTasks: 110, DescribeTasks: 110 }, share: 0.5, seconds: 17 },
    { calls: { DescribeTaskDefinition: 500 }, share: 1, seconds: 22.5 },
    { calls: { ListTasks: 220, DescribeTaskDefinition: 500 }, share: 1, seconds: 22.5 },
    { calls: { ListTasks: 220, ListResourceRecordSets: 60 }, share: 1, seconds: 7 },
  ])('of $calls at $share is $seconds s', ({ calls, share, seconds }) => {
    expect(throttleSeconds(calls, share)).toBe(seconds);
  });
});
