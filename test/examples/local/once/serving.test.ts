import { describe, expect, it } from 'vitest';
import { servingAt, wrongWith } from '../../../../examples/local/once/serving.ts';

const [forward, back] = [{ status: 'IN_PROGRESS' }, { status: 'ROLLBACK_IN_PROGRESS' }] as const;

describe('whom a name may lead to', () => {
  it.each([
    { deployment: { status: 'PENDING' }, serves: 'old' },
    { deployment: forward, serves: 'old' },
    { deployment: { ...forward, lifecycleStage: 'RECONCILE_SERVICE' }, serves: 'old' },
    { deployment: { ...forward, lifecycleStage: 'SCALE_UP' }, serves: 'old' },
    { deployment: { ...forward, lifecycleStage: 'TEST_TRAFFIC_SHIFT' }, serves: 'old' },
    { deployment: { ...forward, lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' }, serves: 'either' },
    { deployment: { ...forward, lifecycleStage: 'POST_PRODUCTION_TRAFFIC_SHIFT' }, serves: 'new' },
    { deployment: { ...forward, lifecycleStage: 'BAKE_TIME' }, serves: 'new' },
    { deployment: { status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' }, serves: 'new' },
    { deployment: { status: 'ROLLBACK_REQUESTED', lifecycleStage: 'BAKE_TIME' }, serves: 'either' },
    { deployment: { ...back, lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' }, serves: 'either' },
    { deployment: { ...back, lifecycleStage: 'BAKE_TIME' }, serves: 'either' },
    { deployment: { ...back, lifecycleStage: 'CLEAN_UP' }, serves: 'old' },
    { deployment: { status: 'ROLLBACK_SUCCESSFUL', lifecycleStage: 'CLEAN_UP' }, serves: 'old' },
    { deployment: { status: 'STOPPED', lifecycleStage: 'BAKE_TIME' }, serves: 'either' },
  ] as const)('$deployment: $serves', ({ deployment, serves }) => {
    expect(servingAt(deployment)).toBe(serves);
  });
});

describe('an answer', () => {
  it.each([
    { serving: 'old', answered: { blue: 2, green: 0, others: 0 } },
    { serving: 'old', answered: { blue: 0, green: 1, others: 0 }, wrong: '1 of its values lead to the new version' },
    { serving: 'new', answered: { blue: 0, green: 2, others: 0 } },
    { serving: 'new', answered: { blue: 1, green: 0, others: 0 }, wrong: '1 of its values lead to the old version' },
    { serving: 'either', answered: { blue: 2, green: 0, others: 0 } },
    { serving: 'either', answered: { blue: 0, green: 2, others: 0 } },
    { serving: 'either', answered: { blue: 1, green: 1, others: 0 } },
    { serving: 'either', answered: { blue: 0, green: 0, others: 0 }, wrong: 'the name has no value' },
    { serving: 'either', answered: { blue: 1, green: 0, others: 1 }, wrong: '1 of its values lead to neither version' },
  ] as const)('$answered, serving $serving: $wrong', ({ serving, answered, ...expected }) => {
    expect(wrongWith(serving, answered)).toBe('wrong' in expected ? expected.wrong : undefined);
  });
});
