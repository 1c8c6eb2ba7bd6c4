import { describe, expect, it } from 'vitest';
import { clusterKey } from '../../functions/observing/digest.ts';
import { define } from '../support/fleet.ts';
import { CALC, shop, value } from '../support/shop.ts';

const MINUTE = 60_000;
const DESCRIBE = 'DescribeTaskDefinition';

/** A shop of several definitions, each call of a function in a sandbox of its own that remembers nothing. */
function forgetful({ definitions = 3, throttledFrom = Infinity } = {}) {
  const asked: string[] = [];
  const state = { throttledFrom, inSteps: true };
  const around = shop({
    beforeStep: () => {
      around.restart();
    },
    around: async (call, perform) => {
      if (call.operation !== DESCRIBE) return perform();
      if (asked.length >= state.throttledFrom) {
        state.throttledFrom = Infinity;
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      }
      asked.push(String(Reflect.get(call.input, 'taskDefinition')));
      return perform();
    },
  });
  const all = Array.from({ length: definitions }, (_, index) =>
    define(around, `time-${index}`, { names: { 8081: `_time-${index}._tcp` } }),
  );
  all.forEach((definition, index) => {
    around.task(32_900 + index, { definition });
  });
  const key = `definitions/${clusterKey(around.aws.ecs.admin.task(around.task(32_768)).clusterArn ?? '')}.json`;
  const later = async (input: object = {}) => {
    await around.clock.advance(5 * MINUTE);
    return around.run(input);
  };
  return { around, asked, all, key, later, state };
}

describe('task definitions', () => {
  it('are asked for once by the first run, VerifyChanges included, and by no later one, whatever functions forget', async () => {
    const { around, asked, later, all } = forgetful();

    const first = await around.run({});
    const cold = asked.splice(0);
    around.task(32_769);
    const second = await later();

    expect([first, second].map(({ end, states }) => [end, states.includes('VerifyChanges')])).toEqual([
      ['ZoneInSync', true],
      ['ZoneInSync', true],
    ]);
    expect(cold.toSorted()).toEqual([...all, around.definition].sort());
    expect(asked).toEqual([]);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
  });

  it('that are new are the only ones that are asked for', async () => {
    const { around, asked, later } = forgetful();
    await around.run({});
    asked.length = 0;
    const definition = define(around, 'new', { names: { 8081: '_new._tcp' } });
    around.task(33_000, { definition });

    await later();

    expect(asked).toEqual([definition]);
    expect(around.values('_new._tcp')).toEqual([value('10.0.1.23', 33_000)]);
  });

  it('that CollectTasks has read before it is throttled are not asked for again by its retry', async () => {
    const { around, asked } = forgetful({ definitions: 12, throttledFrom: 7 });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((name) => name === 'CollectTasks')).toHaveLength(1); // its retries enter no state anew
    expect(asked.length).toBe(new Set(asked).size);
    expect(around.values('_time-11._tcp')).toEqual([value('10.0.1.23', 32_911)]);
  });

  it('that cannot be read from the run bucket are read of ECS, which the outcome tells; the next run has them', async () => {
    const { around, asked, key, later, all } = forgetful();
    await around.run({});
    asked.length = 0;
    around.bucket.set(key, 'garbage');

    const run = await later();
    const mended = await later();

    expect(asked.toSorted()).toEqual([...all, around.definition].sort());
    expect(
      [run, mended].map(({ end, outcome }) => [end, outcome?.findings.filter((one) => one.includes(key))]),
    ).toEqual([
      ['ZoneInSync', [`${key} of the run bucket cannot be read and counts as lost: it is no JSON`]],
      ['ZoneInSync', []],
    ]);
  });
});
