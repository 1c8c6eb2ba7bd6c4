import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

/** A number in [0, 1), as Math.random gives it. */
export type Random = () => number;

/** At most this many multivalue sets are in one answer (developer guide, routing-policy-multivalue.html). */
const MAX_MULTIVALUE_SETS = 8;

/**
 * Chooses which record sets of one name and type are answered (developer guide, routing-policy.html).
 *
 * | routing    | answered                                                                      |
 * | ---------- | ----------------------------------------------------------------------------- |
 * | simple     | the one set                                                                   |
 * | weighted   | one set, by weight/sum; weight 0 only when all are 0, then all equally likely |
 * | multivalue | up to 8 sets, at random                                                       |
 * | another    | the first set: where the client is and failover are not modelled              |
 */
export function chooseSets(sets: readonly ResourceRecordSet[], random: Random): readonly ResourceRecordSet[] {
  const [first] = sets;
  if (first === undefined) return [];
  if (first.MultiValueAnswer) return shuffle(sets, random).slice(0, MAX_MULTIVALUE_SETS);
  if (first.Weight !== undefined) return [chooseByWeight(sets, random) ?? first];
  return [first];
}

/** A copy in random order, every order equally likely (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const shuffled: T[] = [];
  while (rest.length > 0) {
    const index = Math.floor(random() * rest.length);
    const last = rest.length - 1;
    const chosen = rest[index] as T;
    rest[index] = rest[last] as T;
    rest.pop();
    shuffled.push(chosen);
  }
  return shuffled;
}

function chooseByWeight(sets: readonly ResourceRecordSet[], random: Random): ResourceRecordSet | undefined {
  const sum = sets.reduce((total, { Weight = 0 }) => total + Weight, 0);
  if (sum === 0) return sets[Math.floor(random() * sets.length)];

  let rest = random() * sum;
  return sets.find(({ Weight = 0 }) => {
    rest -= Weight;
    return rest < 0;
  });
}
