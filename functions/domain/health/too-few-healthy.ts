/** Beyond this share of failing probes among all published instances, the prober itself is suspected. */
export const SUSPICION_SHARE = 0.5;

/** The published instances of one name, as their checks say. */
export interface PublishedHealth {
  readonly passing: number;
  readonly failing: number;
  /** Published, but nothing judged them: a failed batch of probes, a container check that has not reported. */
  readonly unknown: number;
}

export interface HealthFacts {
  /** Event runs, and narrowed rounds of full ones, do not see the whole picture. */
  readonly kind: 'full' | 'event';
  readonly minimumHealthyShare: number;
  readonly proberSuspected: boolean;
}

/** What becomes of a name's published instances that do not pass. */
export interface NotPassing {
  /** Reason of those that fail; all but `unhealthy` keep them. */
  readonly failing: 'unhealthy' | 'held-until-full' | 'held-prober' | 'held-panic';
  /** Reason of those that nothing judged: they always stay. */
  readonly unknown: 'held-until-full' | 'held-prober';
}

/**
 * Whether failing checks may take published instances of one name out of the zone (L7).
 *
 * | run   | prober    | share of the published instances that pass | failing ones      | those not judged  |
 * | ----- | --------- | ------------------------------------------ | ----------------- | ----------------- |
 * | event | any       | any                                        | `held-until-full` | `held-until-full` |
 * | full  | suspected | any                                        | `held-prober`     | `held-prober`     |
 * | full  | trusted   | none passes                                | `held-panic`      | `held-prober`     |
 * | full  | trusted   | below `minimumHealthyShare`                | `held-panic`      | `held-prober`     |
 * | full  | trusted   | at or above it                             | `unhealthy`       | `held-prober`     |
 *
 * What passes again is published like anything else that passes; what ECS says has stopped is not counted here: it leaves
 * whatever this says.
 */
export function notPassing(
  { passing, failing, unknown }: PublishedHealth,
  { kind, minimumHealthyShare, proberSuspected }: HealthFacts,
): NotPassing {
  if (kind === 'event') return { failing: 'held-until-full', unknown: 'held-until-full' };
  if (proberSuspected) return { failing: 'held-prober', unknown: 'held-prober' };
  // The last good instances stay even where a share of 0 is configured: failing probes alone never empty a name.
  const panic = !isShareOf(passing, passing + failing + unknown, minimumHealthyShare);
  return { failing: panic ? 'held-panic' : 'unhealthy', unknown: 'held-prober' };
}

/**
 * More than half of all probes of published instances failing at once says more about the prober (its security group,
 * its subnets) than about the instances.
 */
export function suspectProber({ probed, failing }: { readonly probed: number; readonly failing: number }): boolean {
  return probed > 0 && failing / probed > SUSPICION_SHARE;
}

/** Whether so many are enough of all, and one at least. */
export const isShareOf = (count: number, all: number, share: number): boolean => count > 0 && count / all >= share;
