import { expect, it } from 'vitest';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { shop } from '../support/shop.ts';

const SHARDS = Array.from({ length: 16 }, (_, shard) => objectAt('inventory', shard).key);
const told = (run: { readonly outcome: { readonly findings: readonly string[] } | undefined }) =>
  SHARDS.filter((key) => run.outcome?.findings.some((finding) => finding.includes(key)));

it('parts of the inventory that cannot be read are told once: a full run mends them all, news or not', async () => {
  const around = shop();
  around.task(32_768);
  for (const key of SHARDS) around.bucket.set(key, 'no JSON');

  const [first, second] = [await around.run({}), await around.run({})];

  expect(told(first)).toEqual(SHARDS);
  expect(told(second)).toEqual([]);
});
