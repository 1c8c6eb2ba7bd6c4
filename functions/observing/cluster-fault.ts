import { messageOf, nameOf } from '../adapters/aws/faults.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { RunState } from '../contracts/states.ts';
import { firstLine } from '../domain/reading/unread.ts';
import { logger } from '../runtime/powertools.ts';
import { clusterKey } from './digest.ts';

const faultAt = (run: RunState, cluster: string) => objectAt('fault', run, clusterKey(cluster));

/** Keeps why a cluster could not be read where CompleteReading finds it, and throws the fault again. */
export async function keepCause(
  payloads: Payloads,
  { run, cluster }: { readonly run: RunState; readonly cluster: string },
  fault: unknown,
): Promise<never> {
  const kept = { error: nameOf(fault), cause: firstLine(messageOf(fault)) };
  await payloads.keep(faultAt(run, cluster), kept).catch((other: unknown) => {
    logger.warn('why a cluster could not be read is not kept', { cluster, cause: messageOf(other) });
  });
  throw fault;
}

/** What was kept of the error that the state machine has caught; empty where nothing was, or of another one. */
export async function keptCause(
  payloads: Payloads,
  run: RunState,
  { cluster, error }: { readonly cluster: string; readonly error: string },
): Promise<string> {
  const kept = await payloads.find(faultAt(run, cluster)).catch(() => undefined);
  return kept?.error === error ? firstLine(kept.cause) : '';
}
