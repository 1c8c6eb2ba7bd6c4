/** The least share of a name's published instances that must pass before failing ones may leave. */
export const DEFAULT_MINIMUM_HEALTHY_SHARE = 0.5;
/** Beyond this share of failing probes among all published instances, the prober itself is suspected. */
export const SUSPICION_SHARE = 0.5;

export interface PublishedHealth {
  readonly passing: number;
  readonly failing: number;
  /** Published, but nothing judged them: a failed batch of probes, a container check that has not reported. */
  readonly unknown: number;
}

/**
 * Whether failing probes may take published instances of one name out of the zone (L7).
 *
 * | prober    | share of the published instances that pass | failing ones |
 * | --------- | ------------------------------------------ | ------------ |
 * | suspected | any                                        | `held-prober` |
 * | trusted   | below `minimumHealthyShare`                | `held-panic` |
 * | trusted   | at or above it                             | `remove`     |
 *
 * What ECS says has stopped is not counted here: it leaves whatever this says.
 */
export function failingInstances(
  published: PublishedHealth,
  { minimumHealthyShare, proberSuspected }: { readonly minimumHealthyShare: number; readonly proberSuspected: boolean },
): 'remove' | 'held-prober' | 'held-panic' {
  if (proberSuspected) return 'held-prober';
  const all = published.passing + published.failing + published.unknown;
  // The last good instances stay even where a share of 0 is configured: failing probes alone never empty a name.
  if (published.passing === 0) return 'held-panic';
  return published.passing / all < minimumHealthyShare ? 'held-panic' : 'remove';
}

/**
 * More than half of all probes of published instances failing at once says more about the prober (its security group,
 * its subnets) than about the instances.
 */
export function suspectProber({ probed, failing }: { readonly probed: number; readonly failing: number }): boolean {
  return probed > 0 && failing / probed > SUSPICION_SHARE;
}
