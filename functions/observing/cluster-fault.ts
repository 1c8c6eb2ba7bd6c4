import { messageOf, nameOf } from '../adapters/aws/faults.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { RunState } from '../contracts/states.ts';
import { firstLine } from '../domain/reading/unread.ts';
import { logger } from '../runtime/powertools.ts';

const faultAt = (run: RunState, group: number) => objectAt('fault', run, group);

/** Why a cluster could not be read, for a payload. */
export const faultOf = (fault: unknown) => ({ error: nameOf(fault), cause: firstLine(messageOf(fault)) });

/** Keeps why the clusters of an iteration could not be read where CompleteReading finds it, and throws the fault again. */
export async function keepCause(
  payloads: Payloads,
  { run, group }: { readonly run: RunState; readonly group: number },
  fault: unknown,
): Promise<never> {
  await payloads.keep(faultAt(run, group), faultOf(fault)).catch((other: unknown) => {
    logger.warn('why clusters could not be read is not kept', { group, cause: messageOf(other) });
  });
  throw fault;
}

/** What was kept of the error that the state machine has caught; empty where nothing was, or of another one. */
export async function keptCause(
  payloads: Payloads,
  run: RunState,
  { group, error }: { readonly group: number; readonly error: string },
): Promise<string> {
  const kept = await payloads.find(faultAt(run, group)).catch(() => undefined);
  return kept?.error === error ? firstLine(kept.cause) : '';
}
