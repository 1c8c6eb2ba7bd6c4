import type { Candidate, Endpoint } from '../ecs/claim.ts';
import type { ProbeVerdict, Verdict } from './verdict.ts';

/** A candidate with what its health sources say; candidates without an endpoint have no verdict. */
export interface Judged {
  readonly candidate: Candidate;
  readonly verdict?: Verdict;
  readonly probe?: ProbeVerdict;
}

/** A candidate that could be published, with its verdict. */
export type WithEndpoint = Judged & {
  readonly candidate: Candidate & { readonly endpoint: Endpoint };
  readonly verdict: Verdict;
};
