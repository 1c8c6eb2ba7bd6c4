import type { Candidate } from '../ecs/claim.ts';
import type { Kept, Leaving, LeftOut, NameJudgement } from './judgement.ts';

/**
 * What becomes of a judged name when its deployment is withdrawn: nothing of ours stays, whatever was read or not, since
 * a person has said so; nothing enters. Event runs too: it takes no picture of the whole to know.
 *
 * | judged                          | withdrawn                                  |
 * | ------------------------------- | ------------------------------------------ |
 * | a value that stays, or is held  | leaves as `withdrawn`                      |
 * | a value that leaves             | leaves as `withdrawn`: nothing holds it    |
 * | a value that enters             | its candidate is left out as `withdrawn`   |
 * | left out, with an endpoint      | left out as `withdrawn`: nobody waits      |
 * | left out for want of one        | as judged: that would hold anyway          |
 */
export function withdrawName({ keep, leave, leftOut, ...judged }: NameJudgement): NameJudgement {
  const leaving = [...keep.filter(({ isNew }) => !isNew), ...leave].map(withdrawn);
  // A candidate whose own value leaves has its reason there; verification must find all others declined.
  const owners = new Set(leaving.map(({ key, candidate, hint }) => `${key} ${(hint ?? candidate)?.task}`));
  const entering = [...keep.filter(({ isNew }) => isNew), ...keep.filter(({ isNew }) => !isNew), ...leave];
  const declined = entering.flatMap(({ key, candidate }) =>
    candidate && !owners.has(`${key} ${candidate.task}`) ? [candidate] : [],
  );
  return {
    ...judged,
    keep: [],
    leave: leaving,
    leftOut: [
      ...onlyOnce(declined).map(declineOf),
      ...leftOut.map((one) => (one.candidate.endpoint ? declineOf(one.candidate) : one)),
    ],
    absent: [],
  };
}

function withdrawn({ key, value, candidate, hint }: Kept | Leaving): Leaving {
  return { key, value, reason: 'withdrawn', ...(candidate && { candidate }), ...(hint && { hint }) };
}

const declineOf = (candidate: Candidate): LeftOut => ({ candidate, reason: 'withdrawn' });
const onlyOnce = (candidates: readonly Candidate[]): readonly Candidate[] => [...new Set(candidates)];
