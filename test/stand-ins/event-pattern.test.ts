import { describe, expect, it } from 'vitest';
import { EventPatternError, readPattern } from './event-pattern.ts';

const event = {
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  account: '111111111111',
  detail: {
    clusterArn: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop',
    lastStatus: 'RUNNING',
    desiredStatus: 'STOPPED',
    version: 3,
    ready: true,
    stoppedReason: null,
    group: 'service:cart',
    address: '10.0.1.23',
    attachments: [],
    zones: ['eu-west-1a', 'eu-west-1b'],
    containers: [
      { name: 'app', exitCode: 0, ports: [{ host: 32_769 }] },
      { name: 'sidecar', exitCode: 137 },
    ],
  },
};

const detail = (fields: object) => JSON.stringify({ detail: fields });

describe('a pattern', () => {
  it.each([
    { row: 'an exact value', pattern: { lastStatus: ['RUNNING'] }, matches: true },
    { row: 'one of several', pattern: { lastStatus: ['PENDING', 'RUNNING'] }, matches: true },
    { row: 'another value', pattern: { lastStatus: ['PENDING'] }, matches: false },
    { row: 'another case', pattern: { lastStatus: ['running'] }, matches: false },
    { row: 'all fields', pattern: { lastStatus: ['RUNNING'], desiredStatus: ['RUNNING'] }, matches: false },
    { row: 'a number', pattern: { version: [3] }, matches: true },
    { row: 'a number as text', pattern: { version: ['3'] }, matches: false },
    { row: 'a boolean', pattern: { ready: [true] }, matches: true },
    { row: 'null', pattern: { stoppedReason: [null] }, matches: true },
    { row: 'null where nothing is', pattern: { nothing: [null] }, matches: false },
    { row: 'an item of an array', pattern: { zones: ['eu-west-1b'] }, matches: true },
    { row: 'no item of an array', pattern: { zones: ['eu-west-1c'] }, matches: false },
    { row: 'a field inside an array', pattern: { containers: { name: ['sidecar'] } }, matches: true },
    { row: 'one object of an array', pattern: { containers: { name: ['sidecar'], exitCode: [137] } }, matches: true },
    { row: 'two objects of an array', pattern: { containers: { name: ['app'], exitCode: [137] } }, matches: false },
    { row: 'an array in an array', pattern: { containers: { ports: { host: [32_769] } } }, matches: true },
    { row: 'a prefix', pattern: { group: [{ prefix: 'service:' }] }, matches: true },
    { row: 'no prefix', pattern: { group: [{ prefix: 'family:' }] }, matches: false },
    {
      row: 'a prefix in any case',
      pattern: { group: [{ prefix: { 'equals-ignore-case': 'SERVICE:' } }] },
      matches: true,
    },
    { row: 'a suffix', pattern: { clusterArn: [{ suffix: 'cluster/shop' }] }, matches: true },
    { row: 'no suffix', pattern: { clusterArn: [{ suffix: '/bakery' }] }, matches: false },
    { row: 'any case', pattern: { lastStatus: [{ 'equals-ignore-case': 'running' }] }, matches: true },
    { row: 'a wildcard', pattern: { clusterArn: [{ wildcard: 'arn:aws:ecs:*:cluster/sh*' }] }, matches: true },
    { row: 'a wildcard that must span all', pattern: { clusterArn: [{ wildcard: 'ecs:*' }] }, matches: false },
    { row: 'anything but a value', pattern: { lastStatus: [{ 'anything-but': 'STOPPED' }] }, matches: true },
    { row: 'anything but this value', pattern: { lastStatus: [{ 'anything-but': 'RUNNING' }] }, matches: false },
    { row: 'anything but a list', pattern: { lastStatus: [{ 'anything-but': ['RUNNING', 'X'] }] }, matches: false },
    { row: 'anything but a number', pattern: { version: [{ 'anything-but': [1, 2] }] }, matches: true },
    { row: 'anything but a prefix', pattern: { group: [{ 'anything-but': { prefix: 'service:' } }] }, matches: false },
    { row: 'anything but suffixes', pattern: { group: [{ 'anything-but': { suffix: ['a', 'b'] } }] }, matches: true },
    { row: 'anything but where nothing is', pattern: { nothing: [{ 'anything-but': 'x' }] }, matches: false },
    { row: 'what exists', pattern: { group: [{ exists: true }] }, matches: true },
    { row: 'what exists and is null', pattern: { stoppedReason: [{ exists: true }] }, matches: true },
    { row: 'what does not exist', pattern: { nothing: [{ exists: true }] }, matches: false },
    { row: 'what should not exist and does not', pattern: { nothing: [{ exists: false }] }, matches: true },
    { row: 'what should not exist and does', pattern: { group: [{ exists: false }] }, matches: false },
    { row: 'absence below what is absent', pattern: { nothing: { deep: [{ exists: false }] } }, matches: true },
    { row: 'a lower bound', pattern: { version: [{ numeric: ['>', 2] }] }, matches: true },
    { row: 'two bounds', pattern: { version: [{ numeric: ['>', 0, '<=', 3] }] }, matches: true },
    { row: 'a missed bound', pattern: { version: [{ numeric: ['>=', 0, '<', 3] }] }, matches: false },
    { row: 'an equal number', pattern: { version: [{ numeric: ['=', 3] }] }, matches: true },
    { row: 'a number where text is', pattern: { lastStatus: [{ numeric: ['>', 0] }] }, matches: false },
    { row: 'an address in a range', pattern: { address: [{ cidr: '10.0.0.0/16' }] }, matches: true },
    { row: 'an address out of a range', pattern: { address: [{ cidr: '10.1.0.0/16' }] }, matches: false },
    {
      row: 'one alternative of $or',
      pattern: { $or: [{ lastStatus: ['X'] }, { desiredStatus: ['STOPPED'] }] },
      matches: true,
    },
    {
      row: 'no alternative of $or',
      pattern: { $or: [{ lastStatus: ['X'] }, { desiredStatus: ['X'] }] },
      matches: false,
    },
    {
      row: '$or beside a field',
      pattern: { version: [9], $or: [{ lastStatus: ['RUNNING'] }, { desiredStatus: ['X'] }] },
      matches: false,
    },
  ])('of $row matches: $matches', ({ pattern, matches }) => {
    expect(readPattern(detail(pattern))(event)).toBe(matches);
  });

  it('reads the top of the event too', () => {
    const pattern = '{"source":["aws.ecs"],"detail-type":["ECS Task State Change"],"account":[{"prefix":"1111"}]}';

    expect(readPattern(pattern)(event)).toBe(true);
    expect(readPattern(pattern)({ ...event, source: 'aws.ec2' })).toBe(false);
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"source":"aws.ecs"}',
    '{"source":[]}',
    '{"source":[["aws.ecs"]]}',
    '{"detail":{}}',
    detail({ a: [{ like: 'x' }] }),
    detail({ a: [{ prefix: 1 }] }),
    detail({ a: [{ prefix: 'a', suffix: 'b' }] }),
    detail({ a: [{ exists: 'yes' }] }),
    detail({ a: [{ numeric: ['>', 1, '<'] }] }),
    detail({ a: [{ numeric: ['~', 1] }] }),
    detail({ a: [{ cidr: '10.0.0.0/33' }] }),
    detail({ a: [{ wildcard: 'a**b' }] }),
    detail({ $or: [{ a: ['b'] }] }),
  ])('%s is refused', (text) => {
    expect(() => readPattern(text)).toThrow(EventPatternError);
  });
});
