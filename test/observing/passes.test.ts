import { expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { loadPasses } from '../../functions/observing/passes.ts';
import { planRecord } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const at = (pass: number) => ({ execution: 'run-1', pass });
const applied = (index: number, name: string) => ({
  index,
  applied: [name],
  moved: [],
  refused: [],
  stale: [],
  changeIds: [],
});

/** Two passes in the bucket, of one batch each, and what the state has of the second. */
async function stage() {
  const bucket = new Map<string, string>();
  const read: string[] = [];
  const inner = mapped(bucket);
  const payloads = payloadsIn({
    ...inner,
    get: (key) => {
      read.push(key);
      return inner.get(key);
    },
  });
  for (const pass of [1, 2]) {
    await payloads.keep(objectAt('plan', at(pass)), { ...planRecord(), ours: pass, batches: 1 });
    await payloads.keep(objectAt('applied', at(pass), 0), applied(0, `of pass ${pass}`));
  }
  const handed = async (pass: number) => ({
    plan: { pass, plan: await payloads.save(objectAt('plan', at(pass)), { ...planRecord(), ours: 10, batches: 1 }) },
    applied: [
      {
        ...{ index: 0, applied: 1, moved: 0, refused: 0, stale: 0 },
        kept: { pass, result: await payloads.save(objectAt('applied', at(pass), 0), applied(0, 'as handed')) },
      },
    ],
  });
  const told = (passes: Awaited<ReturnType<typeof loadPasses>>) =>
    passes.map(({ plan, applied: names }) => [plan.ours, ...names]);
  return { bucket, payloads, read, handed, told };
}

it('what the state has of a pass is not read again', async () => {
  const { payloads, read, handed, told } = await stage();

  const passes = await loadPasses(payloads, at(2), await handed(2));

  expect(told(passes)).toEqual([
    [1, 'of pass 1'],
    [10, 'as handed'],
  ]);
  expect(read).toEqual(['runs/run-1/1/plan.json', 'runs/run-1/1/applied-0.json']);
});

it('what the state has of an earlier pass says nothing of a later one', async () => {
  const { payloads, handed, told } = await stage();

  const passes = await loadPasses(payloads, at(2), await handed(1));

  expect(told(passes)).toEqual([
    [10, 'as handed'],
    [2, 'of pass 2'],
  ]);
});

it('an object that is gone is a pass without a plan, however it was handed on', async () => {
  const { bucket, payloads } = await stage();
  const plan = { pass: 2, plan: { key: 'runs/run-1/2/plan.json' } };
  bucket.delete('runs/run-1/2/plan.json');

  expect(await loadPasses(payloads, at(2), { plan })).toHaveLength(1);
});
