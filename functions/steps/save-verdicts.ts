import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import { type Given, saveVerdictsContract } from '../contracts/states.ts';
import type { Clock } from '../runtime/clock.ts';
import { clock, payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** Stores what the health checker returned, so that the state stays small however many batches there are. */
export const saveVerdicts =
  ({ payloads, clock }: { readonly payloads: Payloads; readonly clock: Clock }) =>
  async ({ run, group, number, verdicts, inlineBytes }: Given<typeof saveVerdictsContract>) => {
    const count = (state: string) => verdicts.filter((verdict) => verdict.state === state).length;
    return {
      verdicts: await payloads.save(objectAt('verdicts', run, group, number), verdicts, inlineBytes),
      passing: count('passing'),
      failing: count('failing'),
      unprobed: count('unprobed'),
      savedAt: clock.now(),
    };
  };

export const handler = wire('SaveVerdicts', {
  contract: saveVerdictsContract,
  ports: { payloads, clock },
  work: saveVerdicts,
});
