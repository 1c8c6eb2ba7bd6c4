import type { Failure } from '@aws-sdk/client-ecs';
import { ClusterGoneError } from '../domain/words/errors.ts';
import { nameOf } from './aws/faults.ts';

/** What one describe call of ECS was asked and said. */
export interface Described {
  /** For error messages: `ecs:DescribeTasks`. */
  readonly call: string;
  readonly asked: readonly string[];
  readonly answered: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

/**
 * Of what was asked for, what ECS does not know (any more).
 *
 * @throws Error when ECS said nothing of some of them, or failed for another reason: a half-answer is none (L1)
 */
export function missingOf({ call, asked, answered, failures }: Described): readonly string[] {
  const unanswered = asked.filter((arn) => !answered.has(arn));
  const missing = new Set(failures.flatMap(({ arn, reason }) => (arn && reason === 'MISSING' ? [idOf(arn)] : [])));
  const silent = unanswered.filter((arn) => !missing.has(idOf(arn)));
  if (silent.length === 0) return unanswered;
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
