import type { Candidate, EndpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { Hint } from '../reading/inventory.ts';
import type { PublishedReason } from '../words/reason.ts';
import { type Explanation, explainAbsence } from './absent.ts';
import type { JudgeContext } from './judgement.ts';
import { explainListed } from './listed.ts';

/** What becomes of a value that nobody claims, and why. */
export type ValueExplanation = {
  /** The candidate that says so, whose reason this is. */
  readonly by?: Candidate;
  /** Whether its task was not listed. */
  readonly absent: boolean;
  /** For people: why it is held. */
  readonly detail?: string;
} & Explanation;

/**
 * Explains a value of ours that no instance claims at its endpoint.
 *
 * | its task, by the inventory            | explained by                                             |
 * | ------------------------------------- | -------------------------------------------------------- |
 * | listed, its definition deleted        | nobody: `held-unread`                                    |
 * | listed                                | what that very declaration says (`explainListed`)        |
 * | not listed, or nothing known of it    | what became of it (`explainAbsence`)                     |
 *
 * @param candidates whatever claims its name
 */
export function explainValue(
  { key, hint }: { readonly key: EndpointKey; readonly hint: Hint | undefined },
  candidates: readonly Judged[],
  { listed, undefinedTasks, facts }: Pick<JudgeContext, 'listed' | 'undefinedTasks' | 'facts'>,
): ValueExplanation {
  if (!hint || !listed.has(hint.task)) {
    const unplaced = candidates.some(({ candidate }) => candidate.left?.unplaced);
    const explained = explainAbsence(hint, facts, unplaced);
    const detail =
      hint && explained.action === 'hold' && detailOfAbsence(explained.reason, facts.whyUnread?.(hint.cluster));
    return { ...explained, ...(detail && { detail }), absent: true };
  }
  if (undefinedTasks.has(hint.task)) {
    const detail = 'ECS does not know the definition of its task, which runs';
    return { action: 'hold', reason: 'held-unread', detail, absent: false };
  }
  const explained = explainListed(hint, key, { candidates, facts });
  const detail = explained.action === 'hold' && detailOfListed(explained.reason, explained.by);
  return { ...explained, ...(detail && { detail }), absent: false };
}

function detailOfAbsence(reason: PublishedReason, whyUnread: string | undefined): string | undefined {
  if (reason === 'held-contradiction') return 'ECS does not list its task, and shows it running';
  return reason === 'held-unread' ? whyUnread : undefined;
}

function detailOfListed(reason: PublishedReason, by: Candidate | undefined): string | undefined {
  if (reason === 'held-until-full') return undefined;
  return by?.left?.detail ?? 'the answers do not show what its task declares there';
}
