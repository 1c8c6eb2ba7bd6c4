import type { Naming } from '../dns/ownership.ts';
import type { RecordSet, Routing } from '../dns/record-set.ts';
import type { Claim, EndpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { InventoryEntry, RememberedName } from '../reading/inventory.ts';
import type { PermittedRemoval } from '../reading/permitted.ts';
import type { LeftOutReason, PublishedReason, RemovedReason } from '../words/reason.ts';
import type { Alias, AliasSets } from '../zone/alias.ts';
import type { OurValue } from '../zone/routing.ts';
import type { AbsenceFacts } from './absent.ts';

/** A value of ours that is to leave. */
export interface Leaving extends OurValue {
  readonly reason: RemovedReason;
  readonly claim?: Claim;
  readonly entry?: InventoryEntry;
  readonly detail?: string;
}

/** An endpoint that is to stand in the zone after this run; those that are only held publish no claim. */
export interface Staying extends Omit<Leaving, 'reason'> {
  readonly reason: PublishedReason;
  readonly isNew: boolean;
  /** Of other tasks that claim the endpoint: the value is theirs too. */
  readonly besides?: readonly Claim[];
}

/** Everything that a value publishes, and that is left out without it. */
export const everyClaimOf = ({ claim, besides = [] }: Pick<Staying, 'claim' | 'besides'>): readonly Claim[] =>
  claim ? [claim, ...besides] : [];

export interface LeftOut {
  readonly claim: Claim;
  readonly reason: LeftOutReason;
  readonly detail?: string;
}

/** What becomes of each value and each claim of one name, before guard and capacity. */
export interface NameJudgement {
  readonly name: string;
  /** The record sets at the name that publish instances, every owner's included; none where nothing of ours can stand. */
  readonly current: readonly RecordSet[];
  /** How the name is served. */
  readonly routing: Routing;
  /** Of an address name: how it is reached, by each address family that it has or had. */
  readonly aliases?: readonly Alias[];
  /** What stands in the way of serving it as the deployment does. */
  readonly conflict?: string;
  readonly stays: readonly Staying[];
  readonly leaves: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
  /** Keys of our values whose task was not listed. */
  readonly absent: readonly EndpointKey[];
}

export interface NameView {
  readonly name: string;
  /** Every record set at the name, whatever its type. */
  readonly sets: readonly RecordSet[];
  /** Of an address name, what stands at the name that clients ask for. */
  readonly alias?: AliasSets;
  /** Values of ours in them, each once. */
  readonly ours: readonly OurValue[];
  readonly judged: readonly Judged[];
  readonly remembered: RememberedName;
}

export interface JudgeContext {
  readonly naming: Naming;
  readonly routing: Routing;
  readonly facts: AbsenceFacts;
  /** Tasks that the listing (or, in event runs, the event's own tasks) showed. */
  readonly listed: ReadonlySet<string>;
  /** Tasks whose definition ECS does not know any more: nobody can tell what they declare. */
  readonly undefinedTasks: ReadonlySet<string>;
  readonly minimumHealthyShare: number;
  readonly proberSuspected: boolean;
  /** Whether instances leave whose host drains, of those that are apart (`isApart`) and of the others. */
  readonly drains?: (apart: boolean) => boolean;
  /** Whether instances stay although a deployment says that they serve no more. */
  readonly unshifted?: boolean;
  /** Slices of a full run: what its plan has decided, by name. */
  readonly permitted?: ReadonlyMap<string, readonly PermittedRemoval[]>;
}
