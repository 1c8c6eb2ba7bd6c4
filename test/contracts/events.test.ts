import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
    'clusterArn',
    'containerInstanceArn',
    'overrides',
    'shows',
    'taskArn',
    'taskDefinitionArn',
    'tells',
    'version',
  ];
  expect(Object.keys(detail).filter((key) => !allowed.includes(key))).toEqual([]);
  expect([detail.tells, typeof detail.shows]).toEqual(['start', 'number']);
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

describe('what an event tells', () => {
  it.each([
    { desiredStatus: 'RUNNING', lastStatus: 'RUNNING', tells: 'start' },
    { desiredStatus: 'STOPPED', lastStatus: 'RUNNING', tells: 'stop' },
    { desiredStatus: 'STOPPED', lastStatus: 'DEPROVISIONING', tells: 'stop' },
    { desiredStatus: 'STOPPED', lastStatus: undefined, tells: 'stop' },
    { desiredStatus: 'RUNNING', lastStatus: 'PENDING', tells: undefined },
    { desiredStatus: 'RUNNING', lastStatus: 7, tells: undefined },
    { desiredStatus: undefined, lastStatus: 'RUNNING', tells: undefined },
  ])('desired $desiredStatus, last $lastStatus: $tells', ({ tells, ...statuses }) => {
    const event = read('bridge-running.json');

    expect(taskEvent.parse({ detail: { ...event.detail, ...statuses } }).detail.tells).toBe(tells);
  });

  type Fields = Record<string, unknown>;
  const running = () => read('awsvpc-service-connect.json').detail;
  const first = (detail: Fields, list: string) => (detail[list] as Fields[])[0] ?? {};
  const shows = (detail: Fields) => taskEvent.parse({ detail }).detail.shows;

  it.each<{ row: string; change: (detail: Fields) => unknown }>([
    { row: 'a container', change: (detail) => Object.assign(first(detail, 'containers'), { lastStatus: 'STOPPED' }) },
    { row: 'a binding', change: (detail) => Object.assign(first(detail, 'containers'), { networkBindings: [{}] }) },
    {
      row: 'an interface of a container',
      change: (detail) => Object.assign(first(detail, 'containers'), { networkInterfaces: [{}] }),
    },
    { row: 'an attachment', change: (detail) => Object.assign(first(detail, 'attachments'), { details: [] }) },
    { row: 'its connection', change: (detail) => Object.assign(detail, { connectivity: 'DISCONNECTED' }) },
    { row: 'its start', change: (detail) => Object.assign(detail, { startedAt: '2026-10-01T10:00:09Z' }) },
    { row: 'its service', change: (detail) => Object.assign(detail, { group: 'service:other' }) },
  ])('differs with what a run reads: $row', ({ change }) => {
    const [before, after] = [running(), running()];
    change(after);

    expect(shows(before)).toBeTypeOf('number');
    expect(shows(after)).not.toBe(shows(before));
  });

  it.each<{ row: string; change: (detail: Fields) => unknown }>([
    { row: 'its version', change: (detail) => Object.assign(detail, { version: 99 }) },
    { row: 'when it was updated', change: (detail) => Object.assign(detail, { updatedAt: '2026-10-01T10:00:09Z' }) },
    { row: 'an agent', change: (detail) => Object.assign(first(detail, 'containers'), { managedAgents: [{}] }) },
    {
      row: 'the digest of an image',
      change: (detail) => Object.assign(first(detail, 'containers'), { imageDigest: 'x' }),
    },
  ])('stays the same whatever else changes: $row', ({ change }) => {
    const [before, after] = [running(), running()];
    change(after);

    expect(shows(after)).toBe(shows(before));
  });

  it.each(['containers', 'attachments'])('is nothing where %s cannot be read', (field) => {
    expect(shows({ ...running(), [field]: 'x' })).toBeUndefined();
  });
});
