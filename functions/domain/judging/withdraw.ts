import type { Claim } from '../ecs/claim.ts';
import { everyClaimOf, type Leaving, type LeftOut, type NameJudgement, type Staying } from './judgement.ts';

/**
 * What becomes of a judged name when its deployment is withdrawn: nothing of ours stays, whatever was read or not, since
 * a person has said so; nothing enters. Event runs too: it takes no picture of the whole to know.
 *
 * | judged                          | withdrawn                                  |
 * | ------------------------------- | ------------------------------------------ |
 * | a value that stays, or is held  | leaves as `withdrawn`                      |
 * | a value that leaves             | leaves as `withdrawn`: nothing holds it    |
 * | a value that enters             | its claim is left out as `withdrawn`   |
 * | another claim of a value        | left out as `withdrawn`                    |
 * | left out, with an endpoint      | left out as `withdrawn`: nobody waits      |
 * | left out for want of one        | as judged: that would hold anyway          |
 */
export function withdrawName({ stays, leaves, leftOut, ...judged }: NameJudgement): NameJudgement {
  const leaving = [...stays.filter(({ isNew }) => !isNew), ...leaves].map(withdrawn);
  // A claim whose own value leaves has its reason there; verification must find all others declined.
  const owners = new Set(leaving.map(({ key, claim, entry }) => `${key} ${(entry ?? claim)?.task}`));
  const entering = [...stays.filter(({ isNew }) => isNew), ...stays.filter(({ isNew }) => !isNew), ...leaves];
  const declined = entering.flatMap(({ key, ...one }) =>
    everyClaimOf(one).filter(({ task }) => !owners.has(`${key} ${task}`)),
  );
  return {
    ...judged,
    stays: [],
    leaves: leaving,
    leftOut: [
      ...onlyOnce(declined).map(declineOf),
      ...leftOut.map((one) => (one.claim.endpoint ? declineOf(one.claim) : one)),
    ],
    absent: [],
  };
}

function withdrawn({ key, value, claim, entry }: Staying | Leaving): Leaving {
  return { key, value, reason: 'withdrawn', ...(claim && { claim }), ...(entry && { entry }) };
}

const declineOf = (claim: Claim): LeftOut => ({ claim, reason: 'withdrawn' });
const onlyOnce = (claims: readonly Claim[]): readonly Claim[] => [...new Set(claims)];
