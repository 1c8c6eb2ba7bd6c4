import type { Claim, Endpoint } from '../ecs/claim.ts';
import { type ProbeSettings, unreachable } from './probe-batch.ts';
import { sharedProbes } from './shared-probes.ts';
import { joinVerdict, NO_ROOM, type ProbeVerdict, type Verdict } from './verdict.ts';

/** A claim with what its health sources say; claims without an endpoint have no verdict. */
export interface Judged {
  readonly claim: Claim;
  readonly verdict?: Verdict;
  readonly probe?: ProbeVerdict;
}

/** A claim that could be published, with its verdict. */
export type WithEndpoint = Judged & {
  readonly claim: Claim & { readonly endpoint: Endpoint };
  readonly verdict: Verdict;
};

const BATCH_FAILED: ProbeVerdict = { state: 'unprobed', cause: 'its batch of probes failed' };

/**
 * Judges the claims of a cluster; one that is to be probed and has no verdict says why.
 *
 * @param verdicts of the probes, by the index of the claim that asked, which may ask for others too (`sharedProbes`)
 * @param beyond indexes of such claims for whose probes there was no room
 */
export function judgedOf(
  claims: readonly Claim[],
  { verdicts, beyond }: { readonly verdicts: ReadonlyMap<number, ProbeVerdict>; readonly beyond: ReadonlySet<number> },
  probes: ProbeSettings,
): readonly Judged[] {
  const shared = sharedProbes(claims);
  return claims.map((claim, own): Judged => {
    if (!claim.endpoint) return { claim };
    const id = shared.get(own)?.find((one) => verdicts.has(one) || beyond.has(one)) ?? own;
    const why = beyond.has(id) ? NO_ROOM : (unreachable(claim, probes) ?? BATCH_FAILED);
    const probe = claim.check && probes.probing ? (verdicts.get(id) ?? why) : undefined;
    return { claim, verdict: joinVerdict(claim.containerHealth, probe), ...(probe && { probe }) };
  });
}
