import type { Claim, EndpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { InventoryEntry } from '../reading/inventory.ts';
import type { PublishedReason } from '../words/reason.ts';
import { type Explanation, explainAbsence } from './absent.ts';
import type { JudgeContext } from './judgement.ts';
import { explainListed } from './listed.ts';

/** What becomes of a value that nobody claims, and why. */
export type ValueExplanation = {
  /** The claim that says so, whose reason this is. */
  readonly by?: Claim;
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
 * @param judged whatever claims its name
 */
export function explainValue(
  { key, entry }: { readonly key: EndpointKey; readonly entry: InventoryEntry | undefined },
  judged: readonly Judged[],
  { listed, undefinedTasks, facts }: Pick<JudgeContext, 'listed' | 'undefinedTasks' | 'facts'>,
): ValueExplanation {
  if (!entry || !listed.has(entry.task)) {
    const unplaced = judged.some(({ claim }) => claim.leftOut?.unplaced);
    const explained = explainAbsence(entry, facts, unplaced);
    const detail =
      entry && explained.action === 'hold' && detailOfAbsence(explained.reason, facts.whyUnread?.(entry.cluster));
    return { ...explained, ...(detail && { detail }), absent: true };
  }
  if (undefinedTasks.has(entry.task)) {
    const detail = 'ECS does not know the definition of its task, which runs';
    return { action: 'hold', reason: 'held-unread', detail, absent: false };
  }
  const explained = explainListed(entry, key, { judged, facts });
  const detail = explained.action === 'hold' && detailOfListed(explained.reason, explained);
  return { ...explained, ...(detail && { detail }), absent: false };
}

function detailOfAbsence(reason: PublishedReason, whyUnread: string | undefined): string | undefined {
  if (reason === 'held-contradiction') return 'ECS does not list its task, and shows it running';
  return reason === 'held-unread' ? whyUnread : undefined;
}

function detailOfListed(
  reason: PublishedReason,
  { by, detail }: { readonly by?: Claim; readonly detail?: string },
): string | undefined {
  if (reason === 'held-until-full') return undefined;
  return detail ?? by?.leftOut?.detail ?? 'the answers do not show what its task declares there';
}
