import { describe, expect, it } from 'vitest';
import type { ClusterReading } from '../../../functions/domain/reading/reading.ts';
import { isChange, lineOf, summarize, type Unseen } from '../../../functions/domain/telling/summary.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, taskArn } from '../../support/builders.ts';

const target = 'ip-10-0-0-1.ecs.shop.internal.';
const at = (port: number) => ({ name: CALC, target, port, task: taskArn('0a1b') });
const entered = (port: number): Disposition => ({ ...at(port), outcome: 'published', reason: 'healthy', isNew: true });
const stays = (port: number): Disposition => ({ ...at(port), outcome: 'published', reason: 'running' });
const removed = (port: number): Disposition => ({ ...at(port), outcome: 'removed', reason: 'task-stopped' });
const left = (port: number): Disposition => ({ ...at(port), outcome: 'left-out', reason: 'starting' });

it('counts by reason and shows what comes and goes', () => {
  const summary = summarize({
    dispositions: [entered(1), stays(2), stays(3), removed(4), left(5), left(6)],
    findings: ['look at this'],
  });

  expect(summary).toEqual({
    published: { healthy: 1, running: 2 },
    removed: { 'task-stopped': 1 },
    leftOut: { starting: 2 },
    changes: [`+ ${CALC} ${target}:1 healthy (task 0a1b)`, `- ${CALC} ${target}:4 task-stopped (task 0a1b)`],
    more: 0,
    findings: ['look at this'],
  });
});

it('stays short: fifteen changes, ten findings of three hundred characters, and says how many more there are', () => {
  const dispositions = Array.from({ length: 100 }, (_, port) => entered(port));
  const findings = Array.from({ length: 100 }, () => 'x'.repeat(1_000));

  const summary = summarize({ dispositions, findings });

  expect(summary.changes).toEqual(dispositions.slice(0, 15).map(lineOf));
  expect(summary.more).toBe(85);
  expect(summary.findings).toEqual(Array.from({ length: 10 }, () => 'x'.repeat(300)));
});

it.each([
  { disposition: entered(1), change: true, line: `+ ${CALC} ${target}:1 healthy (task 0a1b)` },
  { disposition: stays(1), change: false, line: `+ ${CALC} ${target}:1 running (task 0a1b)` },
  { disposition: removed(1), change: true, line: `- ${CALC} ${target}:1 task-stopped (task 0a1b)` },
  { disposition: left(1), change: false, line: `! ${CALC} ${target}:1 starting (task 0a1b)` },
  {
    disposition: { outcome: 'left-out', reason: 'invalid-name', name: 'a b' } as const,
    change: false,
    line: '! a b : invalid-name',
  },
])('$line', ({ disposition, change, line }) => {
  expect(lineOf(disposition)).toBe(line);
  expect(isChange(disposition)).toBe(change);
});

describe('what a run did not see', () => {
  const held = (task: string): Disposition => ({ ...at(1), task, outcome: 'published', reason: 'held-unread' });

  it.each<{ row: string; clusters?: Record<string, ClusterReading>; held: readonly Disposition[]; unseen?: Unseen }>([
    { row: 'is not mentioned where it saw everything', clusters: { a: 'read', b: 'gone' }, held: [] },
    { row: 'is not mentioned of a run that says nothing of clusters', held: [] },
    {
      row: 'counts clusters, and each task once',
      clusters: { a: 'read', b: 'unread', c: 'unread' },
      held: [held('t/1'), held('t/1'), held('t/2')],
      unseen: { clusters: 2, tasks: 2 },
    },
    {
      row: 'may be a cluster in which nothing is published',
      clusters: { b: 'unread' },
      held: [],
      unseen: { clusters: 1, tasks: 0 },
    },
    {
      row: 'may be tasks of a cluster outside the setting',
      clusters: { b: 'asked' },
      held: [held('t/1')],
      unseen: { clusters: 0, tasks: 1 },
    },
    {
      row: 'is told by its tasks where a person named other clusters',
      clusters: { a: 'read', 'all others': 'unread' },
      held: [held('t/1')],
      unseen: { clusters: 0, tasks: 1 },
    },
  ])('$row', ({ clusters, held: dispositions, unseen }) => {
    const all = [stays(2), ...dispositions];

    expect(summarize({ dispositions: all, findings: [], ...(clusters && { clusters }) }).unseen).toEqual(unseen);
  });
});
