import { expect, it } from 'vitest';
import { reconcile } from '../../cli/commands/reconcile.ts';
import type { Context } from '../../cli/context.ts';
import { follow } from '../../cli/runs.ts';
import type { ExecutionView, HistoryEvent, StateMachines } from '../../cli/state-machine.ts';
import { ThrottledError } from '../../functions/domain/words/errors.ts';
import { CALC, shop, target } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';
import { command } from './command-world.ts';

/** A run that is followed: what is asked, how often, and what is shown of it in the end. */

/** An execution that is seen running so many times; each look at its history finds one event more. */
function running(times: number) {
  const asked: string[] = [];
  const pauses: number[] = [];
  let looks = 0;
  const machines: Pick<StateMachines, 'execution' | 'history'> = {
    execution: async (arn) => {
      looks += 1;
      asked.push('execution');
      return { name: arn, status: looks > times ? 'FAILED' : 'RUNNING' } as ExecutionView;
    },
    history: async (_, from = { lastId: 0 }) => {
      asked.push(`history from ${from.lastId}`);
      const events = [{ id: from.lastId + 1 } as HistoryEvent];
      return { events, position: { lastId: from.lastId + 1 } };
    },
  };
  const io = { pause: async (milliseconds: number) => void pauses.push(milliseconds), progress: () => {} };
  return { context: { machines, io } as unknown as Context, asked, pauses };
}

it('is asked for again after a pause, as long as it runs, and its history from where it was left', async () => {
  const { context, asked, pauses } = running(2);
  const seen: (number | undefined)[] = [];

  const view = await follow(context, 'run', (events) => void seen.push(...events.map(({ id }) => id)));

  expect(view.status).toBe('FAILED');
  expect(pauses).toEqual([700, 700]);
  expect(asked).toEqual([0, 1, 2].flatMap((from) => ['execution', `history from ${from}`]));
  expect(seen).toEqual([1, 2, 3]);
});

it('is followed through faults that pass, and nothing of its history is lost or told twice', async () => {
  const { context, pauses } = running(2);
  const seen: (number | undefined)[] = [];
  let asked = 0;
  const busy = async <T>(answer: () => Promise<T>): Promise<T> => {
    asked += 1;
    if (asked % 2 === 0) throw new ThrottledError('slow down');
    return answer();
  };
  const { history } = context.machines;
  const machines: StateMachines = { ...context.machines, history: (...given) => busy(() => history(...given)) };

  const view = await follow({ ...context, machines }, 'run', (events) => void seen.push(...events.map(({ id }) => id)));

  expect(view.status).toBe('FAILED');
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  expect(pauses.length).toBeGreaterThanOrEqual(2);
});

it.each([
  { row: 'that does not pass', fault: new Error('no'), asks: 1 },
  { row: 'that should pass and does not', fault: new ThrottledError('slow down'), asks: 21 },
])('is not followed through a fault $row', async ({ fault, asks }) => {
  const { context } = running(0);
  let asked = 0;
  const execution = async () => {
    asked += 1;
    throw fault;
  };

  const following = follow({ ...context, machines: { ...context.machines, execution } }, 'run');

  await expect(following).rejects.toBe(fault);
  expect(asked).toBe(asks);
});

it('is not asked for its history where nobody looks at it', async () => {
  const { context, asked, pauses } = running(1);

  await follow(context, 'run');

  expect([asked, pauses]).toEqual([['execution', 'execution'], [700]]);
});

it('is shown by its states, then by what it has changed', async () => {
  const around = shop();
  around.task(32_768);

  const { code, lines } = await command(around, reconcile);

  const published = `+  ${CALC}.${ZONE}  ${target('10.0.1.23')}:32768  healthy  `;
  const states = lines.flatMap((line) => /^✓ (\w+)/.exec(line)?.[1] ?? []);
  const after = lines.slice(lines.findLastIndex((line) => line.startsWith('✓')) + 1);
  expect(code).toBe(0);
  expect([states[0], ...states.slice(-2)]).toEqual(['ReadTrigger', 'PublishOutcome', 'ZoneInSync']);
  expect(after[0]?.slice(0, published.length)).toBe(published);
  expect(after.at(-1)).toBe('in-sync: 1 value is published');
});
