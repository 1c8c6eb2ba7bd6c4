import { expect, it } from 'vitest';
import { remove } from '../../cli/commands/remove.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import type { WorldOptions } from '../support/world.ts';
import { type Asked, command } from './command-world.ts';

/** How often `ecssd remove` looks again, and what it says when something is left. */

/** A deployment with one value in the zone; how many runs `remove` has started since, and what is done after each. */
async function published(
  options: Omit<WorldOptions, 'beside'> = {},
  after: (around: Shop, runs: number) => unknown = () => {},
) {
  const around = shop(options);
  around.task(32_768);
  await around.run({});
  let runs = 0;
  const watched: Shop = {
    ...around,
    start: async (input, name) => {
      const execution = await around.start(input, name);
      runs += 1;
      await after(around, runs);
      return execution;
    },
  };
  return { around, remove: (asked: Asked = {}) => command(watched, remove, asked), runs: () => runs };
}

it('stops at the first run that fails, with its exit code', async () => {
  let failing = false;
  const { remove, runs, around } = await published({
    beforeStep: (step) => {
      if (failing && step === 'PlanChanges') throw new Error('no plan');
    },
  });
  failing = true;

  const { code, told } = await remove();

  expect([code, runs()]).toEqual([1, 1]);
  expect(told.join()).toContain('no plan');
  expect(around.values(CALC)).toHaveLength(1);
});

it('looks again for what others move meanwhile, three times in all, and then says what is left', async () => {
  const { remove, runs } = await published({}, async (around, runs) => {
    const late = srv(`_late${runs}._tcp`, [value('10.0.1.99', runs)]);
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: late }]);
  });

  const { code, told } = await remove();

  expect([code, runs()]).toEqual([1, 3]);
  expect(told.at(-1)).toMatch(/^1 value and 0 addresses of .* are left: ecssd history says what was refused$/);
});

it('says of AAAA record sets, which a deployment without address family may not change, how they go', async () => {
  const { around, remove } = await published();
  const target = around.values(CALC)[0]?.split(' ').at(-1) ?? '';
  const left = { Name: target, Type: 'AAAA' as const, TTL: 60, ResourceRecords: [{ Value: '2001:db8::1' }] };
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: left }]);

  const { code, told } = await remove();

  expect(code).toBe(1);
  expect(told.at(-1)).toMatch(/^1 of these is of type AAAA, .*set it to 'ipv4', deploy, and remove again$/);
});

it.each([{ flags: [] }, { flags: ['undo'] }])('starts no run where its mark is refused ($flags)', async ({ flags }) => {
  let refuses = false;
  const { remove, runs } = await published({
    before: async ({ operation, input }) => {
      const { ChangeBatch } = input as { readonly ChangeBatch?: { readonly Comment?: string } };
      if (refuses && operation === 'ChangeResourceRecordSets' && ChangeBatch?.Comment?.includes(' remove')) {
        throw new ServiceFault('InvalidChangeBatch', '[it was not found]');
      }
    },
  });
  if (flags.includes('undo')) await remove();
  const before = runs();
  refuses = true;

  const fault = await remove({ flags }).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining('the zone is not as it was') });
  expect(runs()).toBe(before);
});
