import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taskEvent } from '../../functions/contracts/events.ts';

const folder = new URL('../stand-ins/ecs/recorded-events/', import.meta.url);
const read = (name: string): { readonly detail: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

it.each(readdirSync(folder).filter((name) => name.endsWith('.json')))('reads %s', (name) => {
  const event = read(name);

  const { detail } = taskEvent.parse(event);

  expect(detail).toMatchObject({
    clusterArn: event.detail.clusterArn,
    taskArn: event.detail.taskArn,
    taskDefinitionArn: event.detail.taskDefinitionArn,
    version: event.detail.version,
  });
  expect(detail.containerInstanceArn).toBe(event.detail.containerInstanceArn);
});

it('keeps nothing of an event that could be published (L3)', () => {
  const { detail } = taskEvent.parse(read('bridge-running.json'));

  const allowed = [
    'attachments',
    'clusterArn',
    'containerInstanceArn',
    'overrides',
    'taskArn',
    'taskDefinitionArn',
    'version',
  ];
  expect(Object.keys(detail).filter((key) => !allowed.includes(key))).toEqual([]);
  expect(JSON.stringify(detail)).not.toMatch(/networkBindings|hostPort|privateIPv4Address|lastStatus/);
});

it('reads the environment overrides of each container', () => {
  const { detail } = taskEvent.parse(read('run-task-with-overrides.json'));

  const named = detail.overrides.containerOverrides.flatMap(({ environment }) => environment);
  expect(named.some(({ name }) => name?.startsWith('SERVICE_'))).toBe(true);
});

it.each(['clusterArn', 'taskArn', 'taskDefinitionArn', 'version'])('refuses an event without %s', (field) => {
  const event = read('bridge-running.json');
  const { [field]: _, ...rest } = event.detail;

  expect(taskEvent.safeParse({ ...event, detail: rest }).success).toBe(false);
});
