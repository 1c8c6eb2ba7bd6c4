import { expect, it } from 'vitest';
import { explain, explainOthers, explainUntold, explanationLines } from '../../../cli/view/explanation.ts';
import { painter } from '../../../cli/view/style.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, NAMING, ourText, srvSet, task, taskArn } from '../../support/builders.ts';

const plain = painter(false);

it('says where, whose, why, and the last cause', () => {
  const disposition: Disposition = {
    outcome: 'left-out',
    reason: 'unhealthy',
    name: CALC,
    target: 'ip-10-0-0-1.ecs.shop.internal.',
    port: 80,
    task: taskArn('0a1b2c3d4e'),
    detail: 'status 503',
  };

  const lines = explanationLines([explain(disposition)], plain);

  expect(lines).toEqual([
    `${CALC}  ip-10-0-0-1.ecs.shop.internal.:80  0a1b2c3d  failing check: its grace is over (status 503)`,
  ]);
});

it('names the container port of a claim that has no endpoint', () => {
  const { endpoint } = explain({ outcome: 'left-out', reason: 'no-binding', name: CALC, port: 8080 });

  expect(endpoint).toBe('container port 8080');
});

it.each([
  { row: 'declares nothing', names: [], says: 'no such variable: no container of app:1 declares' },
  { row: 'was not looked at yet', names: [CALC], says: 'no run has looked at it yet' },
])('explains a task that $row', ({ names, says }) => {
  const silent = { task: task({ arn: taskArn('1'), group: 'service:app' }), names };
  const told: Disposition = { outcome: 'published', reason: 'running', name: CALC, task: taskArn('2') };

  const [only, ...others] = explainUntold([silent, { task: task({ arn: taskArn('2') }), names: [CALC] }], [told]);

  expect(only?.text).toContain(says);
  expect(others).toEqual([]);
});

it.each([
  {
    row: 'a value of others beside ours',
    set: srvSet(CALC, ['1 1 80 other.example.', ourText('10.0.0.1', 80)]),
    says: ['runs carry it along'],
  },
  {
    row: 'a weighted set',
    set: srvSet(CALC, ['1 1 80 ip-10-0-0-1.ec2.internal.'], { policy: 'weighted', setIdentifier: 'a' }),
    says: ['weighted routing (a); nothing of ours can stand beside it'],
  },
  { row: 'values of ours only', set: srvSet(CALC, [ourText('10.0.0.1', 80)]), says: [] },
  { row: 'other types', set: srvSet(CALC, ['10.0.0.1'], { type: 'A' }), says: [] },
])('explains $row', ({ set, says }) => {
  const texts = explainOthers(CALC, [set], NAMING).map(({ text }) => text);

  expect(texts).toEqual(says.map((part) => expect.stringContaining(part)));
});
