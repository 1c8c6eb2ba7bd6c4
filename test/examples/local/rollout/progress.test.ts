import { describe, expect, it } from 'vitest';
import { coloursOf, endOf, type Look, progressLine } from '../../../../examples/local/rollout/progress.ts';

const revision = (digits: string, running: number, requested = running) => ({
  arn: `arn:aws:ecs:eu-west-1:123456789012:service-revision/demo/calc/${digits}`,
  runningTaskCount: running,
  requestedTaskCount: requested,
});
const look = (deployment: Look['deployment'], answered: readonly string[] = []): Look => ({
  deployment: {
    sourceServiceRevisions: [revision('1', 2)],
    targetServiceRevision: revision('2', 1, 2),
    ...deployment,
  },
  answered,
  places: new Map([
    ['a:1', 'ecs-svc/1'],
    ['b:1', 'ecs-svc/1'],
    ['a:2', 'ecs-svc/2'],
    ['c:3', 'ecs-svc/3'],
  ]),
});

describe('where DNS sends clients', () => {
  it.each([
    { answered: [], colours: { blue: 0, green: 0, others: 0 } },
    { answered: ['a:1', 'b:1'], colours: { blue: 2, green: 0, others: 0 } },
    { answered: ['a:2', 'b:1'], colours: { blue: 1, green: 1, others: 0 } },
    { answered: ['a:2', 'c:3', 'd:4'], colours: { blue: 0, green: 1, others: 2 } },
  ])('$answered', ({ answered, colours }) => {
    expect(coloursOf(look({}, answered))).toEqual(colours);
  });
});

describe('a line', () => {
  it.each([
    { deployment: { status: 'PENDING' }, line: 'PENDING tasks: blue 2/2, green 1/2 DNS: 1 blue, 1 green' },
    {
      deployment: { status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' },
      line: 'SCALE_UP tasks: blue 2/2, green 1/2 DNS: 1 blue, 1 green',
    },
    {
      deployment: { status: 'ROLLBACK_IN_PROGRESS', lifecycleStage: 'CLEAN_UP' },
      line: 'rollback, CLEAN_UP tasks: blue 2/2, green 1/2 DNS: 1 blue, 1 green',
    },
  ] as const)('of $deployment', ({ deployment, line }) => {
    expect(progressLine(look(deployment, ['a:1', 'a:2'])).replaceAll(/ +/g, ' ')).toBe(line);
  });

  it('says so where a value is of neither colour', () => {
    expect(progressLine(look({}, ['c:3']))).toMatch(/DNS: 0 blue, 0 green, 1 of neither$/);
  });
});

it.each([
  { status: 'SUCCESSFUL', end: 'shifted' },
  { status: 'ROLLBACK_SUCCESSFUL', end: 'rolled back' },
  { status: 'ROLLBACK_FAILED', end: 'given up' },
  { status: 'STOPPED', end: 'given up' },
  { status: 'IN_PROGRESS', end: undefined },
  { status: 'ROLLBACK_IN_PROGRESS', end: undefined },
] as const)('$status is $end', ({ status, end }) => {
  expect(endOf({ status })).toBe(end);
});
