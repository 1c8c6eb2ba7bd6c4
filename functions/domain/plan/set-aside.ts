import { isAddressName } from '../dns/address-name.ts';
import { isOurValue, type Naming, ownerSubtree } from '../dns/ownership.ts';
import { everyClaimOf, type NameJudgement, type Staying } from '../judging/judgement.ts';
import { WITHHELD } from '../words/reason.ts';
import { judgeWriting, printOf, type Written } from '../zone/contention.ts';
import { isoOf, nextTry, type Quarantined, quarantinedNow } from '../zone/quarantine.ts';
import { type NamePlan, withhold } from './name-plan.ts';

/** What a plan knows of names that it may not change for now. */
export interface Aside {
  readonly naming: Naming;
  readonly now: number;
  readonly quarantine: ReadonlyMap<string, Quarantined>;
  /** What we wrote last, by owner name. */
  readonly written: ReadonlyMap<string, Written>;
  /** Whether a person asks to try everything again. */
  readonly retry: boolean;
  /** Targets at which something of others stands, and what: their address record sets cannot be made. */
  readonly taken: ReadonlyMap<string, string>;
  /** Whether the marker has to be made, without which nothing is sent. */
  readonly unmarked: boolean;
}

/** Why the change of a name is not sent now; undefined when it is. */
export function heldBack(name: string, { quarantine, now, retry, unmarked, naming }: Aside): Quarantined | undefined {
  if (retry) return undefined;
  const own = quarantinedNow(quarantine, name, now);
  return own ?? (unmarked ? quarantinedNow(quarantine, ownerSubtree(naming), now) : undefined);
}

/**
 * New instances at an address whose record set Route 53 refuses, or would refuse, are left out, so that the rest of their
 * name goes on. An address name names no such set.
 */
export function withoutHeldAddresses(judgement: NameJudgement, aside: Aside): NameJudgement {
  if (isAddressName(judgement.name, aside.naming)) return judgement;
  const reasonOf = ({ isNew, claim }: Staying) => {
    if (!isNew || !claim?.endpoint) return undefined;
    const { target } = claim.endpoint;
    const held = heldBack(target, aside);
    const taken = aside.taken.get(target);
    return held ? detailOf(held) : taken && `at ${target} ${taken}`;
  };
  const waiting = judgement.stays.flatMap((kept) => {
    const detail = reasonOf(kept);
    return detail === undefined
      ? []
      : everyClaimOf(kept).map((claim) => ({ claim, reason: 'quarantined' as const, detail }));
  });
  if (waiting.length === 0) return judgement;
  // Another spelling of a value that waits stays until it is there.
  const keys = new Set(judgement.stays.filter(reasonOf).map(({ key }) => key));
  const held = judgement.leaves
    .filter(({ key, reason }) => reason === 'replaced' && keys.has(key))
    .map((leaving): Staying => ({ ...leaving, reason: 'held-quarantined', isNew: false }));
  return {
    ...judgement,
    stays: [...judgement.stays.filter((kept) => !reasonOf(kept)), ...held],
    leaves: judgement.leaves.filter(({ key, reason }) => !(reason === 'replaced' && keys.has(key))),
    leftOut: [...judgement.leftOut, ...waiting],
  };
}

/** Targets whose address record sets a name goes without for now. */
export const quarantinedTargets = ({ leftOut, aliases }: NameJudgement): readonly string[] =>
  aliases
    ? []
    : leftOut.flatMap(({ reason, claim }) =>
        reason === 'quarantined' && claim.endpoint ? [claim.endpoint.target] : [],
      );

/** Holds a name's changes back while they are quarantined, or while somebody else keeps undoing them. */
export function setAside(plan: NamePlan, aside: Aside): NamePlan {
  if (plan.changes.length === 0) return plan;
  const held = heldBack(plan.name, aside);
  if (held) return withhold(plan, { ...WITHHELD.quarantined, detail: detailOf(held) });

  const print = printOf(plan.after, (value) => isOurValue(value, aside.naming));
  const judged = judgeWriting(print, aside.written.get(plan.name), aside);
  if ('written' in judged) return { ...plan, written: judged.written };
  const { contention } = judged;
  const detail = `somebody else has undone our change ${contention.corrections} times since ${isoOf(contention.since)}; next try ${isoOf(contention.nextTry)}`;
  return { ...withhold(plan, { ...WITHHELD.contended, detail }), contention };
}

const detailOf = (held: Quarantined) =>
  `refused since ${isoOf(held.since)}, next try ${isoOf(nextTry(held))}: ${held.reason}`;
