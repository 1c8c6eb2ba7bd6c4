import { expect, it } from 'vitest';
import { endingOf } from '../../../functions/domain/telling/ending.ts';
import { CALC, CLUSTER, keyOf, ourText } from '../../support/builders.ts';

const STATE_MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:shop';
const error = { Error: 'ForbiddenError', Cause: 'no' };
const held = {
  held: [{ name: CALC, key: keyOf('10.0.0.1', 80), value: ourText('10.0.0.1', 80) }],
  heldHash: 'abc',
  ours: 20,
};
const none = { held: [], ours: 20 };

it.each([
  { row: 'an error', error, contended: true, full: held, ends: 'failed' },
  { row: 'held removals', contended: true, full: held, ends: 'held' },
  { row: 'no round left', contended: true, full: none, ends: 'contended' },
  { row: 'no round left, and no plan', contended: true, ends: 'contended' },
  { row: 'none of these', contended: false, full: none, ends: 'in-sync' },
])('$row → $ends', ({ error, contended, full, ends }) => {
  const ending = endingOf({ error, contended, full, unread: [], stateMachine: STATE_MACHINE });

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
  const ending = endingOf({
    error: { Error: 'E', Cause },
    contended: false,
    full: undefined,
    unread: [],
    stateMachine: STATE_MACHINE,
  });

  expect(ending).toEqual({ state: 'failed', error: 'E', cause });
});

it('names the command that approves exactly what is held', () => {
  const { cause } = endingOf({
    error: undefined,
    contended: false,
    full: held,
    unread: [],
    stateMachine: STATE_MACHINE,
  });

  expect(cause).toContain('1 of 20 values');
  expect(cause).toContain(`First: ${CALC} ${ourText('10.0.0.1', 80)}`);
  expect(cause).toContain(`start-execution --state-machine-arn ${STATE_MACHINE} --input '{"approve":"abc"}'`);
});

it('says of a contended run why clusters were not read', () => {
  const unread = [{ cluster: CLUSTER, error: 'ThrottledError', cause: 'slow down' }];

  const { cause } = endingOf({ error: undefined, contended: true, full: none, unread, stateMachine: STATE_MACHINE });

  expect(cause).toMatch(/; the next run tries again\. .*ThrottledError: slow down$/);
});
