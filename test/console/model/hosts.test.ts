import { expect, it } from 'vitest';
import { hostViews } from '../../../console/model/hosts.ts';
import type { Host } from '../../../functions/domain/ecs/task.ts';

it.each([
  { host: { state: 'live' }, status: 'live' },
  { host: { state: 'live', draining: true }, status: 'live, drains' },
  { host: { state: 'live', disconnected: true }, status: 'live, its agent is disconnected' },
  { host: { state: 'gone', draining: true, disconnected: true }, status: 'gone, drains, its agent is disconnected' },
] as const)('a host says all that ECS says of it: $status', ({ host, status }) => {
  const hosts: readonly Host[] = [{ containerInstance: 'arn:aws:ecs:::container-instance/shop/1', ...host }];

  expect(hostViews({ hosts, judged: [] }, new Map())[0]?.status).toBe(status);
});
