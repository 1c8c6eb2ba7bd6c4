import type { Claim, Endpoint } from '../ecs/claim.ts';
import type { ProbeVerdict, Verdict } from './verdict.ts';

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
