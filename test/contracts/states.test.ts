import { describe, expect, it } from 'vitest';
import { wakeUp } from '../../functions/contracts/events.ts';
import { run, trigger } from '../../functions/contracts/states.ts';

describe('the input of an execution', () => {
  it.each([
    {},
    { trigger: 'schedule' },
    { window: '2026-11-22T20:31:05Z' },
    { clusters: ['main'] },
    { dryRun: true },
    { approve: '0123456789abcdef' },
    { clusters: ['main'], dryRun: true, approve: '0123456789ab' },
  ])('%j is understood', (input) => {
    expect(trigger.parse(input)).toEqual(input);
  });

  it.each([
    { given: { dryrun: true }, about: 'dryrun' },
    { given: { trigger: 'cron' }, about: 'schedule' },
    { given: { window: 'yesterday' }, about: 'datetime' },
    { given: { clusters: [] }, about: '1 items' },
    { given: { clusters: [''] }, about: '1 characters' },
    { given: { clusters: Array.from({ length: 151 }, () => 'c') }, about: '150 items' },
    { given: { dryRun: 'yes' }, about: 'boolean' },
    { given: { approve: 'XYZ' }, about: 'want the hash that a held run named' },
    { given: { approve: '../../x' }, about: 'want the hash that a held run named' },
    { given: [], about: 'object' },
    { given: 'full', about: 'object' },
  ])('$given is refused', ({ given, about }) => {
    const parsed = trigger.safeParse(given);

    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(about);
  });
});

describe('what waits in the event queue', () => {
  const good = { cluster: 'arn:c', task: 'arn:t', awsvpc: false, version: 1, names: ['a.shop.internal.'] };

  it('is names and where to look', () => {
    expect(wakeUp.parse({ ...good, containerInstance: 'arn:i' })).toEqual({ ...good, containerInstance: 'arn:i' });
  });

  it.each([
    { cluster: 'c' },
    { task: 1 },
    { containerInstance: 'i' },
    { awsvpc: 'no' },
    { version: -1 },
    { names: [] },
    { names: ['x'.repeat(256)] },
    { names: Array.from({ length: 501 }, () => 'a.shop.internal.') },
  ])('%j makes it malformed', (about) => {
    expect(wakeUp.safeParse({ ...good, ...about }).success).toBe(false);
  });
});

it('carries the course of a run across the states unchanged', () => {
  const state = {
    execution: 'run-1',
    trigger: 'events',
    kind: 'event',
    startedAt: 1,
    dryRun: false,
    pass: 3,
    round: 2,
    looks: 1,
    scope: { key: 'runs/run-1/3/scope.json' },
    messages: { inline: { kind: 'receipts', body: [] } },
  };

  expect(run.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
});
