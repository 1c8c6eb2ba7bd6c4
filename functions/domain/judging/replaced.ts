import { isOfIpv6 } from '../dns/ownership.ts';
import type { EndpointKey } from '../ecs/claim.ts';
import { isSameClaim } from '../reading/inventory.ts';
import type { LeftOutReason } from '../words/reason.ts';
import type { AbsenceFacts } from './absent.ts';
import type { Leaving, LeftOut, NameJudgement, Staying } from './judgement.ts';

/** Why an instance that passes has no place at its address, which may pass. */
const NO_PLACE: ReadonlySet<LeftOutReason> = new Set(['conflict', 'quarantined', 'over-capacity', 'awaiting-shift']);

interface Judged {
  readonly leaves: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
}

/** The claim of an instance at an address of the other family, for which its value makes room, and that finds no place there. */
const followerOf = ({ key, entry, reason }: Leaving, { leftOut }: Judged): LeftOut | undefined =>
  entry && reason === 'replaced'
    ? leftOut.find(
        ({ claim, reason: why }) =>
          NO_PLACE.has(why) &&
          claim.endpoint !== undefined &&
          isOfIpv6(claim.endpoint.target) !== isOfIpv6(key) &&
          isSameClaim(entry, claim),
      )
    : undefined;

/**
 * Values that make room for one of the other address family which does not come: with another family an instance keeps its
 * address of before, so that the value still leads to it. Of the same family it has left that address.
 */
export const strandedIn = (judged: Judged): readonly EndpointKey[] =>
  judged.leaves.flatMap((leaving) => (followerOf(leaving, judged) ? [leaving.key] : []));

/** Keeps such values. @param keys of those that are stranded, also by what is known only once everything has its place */
export function withStranded(
  judgement: NameJudgement,
  keys: ReadonlySet<EndpointKey>,
  kind: AbsenceFacts['kind'],
): NameJudgement {
  const isStranded = ({ key, reason }: Leaving) => reason === 'replaced' && keys.has(key);
  const stranded = judgement.leaves.filter(isStranded).map(
    (leaving): Staying => ({
      ...leaving,
      reason: kind === 'full' ? 'held-no-address' : 'held-until-full',
      isNew: false,
      detail: 'its address of the other family passes, and has no place: see what is said of its declaration',
    }),
  );
  if (stranded.length === 0) return judgement;
  return {
    ...judgement,
    stays: [...judgement.stays, ...stranded],
    leaves: judgement.leaves.filter((leaving) => !isStranded(leaving)),
  };
}
