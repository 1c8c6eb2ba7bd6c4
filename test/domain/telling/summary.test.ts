import { expect, it } from 'vitest';
import { isChange, lineOf, summarize } from '../../../functions/domain/telling/summary.ts';
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
