import type { Failure } from '@aws-sdk/client-ecs';
import { ClusterGoneError } from '../domain/words/errors.ts';
import { ECS_BATCH } from '../domain/words/quotas.ts';
import { calling, nameOf } from './aws/faults.ts';
import { chunks, pool } from './aws/pool.ts';

/** Concurrent requests: well below the refill of the shared bucket, 20 a second (ECS request throttling). */
const CONCURRENT_READS = 8;

/**
 * Describes what has these ARNs, each once, a batch at a time.
 *
 * @param describe calls ECS for one batch
 * @returns what ECS knows, and the ARNs of what it does not know (any more)
 * @throws ClusterGoneError when ECS knows no such cluster; Error when it said nothing of some of them, or failed for
 *   another reason: a half-answer is none (L1)
 */
export async function describeAll<T extends { readonly arn: string }>(
  { call, cluster, arns }: { readonly call: string; readonly cluster: string; readonly arns: readonly string[] },
  describe: (arns: string[]) => Promise<{ readonly found: readonly T[]; readonly failures: readonly Failure[] }>,
): Promise<{ readonly found: readonly T[]; readonly missing: readonly string[] }> {
  const asked = [...new Set(arns)];
  const pages = await pool(chunks(asked, ECS_BATCH), CONCURRENT_READS, (some) =>
    calling(call, () => describe([...some])).catch(clusterGone(cluster)),
  );
  const found = pages.flatMap((page) => page.found);
  const failures = pages.flatMap((page) => page.failures);
  const answered = new Set(found.map(({ arn }) => arn));
  const unanswered = asked.filter((arn) => !answered.has(arn));
  const missing = new Set(failures.flatMap(({ arn, reason }) => (arn && reason === 'MISSING' ? [idOf(arn)] : [])));
  const silent = unanswered.filter((arn) => !missing.has(idOf(arn)));
  if (silent.length === 0) return { found, missing: unanswered };
  const others = failures.filter(({ reason }) => reason !== 'MISSING');
  const why = others.map(({ arn, reason, detail }) => `${arn}: ${reason}${detail ? `, ${detail}` : ''}`).join('; ');
  throw new Error(
    `${call} said nothing of ${silent.length} of ${asked.length}, first ${silent[0]} (${why || 'no failure'})`,
  );
}

/** `failures` may carry an ARN in the old, short form; the id is the last part of both. */
const idOf = (arn: string) => arn.split('/').at(-1);

/** For `catch`: @throws ClusterGoneError when ECS knows no such cluster, else what was caught */
export const clusterGone =
  (cluster: string) =>
  (fault: unknown): never => {
    if (nameOf(fault) !== 'ClusterNotFoundException') throw fault;
    throw new ClusterGoneError(`ECS knows no cluster "${cluster}"`, { cause: fault });
  };
