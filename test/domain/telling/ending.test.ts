import { expect, it } from 'vitest';
import { endingOf, heldFindings } from '../../../functions/domain/telling/ending.ts';
import { CALC, CLUSTER, keyOf, ourText } from '../../support/builders.ts';

const STATE_MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:shop';
const error = { Error: 'ForbiddenError', Cause: 'no' };
const held = {
  held: [{ name: CALC, key: keyOf('10.0.0.1', 80), value: ourText('10.0.0.1', 80) }],
  heldHash: 'abc',
  ours: 20,
};
const none = { held: [], ours: 20 };
const AT_REST = {
  error: undefined,
  paused: false,
  dryRun: false,
  contended: false,
  full: undefined,
  unread: [],
  stands: { changes: 0, values: 20, unsure: 0 },
  stateMachine: STATE_MACHINE,
};

it.each([
  { row: 'an error', error, contended: true, paused: true, full: held, ends: 'failed' },
  { row: 'a pause', contended: true, paused: true, full: held, ends: 'paused' },
  { row: 'held removals', contended: true, full: held, ends: 'held' },
  { row: 'held removals in a dry run', dryRun: true, full: held, ends: 'in-sync' },
  { row: 'no round left', contended: true, full: none, ends: 'contended' },
  { row: 'no round left, and no plan', contended: true, ends: 'contended' },
  { row: 'none of these', full: none, ends: 'in-sync' },
])('$row → $ends', ({ error, full, ends, row: _, ...given }) => {
  const ending = endingOf({ ...AT_REST, ...(error && { error }), ...(full && { full }), ...given });

  expect(ending.state).toBe(ends);
});

it.each([
  {
    row: 'the message of what Lambda says',
    Cause: '{"errorMessage":"no such zone","trace":[]}',
    cause: 'no such zone',
  },
  { row: 'all of it where that has none', Cause: '{"errorMessage":1}', cause: '{"errorMessage":1}' },
  { row: 'any other text as it is', Cause: 'timed out', cause: 'timed out' },
])('gives as cause $row', ({ Cause, cause }) => {
  const ending = endingOf({ ...AT_REST, error: { Error: 'E', Cause } });

  expect(ending).toEqual({ state: 'failed', error: 'E', cause: `${cause} (nothing changed, 20 values stand)` });
});

it('names the command that approves exactly what is held', () => {
  const { cause } = endingOf({ ...AT_REST, full: held });

  expect(cause).toContain('1 of 20 values');
  expect(cause).toContain('everything else was applied: nothing changed, 20 values stand. ');
  expect(cause).toContain(`First: ${CALC} ${ourText('10.0.0.1', 80)}`);
  expect(cause).toContain(`start-execution --state-machine-arn ${STATE_MACHINE} --input '{"approve":"abc"}'`);
});

it('says of a contended run why clusters were not read', () => {
  const unread = [{ cluster: CLUSTER, error: 'ThrottledError', cause: 'slow down' }];

  const { cause } = endingOf({ ...AT_REST, contended: true, full: none, unread });

  expect(cause).toMatch(
    /; the next run tries again \(nothing changed, 20 values stand\)\. .*ThrottledError: slow down$/,
  );
});

it('says what stands even of an error without a cause', () => {
  expect(endingOf({ ...AT_REST, error: { Error: 'States.Timeout', Cause: '' } }).cause).toBe(
    'nothing changed, 20 values stand',
  );
});

it('says what a dry run found that would be held, and what lets it go', () => {
  expect(heldFindings(held)).toEqual([
    '1 of 20 values would be removed without an explanation, and are held until ecssd approve abc',
  ]);
  expect(heldFindings(none)).toEqual([]);
});
