import { type Candidate, type EndpointKey, endpointKey } from '../ecs/endpoint.ts';
import { orderOf } from './claimants.ts';
import type { Hint } from './inventory.ts';
import type { Judged } from './judge-name.ts';
import type { LeftOutReason, PublishedReason, RemovedReason } from './reason.ts';
import type { AbsenceFacts } from './removal.ts';

/** `by`: the candidate that says so, whose reason this is. */
export type ListedExplanation = { readonly by?: Candidate } & (
  | { readonly action: 'remove'; readonly reason: RemovedReason }
  | { readonly action: 'hold'; readonly reason: PublishedReason }
);

/**
 * A value whose task is listed leaves only for what that task itself says (design, section 4).
 *
 * | its task says                           | full run             | event run         |
 * | --------------------------------------- | -------------------- | ----------------- |
 * | stopping                                | `task-stopped`       | `task-stopped`    |
 * | stopping, its address another's by now  | `task-stopped`       | `held-until-full` |
 * | runs on a host that is gone             | `host-gone`          | `held-until-full` |
 * | serves the name at another endpoint     | `replaced`           | `held-until-full` |
 * | no host address                         | `held-no-address`    | `held-until-full` |
 * | not running yet, or without its binding | `held-contradiction` | `held-until-full` |
 * | ignored, or does not declare it (rightly) any more | `ignored` | `held-until-full` |
 */
export function explainListed(
  hint: Hint,
  key: EndpointKey,
  {
    candidates,
    facts: { kind, addressTaken },
  }: { readonly candidates: readonly Judged[]; readonly facts: Pick<AbsenceFacts, 'kind' | 'addressTaken'> },
): ListedExplanation {
  const own = candidates
    .map(({ candidate }) => candidate)
    .filter(({ task }) => task === hint.task)
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const saying = (...reasons: readonly LeftOutReason[]) =>
    own.find(({ left }) => left && reasons.includes(left.reason));
  const stopping = saying('stopping');
  const reused = kind === 'event' && addressTaken(hint.task);
  if (stopping && !reused) return { action: 'remove', reason: 'task-stopped', by: stopping };
  if (kind === 'event') return { action: 'hold', reason: 'held-until-full' };
  const hostless = saying('host-gone');
  if (hostless) return { action: 'remove', reason: 'host-gone', by: hostless };

  const moved = own.find(({ endpoint }) => endpoint && endpointKey(endpoint) !== key);
  if (moved) return { action: 'remove', reason: 'replaced' };
  const homeless = saying('no-address');
  if (homeless) return { action: 'hold', reason: 'held-no-address', by: homeless };
  const unplaced = saying('starting', 'no-binding');
  if (unplaced) return { action: 'hold', reason: 'held-contradiction', by: unplaced };
  const ignored = saying('ignored');
  return { action: 'remove', reason: 'ignored', ...(ignored && { by: ignored }) };
}
