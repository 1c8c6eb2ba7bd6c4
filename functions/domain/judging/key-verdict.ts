import type { Claim, EndpointKey, Shift } from '../ecs/claim.ts';
import type { WithEndpoint } from '../health/judged.ts';
import type { InventoryEntry } from '../reading/inventory.ts';
import type { Permit } from '../reading/permitted.ts';
import type { OurValue } from '../zone/routing.ts';
import type { Leaving, LeftOut, Staying } from './judgement.ts';

/** What becomes of one endpoint of a name, before all of them are judged together. */
export interface KeyVerdict {
  readonly key: EndpointKey;
  readonly stays: readonly Staying[];
  readonly leaves: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
  readonly absent: boolean;
  readonly explainedBy?: Claim;
  /** Its value is remembered for another task than those that claim it, of a cluster that was not read. */
  readonly unknownOwner?: true;
  /** Nobody who claims it serves: what a deployment says of them. */
  readonly shift?: Shift;
  /** Published now and still the same instance's: what the health policy counts. */
  readonly incumbent?: {
    readonly judged: WithEndpoint;
    readonly values: readonly OurValue[];
    readonly entry?: InventoryEntry;
    readonly permit?: Permit;
  };
}
