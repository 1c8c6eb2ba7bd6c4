import { describe, expect, it } from 'vitest';
import { virtualClock } from '../clock.ts';
import { parseDefinition } from './definition.ts';
import { runStateMachine } from './engine.ts';

/**
 * The orders are those of histories recorded on AWS (LocalStack's snapshots of `test_map_state_*` and
 * `test_parallel_state`): the number of each event, the one that it follows, and its type.
 */
const recorded: readonly { readonly of: string; readonly states: object; readonly lines: string }[] = [
  {
    of: 'a Map with one iteration at a time',
    states: { Each: map({ Handle: { Type: 'Pass', End: true } }, { MaxConcurrency: 1 }) },
    lines: `
      1 0 ExecutionStarted
      2 0 MapStateEntered
      3 2 MapStateStarted
      4 3 MapIterationStarted
      5 4 PassStateEntered
      6 5 PassStateExited
      7 6 MapIterationSucceeded
      8 6 MapIterationStarted
      9 8 PassStateEntered
      10 9 PassStateExited
      11 10 MapIterationSucceeded
      12 11 MapStateSucceeded
      13 11 MapStateExited
      14 13 ExecutionSucceeded`,
  },
  {
    of: 'a Map that is caught',
    states: {
      Each: map({ Handle: { Type: 'Fail', Error: 'No' } }, { MaxConcurrency: 1, Catch: catchAll('Caught') }),
      Caught: { Type: 'Pass', End: true },
    },
    lines: `
      1 0 ExecutionStarted
      2 0 MapStateEntered
      3 2 MapStateStarted
      4 3 MapIterationStarted
      5 4 FailStateEntered
      6 5 MapIterationFailed
      7 5 MapStateFailed
      8 7 MapStateExited
      9 8 PassStateEntered
      10 9 PassStateExited
      11 10 ExecutionSucceeded`,
  },
  {
    of: 'a Map that is tried again',
    states: {
      Each: map(
        { Handle: { Type: 'Fail', Error: 'No' } },
        { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['No'], MaxAttempts: 1 }] },
      ),
    },
    lines: `
      1 0 ExecutionStarted
      2 0 MapStateEntered
      3 2 MapStateStarted
      4 3 MapIterationStarted
      5 4 FailStateEntered
      6 5 MapIterationFailed
      7 5 MapStateStarted
      8 7 MapIterationStarted
      9 8 FailStateEntered
      10 9 MapIterationFailed
      11 9 MapStateFailed
      12 11 ExecutionFailed`,
  },
  {
    of: 'a Map of nothing',
    states: { Each: map({ Handle: { Type: 'Pass', End: true } }, { ItemsPath: '$[5:]' }) },
    lines: `
      1 0 ExecutionStarted
      2 0 MapStateEntered
      3 2 MapStateStarted
      4 3 MapStateSucceeded
      5 3 MapStateExited
      6 5 ExecutionSucceeded`,
  },
  {
    of: 'a Map whose items are none, which never starts',
    states: { Each: map({ Handle: { Type: 'Pass', End: true } }, { ItemsPath: '$[0]' }) },
    lines: `
      1 0 ExecutionStarted
      2 0 MapStateEntered
      3 2 ExecutionFailed`,
  },
  {
    of: 'a Parallel',
    states: {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'One', States: { One: { Type: 'Pass', End: true } } }],
        End: true,
      },
    },
    lines: `
      1 0 ExecutionStarted
      2 0 ParallelStateEntered
      3 2 ParallelStateStarted
      4 3 PassStateEntered
      5 4 PassStateExited
      6 5 ParallelStateSucceeded
      7 5 ParallelStateExited
      8 7 ExecutionSucceeded`,
  },
];

describe('which event follows which', () => {
  it.each(recorded)('in $of', async ({ states, lines }) => {
    const clock = virtualClock();
    const machine = 'arn:aws:states:eu-central-1:111111111111:stateMachine:machine';

    const { history } = await clock.run(
      runStateMachine({
        definition: parseDefinition(JSON.stringify({ StartAt: Object.keys(states)[0], States: states })),
        input: ['a', 'b'],
        execution: {
          arn: 'arn:aws:states:eu-central-1:111111111111:execution:machine:run',
          name: 'run',
          stateMachineArn: machine,
          stateMachineName: 'machine',
          roleArn: 'arn:aws:iam::111111111111:role/machine',
        },
        clock,
        invoke: async () => undefined,
      }),
    );

    expect(history.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`)).toEqual(
      lines.trim().split(/\n\s*/),
    );
  });
});

function map(states: object, fields: object) {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: Object.keys(states)[0],
    States: states,
  };
  return { Type: 'Map', ItemProcessor, ...fields, End: true };
}

function catchAll(Next: string) {
  return [{ ErrorEquals: ['States.ALL'], Next }];
}
