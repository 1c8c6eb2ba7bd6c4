import { expect, it } from 'vitest';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { CALC, edit, shop, srv, value } from '../support/shop.ts';

/** More instances than one batch of probes takes, values that nothing explains, and an address that nothing needs. */
async function eventful() {
  const around = shop();
  for (let at = 0; at < 450; at += 1) around.task(30_000 + at);
  const unexplained = Array.from({ length: 15 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, unexplained, 5) }]);
  return around;
}
const lasting = ({ bucket }: { readonly bucket: ReadonlyMap<string, string> }) =>
  [...bucket].filter(([key]) => key.startsWith('inventory/'));

it('a dry run leaves nothing behind that a later run goes by', async () => {
  const around = await eventful();

  await around.run({ dryRun: true });
  const first = lasting(around);
  await around.run({});
  const before = lasting(around);
  for (let at = 0; at < 450; at += 1) around.task(40_000 + at);
  await around.run({ dryRun: true });

  expect(first).toEqual([]);
  expect(before.length).toBeGreaterThan(3);
  expect(lasting(around)).toEqual(before);
});

it('what clusters want to be probed is learned in runs of all of them', async () => {
  const around = await eventful();

  await around.run({ clusters: ['shop'] });
  const some = around.bucket.get(objectAt('probe-wishes').key);
  await around.run({});

  expect(some).toBeUndefined();
  expect(JSON.parse(around.bucket.get(objectAt('probe-wishes').key) ?? '{}').body).toEqual([
    { cluster: expect.stringContaining(':cluster/shop'), batches: 2 },
  ]);
});
