import type { Claim } from '../ecs/claim.ts';
import type { PublishedReason } from '../words/reason.ts';
import type { AbsenceFacts } from './absent.ts';
import { everyClaimOf, type Staying } from './judgement.ts';
import type { KeyVerdict } from './key-verdict.ts';

const DETAIL = 'ECS drains its host, and the name has instances elsewhere';
const LAST = 'ECS drains its host, but the name has no instance elsewhere that is known to pass';

/**
 * Takes the instances of draining hosts out of a name that has others, before ECS stops them; never the last of it.
 *
 * | its host | the name has an instance elsewhere | stands in the zone            | is new                       |
 * | -------- | ---------------------------------- | ----------------------------- | ---------------------------- |
 * | drains   | yes                                | leaves as `host-draining`     | left out as `host-draining`  |
 * | drains   | no                                 | as judged, the detail says so | as judged                    |
 * | other    | any                                | as judged                     | as judged                    |
 *
 * One that fails its checks or was not judged leaves like one that passes: ECS has said what becomes of it. Values that are
 * held because nobody has seen their instance are not of a known host, and stay as judged.
 */
export function withoutDraining(verdicts: readonly KeyVerdict[], kind: AbsenceFacts['kind']): readonly KeyVerdict[] {
  if (!verdicts.some(onDrainingHost)) return verdicts;
  const elsewhere = verdicts.some(({ stays }) => stays.some((one) => isElsewhere(one, kind)));
  return verdicts.map((verdict) => {
    if (!onDrainingHost(verdict)) return verdict;
    return elsewhere ? leaving(verdict) : { ...verdict, stays: verdict.stays.map((one) => ({ ...one, detail: LAST })) };
  });
}

/**
 * Whether a name lives on by an instance: it passes, on a host that does not drain. Event runs and slices see only some hosts;
 * there what stands is what is remembered that a run has found it to be when it looked last.
 */
export function isElsewhere({ claim, entry, reason }: Staying, kind: AbsenceFacts['kind']): boolean {
  if (claim) return !claim.hostDrains && PASSES.has(reason);
  if (kind === 'full' || reason !== 'held-until-full') return false;
  return !entry || (!entry.hostDrains && PASSES.has(entry.lastVerdict));
}

const PASSES: ReadonlySet<string> = new Set(['running', 'healthy'] satisfies PublishedReason[]);

/**
 * A machine that is registered twice may drain in one place only: that says nothing of it. Nor does it of a value that may be
 * another task's, of which nothing is known (L1), nor of one that waits for others to come.
 */
function onDrainingHost({ stays: [stays], incumbent, unknownOwner }: KeyVerdict): boolean {
  if (unknownOwner || stays?.reason === 'held-shift') return false;
  const claim = incumbent?.judged.claim ?? stays?.claim;
  return claim !== undefined && [claim, ...(stays?.besides ?? [])].every(({ hostDrains }) => hostDrains);
}

function leaving({ key, stays, leaves, leftOut, incumbent }: KeyVerdict): KeyVerdict {
  const reason = 'host-draining' as const;
  const leftOutAs = (claim: Claim) => ({ claim, reason, detail: DETAIL });
  const nobodyElse = { key, stays: [], absent: false };
  if (incumbent) {
    const { judged, values, entry } = incumbent;
    const about = { claim: judged.claim, ...(entry && { entry }), reason, detail: DETAIL };
    return { ...nobodyElse, leaves: values.map((value) => ({ ...value, ...about })), leftOut };
  }
  const standing = stays.flatMap(({ isNew, claim, key, value }) =>
    isNew || !claim ? [] : [{ key, value, claim, reason, detail: DETAIL }],
  );
  const gone = [...standing, ...leaves.map(({ entry: _, ...one }) => ({ ...one, reason, detail: DETAIL }))];
  // A claim whose own value leaves has its reason there; verification must find all others declined.
  const declined = stays.flatMap((one) => (gone.length > 0 ? (one.besides ?? []) : everyClaimOf(one)));
  return { ...nobodyElse, leaves: gone, leftOut: [...leftOut, ...declined.map(leftOutAs)] };
}
