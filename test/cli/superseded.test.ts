import { expect, it } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { plan } from '../../cli/commands/plan.ts';
import { reconcile } from '../../cli/commands/reconcile.ts';
import { type Shop, shop } from '../support/shop.ts';
import type { StepName } from '../support/world.ts';
import { command } from './command-world.ts';

/** A shop whose stack is updated where a step begins. */
function updated(at: StepName): Shop {
  const around: Shop = shop({ beforeStep: (step) => (step === at ? around.update('2') : undefined) });
  around.update('1');
  around.task(32_768);
  return around;
}

it.each(['ReadTrigger', 'PlanChanges', 'PublishOutcome'] as const)(
  'reconcile says that an update has overtaken its run, at %s, and that it is to be started again',
  async (at) => {
    const { code, told } = await command(updated(at), reconcile);

    expect(code).toBe(EXIT.failed);
    expect(told.join()).toMatch(/an update or a rollback of the stack has overtaken this run: start it again/);
  },
);

it('reconcile that nothing overtakes says nothing of it', async () => {
  const around = shop();
  around.task(32_768);

  const { code, told } = await command(around, reconcile);

  expect({ code, told }).toEqual({ code: EXIT.ok, told: [] });
});

it('a plan that was overtaken is none', async () => {
  const { code } = await command(updated('PlanChanges'), plan);

  expect(code).toBe(EXIT.failed);
});
