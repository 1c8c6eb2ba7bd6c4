import type { AddressFamily } from '../dns/address-family.ts';
import type { Naming } from '../dns/ownership.ts';
import type { Routing } from '../dns/record-set.ts';
import type { HeldRemoval, UnexplainedRemoval } from '../reading/held.ts';
import type { Sightings } from '../reading/inventory.ts';
import type { Coverage, Reading, ZoneSnapshot } from '../reading/reading.ts';
import type { Disposition } from '../words/reason.ts';
import type { IdleAddresses } from '../zone/addresses.ts';
import type { Capacity } from '../zone/capacity.ts';
import type { ChangeUnit } from '../zone/change.ts';
import type { NamePlan } from './name-plan.ts';

export interface PlanSettings {
  readonly naming: Naming;
  /** Which addresses are published; not given: IPv4, and nothing of type AAAA is changed. */
  readonly family?: AddressFamily;
  readonly recordTtl: number;
  /** Below it no declared TTL counts; `recordTtl` unless given. */
  readonly minimumTtl?: number | undefined;
  readonly routing: Routing;
  /** What becomes of instances above the capacity of a simple set; `leave-out` unless given, as earlier versions did. */
  readonly beyondCapacity?: 'leave-out' | 'spread';
  /** Route 53's unless given. */
  readonly capacity?: Capacity;
  readonly deployment: string;
  readonly maxDeleteShare: number;
  /** From this many values of ours on, the guard judges. */
  readonly guardMinimum: number;
  readonly minimumHealthyShare: number;
  /** What becomes of instances whose host drains; `keep` unless given, as earlier versions did. */
  readonly onDraining?: 'keep' | 'deregister';
}

export interface PlanInput {
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  readonly coverage: Coverage;
  readonly settings: PlanSettings;
  /** Removals that a person has approved; nothing unless given. */
  readonly approved?: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[];
}

export interface Plan {
  readonly names: readonly NamePlan[];
  readonly units: readonly ChangeUnit[];
  readonly dispositions: readonly Disposition[];
  /** Quarantined names of which nothing is wanted any more. */
  readonly lifted: readonly string[];
  /** Unexplained removals that the guard holds back; anything here ends the run in RemovalsHeld. */
  readonly held: readonly UnexplainedRemoval[];
  /** What later full runs go on holding; only full runs know. */
  readonly remembered?: readonly HeldRemoval[];
  /** What of others stands at targets that are wanted, as `<target> <what>`. */
  readonly taken: readonly string[];
  /** Values of ours in the snapshot. */
  readonly ours: number;
  /** AAAA record sets of ours that stand and that the deployment has no right to change; full runs without a family. */
  readonly untouchable?: number;
  /** What to remember before the zone is changed. */
  readonly sightings: readonly Sightings[];
  /** Only full runs know. */
  readonly idleAddresses?: IdleAddresses;
  readonly proberSuspected: boolean;
}
