import { afterThrottle, type Portion, WHOLE } from '../domain/reading/pace.ts';
import { atPace, type PaceClock, systemPace } from './aws/pace.ts';

/** What the input of a function may say of its pace. */
interface Asked {
  readonly item?: { readonly portion?: Portion };
  readonly retries?: number;
}

/**
 * Work whose calls wait for their turns: of the deployment's share all, or the portion of its item. One that is tried again
 * has found the account's buckets empty.
 *
 * @param share of the account's rates
 */
export const paced =
  <I, O>(work: (input: I) => Promise<O>, share: number, clock: PaceClock = systemPace) =>
  (input: I, { until }: { readonly until: number }): Promise<O> =>
    atPace({ share, portion: portionIn(input as Asked), until, clock }, () => work(input));

function portionIn({ item, retries = 0 }: Asked): Portion {
  const portion = item?.portion;
  if (!portion) return WHOLE;
  return retries > 0 ? afterThrottle(portion) : portion;
}
