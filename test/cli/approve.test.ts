import { expect, it } from 'vitest';
import { approve } from '../../cli/commands/approve.ts';
import type { Context } from '../../cli/context.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { Objects } from '../../functions/contracts/envelope.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { ThrottledError, UnavailableError } from '../../functions/domain/words/errors.ts';
import { mapped } from '../support/inventory.ts';

const HASH = '0123456789abcdef';

/** `ecssd approve` on a run bucket, as far as it gets without starting anything. */
async function approving(objects: Objects): Promise<unknown> {
  const context = { payloads: payloadsIn(objects) } as Context;
  const given = { operands: [HASH], flag: () => false };
  return approve
    .run(given as never, { io: {}, connect: async () => context } as never)
    .catch((fault: unknown) => fault);
}

it.each([
  { row: 'nothing held under it', text: undefined, says: `no run has held removals under ${HASH}` },
  { row: 'garbage', text: '{', says: `the list ${objectAt('held', HASH).key} cannot be read (it is no JSON)` },
  {
    row: 'a list of a later version',
    text: JSON.stringify({ kind: 'held', version: 2, body: [] }),
    says: 'version 2 wrote it, this one knows 1',
  },
])('$row: says so, and starts nothing', async ({ text, says }) => {
  const fault = await approving(mapped(new Map(text === undefined ? [] : [[objectAt('held', HASH).key, text]])));

  expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining(says) });
});

it.each([new ThrottledError('slow down'), new UnavailableError('later')])(
  'a list that is not read at the moment is no list that cannot be read: $name',
  async (fault) => {
    const objects = { ...mapped(new Map()), get: () => Promise.reject(fault) };

    expect(await approving(objects)).toBe(fault);
  },
);
