import { describe, expect, it } from 'vitest';
import { originOf, zoneLines } from '../../../../examples/local/report/zone-lines.ts';
import type { Disposition } from '../../../../functions/domain/words/reason.ts';

const name = '_calc._tcp.servicediscovery.internal.';
const target = 'ip-127-0-1-10.ecs.servicediscovery.internal.';
const srv = (...ports: readonly number[]) => ({
  Name: name,
  Type: 'SRV' as const,
  TTL: 5,
  ResourceRecords: ports.map((port) => ({ Value: `1 1 ${port} ${target}` })),
});
const address = { Name: target, Type: 'A' as const, TTL: 3600, ResourceRecords: [{ Value: '127.0.1.10' }] };
const marker = {
  Name: 'ecs.servicediscovery.internal.',
  Type: 'TXT' as const,
  TTL: 300,
  ResourceRecords: [{ Value: '"m"' }],
};

const addressName = 'calc._address.ecs.servicediscovery.internal.';
const addresses = (...values: readonly string[]) => ({
  Name: addressName,
  Type: 'A' as const,
  TTL: 5,
  ResourceRecords: values.map((Value) => ({ Value })),
});
const alias = {
  Name: 'calc.servicediscovery.internal.',
  Type: 'A' as const,
  AliasTarget: { HostedZoneId: 'Z1', DNSName: addressName, EvaluateTargetHealth: false },
};
const shown = 'calc.servicediscovery.internal. (address name)';

const task = 'arn:aws:ecs:eu-west-1:123456789012:task/demo/0a1b2c';
const dispositions: readonly Disposition[] = [
  { outcome: 'published', reason: 'healthy', name, target, port: 41_000, task, isNew: true },
  { outcome: 'removed', reason: 'task-stopped', name, target, port: 42_000, task },
  {
    outcome: 'removed',
    reason: 'unhealthy',
    name: addressName,
    target: 'ip-127-1-7-1.ecs.servicediscovery.internal.',
    port: 0,
    task,
  },
  { outcome: 'left-out', reason: 'starting', name, target, port: 43_000, task },
];

describe('the lines of a change', () => {
  it.each([
    {
      row: 'a name that comes',
      change: { after: srv(41_000) },
      lines: [{ sign: '+', name, value: `${target}:41000`, reason: 'healthy', task: '0a1b2c' }],
    },
    {
      row: 'a name that goes',
      change: { before: srv(42_000) },
      lines: [{ sign: '-', name, value: `${target}:42000`, reason: 'task-stopped', task: '0a1b2c' }],
    },
    {
      row: 'a name that loses one value and gains another',
      change: { before: srv(40_000, 42_000), after: srv(40_000, 41_000) },
      lines: [
        { sign: '-', name, value: `${target}:42000`, reason: 'task-stopped', task: '0a1b2c' },
        { sign: '+', name, value: `${target}:41000`, reason: 'healthy', task: '0a1b2c' },
      ],
    },
    {
      row: 'a value that the plan does not speak of',
      change: { after: srv(43_000) },
      lines: [{ sign: '+', name, value: `${target}:43000`, reason: 'of another owner' }],
    },
    {
      row: 'the address of a host',
      change: { after: address },
      lines: [{ sign: '+', name: target, value: 'A 127.0.1.10', reason: 'address of a host' }],
    },
    {
      row: 'an address of an address name that goes',
      change: { before: addresses('127.1.7.1', '127.1.7.2'), after: addresses('127.1.7.2') },
      lines: [{ sign: '-', name: shown, value: '127.1.7.1', reason: 'unhealthy', task: '0a1b2c' }],
    },
    {
      row: 'the alias of an address name that comes',
      change: { after: alias },
      lines: [{ sign: '+', name: alias.Name, value: `A alias of ${addressName}`, reason: 'alias of an address name' }],
    },
    {
      row: 'the alias that goes',
      change: { before: alias },
      lines: [{ sign: '-', name: alias.Name, value: `A alias of ${addressName}`, reason: 'alias of an address name' }],
    },
    {
      row: 'the marker',
      change: { after: marker },
      lines: [{ sign: '+', name: marker.Name, value: 'TXT "m"', reason: 'marker of the deployment' }],
    },
    {
      row: 'another time to live alone',
      change: { before: srv(41_000), after: { ...srv(41_000), TTL: 60 } },
      lines: [{ sign: '~', name, value: 'SRV TTL 5 → 60', reason: 'time to live' }],
    },
  ])('$row', ({ change, lines }) => {
    expect(zoneLines({ changes: [change] }, dispositions)).toEqual(lines);
  });

  it('say where a person made it', () => {
    const changes = [{ after: srv(41_000) }, { before: address }, { before: srv(1), after: { ...srv(1), TTL: 6 } }];

    expect(zoneLines({ changes }, undefined).map(({ reason }) => reason)).toEqual(['by hand', 'by hand', 'by hand']);
  });
});

describe('the origin of a change', () => {
  it.each([
    {
      comment: 'ecs-service-discovery-dns execution events-2026-11-22T20-31-05Z pass 2 batch 0',
      origin: { execution: 'events-2026-11-22T20-31-05Z', pass: 2 },
    },
    { comment: 'tidying up', origin: undefined },
    { comment: undefined, origin: undefined },
  ])('of comment $comment', ({ comment, origin }) => {
    expect(originOf({ comment })).toEqual(origin);
  });
});
