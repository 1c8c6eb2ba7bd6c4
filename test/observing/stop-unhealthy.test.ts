import { describe, expect, it } from 'vitest';
import { STOP_LIFETIME } from '../../functions/domain/telling/stop.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import type { KeptPass } from '../../functions/observing/passes.ts';
import { stopUnhealthy } from '../../functions/observing/stop-unhealthy.ts';
import { CLUSTER, keyOf, NOW, ourText, ourValue, planRecord, taskArn } from '../support/builders.ts';

const ALL = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const nameOf = (id: string) => `_${id}._tcp.shop.internal.`;
/** A full pass that has taken one unhealthy task of a service out of each of these names. */
function pass({ applied = ALL, plannedAt = NOW, kind = 'full' as const } = {}): KeptPass {
  const names = ALL.map((id, index) => ({
    name: nameOf(id),
    created: [],
    declined: [],
    removed: [
      {
        key: keyOf('10.0.0.1', index),
        value: ourText('10.0.0.1', index),
        target: ourValue('10.0.0.1', index).target,
        task: taskArn(id),
        cluster: CLUSTER,
        reason: 'unhealthy' as const,
        service: 'shop',
      },
    ],
  }));
  const plan = planRecord({ kind, plannedAt, names });
  const nothing = { results: [], moved: [], unsent: [], stale: [], refused: [], unanswered: [], findings: [] };
  return { pass: 1, plan, applied: applied.map(nameOf), ...nothing };
}
const dispositions = ALL.map(
  (id): Disposition => ({
    outcome: 'removed',
    reason: 'unhealthy',
    name: nameOf(id),
    task: taskArn(id),
    detail: `because of ${id}`,
  }),
);

/** What is asked of ECS, which refuses some. */
async function stopped(passes: readonly KeptPass[], { refuses = [] as readonly string[], now = NOW } = {}) {
  const asked: string[] = [];
  const stop = async ({ task }: { readonly task: string }) => {
    asked.push(task);
    if (refuses.map(taskArn).includes(task)) throw new Error(`no to ${task}`);
  };
  return { asked, result: await stopUnhealthy({ stop }, 'x', { passes, dispositions, now }) };
}

describe('what ECS says is told of the task that it says it of', () => {
  it.each([[[]], [['a']], [['c', 'f']], [['g']], [ALL]])('it refuses to stop %j', async (refuses) => {
    const { result } = await stopped([pass()], { refuses });

    expect(result.stopped.map(({ task }) => task)).toEqual(ALL.filter((id) => !refuses.includes(id)).map(taskArn));
    expect(result.notStopped.map(({ task, error }) => [task, error])).toEqual(
      refuses.map((id) => [taskArn(id), `no to ${taskArn(id)}`]),
    );
    expect(result.stopped.every(({ cause, name }) => cause === `because of ${name[1]}`)).toBe(true);
  });
});

it('only tasks whose removal Route 53 has accepted are stopped', async () => {
  const { asked } = await stopped([pass({ applied: ['b', 'e'] })]);

  expect(asked).toEqual(['b', 'e'].map(taskArn));
});

it.each([
  { age: 0, stops: true },
  { age: STOP_LIFETIME, stops: true },
  { age: STOP_LIFETIME + 1, stops: false },
])('what was seen $age ms ago stops something: $stops', async ({ age, stops }) => {
  const { asked } = await stopped([pass()], { now: NOW + age });

  expect(asked.length > 0).toBe(stops);
});

it('only a full pass stops anything, and only the first', async () => {
  expect((await stopped([{ ...pass(), plan: { ...pass().plan, kind: 'event' } }, pass()])).asked).toEqual([]);
  expect((await stopped([])).asked).toEqual([]);
});
