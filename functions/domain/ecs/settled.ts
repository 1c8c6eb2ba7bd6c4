import type { Claim } from './claim.ts';
import type { ServiceShares } from './shares.ts';

/** A service of which ECS need not be asked while its tasks are those of these deployments: all of them serve. */
export interface SettledService {
  /** As its claims name it. */
  readonly name: string;
  /** What its tasks have as `startedBy`. */
  readonly startedBy: readonly string[];
}

const byService = (claims: readonly Claim[]) =>
  Map.groupBy(
    claims.filter(({ service }) => service !== undefined),
    ({ service }) => service ?? '',
  );

const startersOf = (claims: readonly Claim[]): readonly (string | undefined)[] => [
  ...new Set(claims.map(({ startedBy }) => startedBy)),
];

/** Names of the services of one cluster that have a task of which nobody knows yet whether it serves. */
export function unsettled(claims: readonly Claim[], settled: readonly SettledService[]): readonly string[] {
  const known = new Map(settled.map(({ name, startedBy }) => [name, startedBy]));
  return [...byService(claims)]
    .filter(([name, its]) => startersOf(its).some((one) => one === undefined || !known.get(name)?.includes(one)))
    .map(([name]) => name);
}

/**
 * What is settled of one cluster once it was read whole.
 *
 * | the service                                                          | then                           |
 * | -------------------------------------------------------------------- | ------------------------------ |
 * | has no claims any more                                               | is forgotten                   |
 * | was not asked for                                                    | stays as it was                |
 * | has a test name                                                      | is not: it is asked for again  |
 * | all its revisions serve, and nothing has to be said about that       | is settled                     |
 * | its deployment has finished, and only those that serve have tasks    | is settled                     |
 * | anything else                                                        | is not: it is asked for again  |
 */
export function settledAfter(
  claims: readonly Claim[],
  described: readonly ServiceShares[],
  before: readonly SettledService[],
): readonly SettledService[] {
  const shares = new Map(described.map((one) => [one.name, one.shares]));
  return [...byService(claims)].flatMap(([name, its]): readonly SettledService[] => {
    const asked = shares.get(name);
    if (!asked) return before.filter((one) => one.name === name);
    const startedBy = startersOf(its).filter((one) => one !== undefined);
    const isOver = asked.phase === 'finished' && startedBy.every((one) => asked.production.includes(one));
    // What has been tested leaves the test name for what is said here: that may take more than one run.
    if (asked.testName !== undefined) return [];
    const settles = asked.kind === 'all' ? asked.why === undefined : asked.kind === 'some' && isOver;
    return settles ? [{ name, startedBy: startedBy.toSorted() }] : [];
  });
}
