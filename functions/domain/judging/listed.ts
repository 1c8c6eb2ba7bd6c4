import { isOfIpv6 } from '../dns/ownership.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { InventoryEntry } from '../reading/inventory.ts';
import { isPermitted } from '../reading/permitted.ts';
import type { AbsenceFacts, Explanation } from './absent.ts';
import { orderOf } from './claimants.ts';

/** `by`: the claim that says so, whose reason this is. */
export type ListedExplanation = { readonly by?: Claim; readonly detail?: string } & Explanation;

/**
 * A value whose task is listed leaves only for what ECS says of the very declaration that has published it: the same
 * container and container port, under the same name (design, section 4). Another container of the task, and another port,
 * are no evidence.
 *
 * | said of that declaration                     | full run             | event run         |
 * | -------------------------------------------- | -------------------- | ----------------- |
 * | its task, or its container, stops            | `task-stopped`       | `task-stopped`    |
 * | the same, its address another's by now       | `task-stopped`       | `held-until-full` |
 * | it runs on a host that is gone               | `host-gone`          | `held-until-full` |
 * | it stands at another endpoint                | `replaced`           | `held-until-full` |
 * | the same, of the other address family, and does not pass there yet | `held-no-address` | `held-until-full` |
 * | no address                                   | `held-no-address`    | `held-until-full` |
 * | not running yet, or without its binding      | `held-contradiction` | `held-until-full` |
 * | ignored                                      | `ignored`            | `held-until-full` |
 * | nothing: the task does not declare it        | `held-contradiction` | `held-until-full` |
 *
 * A slice of a full run holds what an event run holds, but for what its full plan has decided for the same reason.
 *
 * A task never changes what it declares, so the last row is an answer that lacks something. Where the inventory does not
 * tell the container, as earlier versions have left it, everything that the task declares under the name has to agree.
 */
export function explainListed(
  entry: InventoryEntry,
  key: EndpointKey,
  {
    judged,
    facts: { kind, addressTaken, permit },
  }: { readonly judged: readonly Judged[]; readonly facts: Pick<AbsenceFacts, 'kind' | 'addressTaken' | 'permit'> },
): ListedExplanation {
  const own = judged
    .filter(({ claim: { task } }) => task === entry.task)
    .sort((one, other) => (orderOf(one.claim) < orderOf(other.claim) ? -1 : 1));
  const { said, by } = statementOf(entry, own, key);
  const explained: ListedExplanation = {
    ...EXPLANATIONS[said],
    ...(by?.claim.leftOut && { by: by.claim }),
    ...(said === 'not-yet' && by && { detail: notYet(by) }),
  };
  if (kind === 'full') return explained;
  const { task } = entry;
  const may =
    said === 'stopped' || (explained.action === 'remove' && isPermitted(permit, { reason: explained.reason, task }));
  return may && !addressTaken(task) ? explained : { action: 'hold', reason: 'held-until-full' };
}

type Statement = 'stopped' | 'host-gone' | 'elsewhere' | 'not-yet' | 'no-address' | 'ignored' | 'nothing';

const EXPLANATIONS = {
  stopped: { action: 'remove', reason: 'task-stopped' },
  'host-gone': { action: 'remove', reason: 'host-gone' },
  elsewhere: { action: 'remove', reason: 'replaced' },
  'not-yet': { action: 'hold', reason: 'held-no-address' },
  'no-address': { action: 'hold', reason: 'held-no-address' },
  ignored: { action: 'remove', reason: 'ignored' },
  nothing: { action: 'hold', reason: 'held-contradiction' },
} as const satisfies Record<Statement, ListedExplanation>;

/** @param own what the task declares under the name */
function statementOf(
  entry: InventoryEntry,
  own: readonly Judged[],
  key: EndpointKey,
): { readonly said: Statement; readonly by?: Judged | undefined } {
  const stopping = own.find(({ claim }) => claim.leftOut?.taskStops);
  if (stopping) return { said: 'stopped', by: stopping };
  const stated = inFamilyOf(key, statedBy(entry, own));
  const statements = Map.groupBy(stated, (one) => whatIsSaid(one, key));
  const [only, ...others] = statements.keys();
  if (only !== undefined && others.length === 0) return { said: only, by: stated[0] };
  const homeless = statements.get('no-address');
  return homeless ? { said: 'no-address', by: homeless[0] } : { said: 'nothing' };
}

/** The declarations that may have published a value: one, where its entry tells the container. */
function statedBy({ container, containerPort }: InventoryEntry, own: readonly Judged[]): readonly Judged[] {
  if (container !== undefined) {
    return own.filter(({ claim }) => claim.container === container && claim.containerPort === containerPort);
  }
  const declared = own.filter(({ claim }) => claim.leftOut?.reason !== 'ignored');
  return declared.length > 0 ? declared : own;
}

/** One declaration of an address name stands at an address of each family: what is said of the value's own counts. */
function inFamilyOf(key: EndpointKey, stated: readonly Judged[]): readonly Judged[] {
  if (!key.endsWith(':0')) return stated;
  const isOther = ({ claim: { endpoint } }: Judged) => endpoint && isOfIpv6(endpoint.target) !== isOfIpv6(key);
  const own = stated.filter((one) => !isOther(one));
  return own.length > 0 ? own : stated;
}

function whatIsSaid({ claim: { leftOut, endpoint, taskUnhealthy }, verdict }: Judged, key: EndpointKey): Statement {
  if (endpoint && endpointKey(endpoint) === key) return 'nothing';
  if (endpoint) {
    // The deployment publishes another family now: the new address has to pass before the old one goes (L7, L9).
    const passes = verdict?.state === 'passing' && !taskUnhealthy;
    return passes || isOfIpv6(endpoint.target) === isOfIpv6(key) ? 'elsewhere' : 'not-yet';
  }
  if (leftOut?.reason === 'stopping') return 'stopped';
  if (leftOut?.reason === 'host-gone' || leftOut?.reason === 'no-address' || leftOut?.reason === 'ignored')
    return leftOut.reason;
  return 'nothing';
}

function notYet({ claim: { endpoint }, verdict }: Judged): string {
  const cause = verdict?.state === 'passing' || verdict === undefined ? 'ECS calls its task UNHEALTHY' : verdict.cause;
  return `its address ${endpoint?.address} does not pass yet: ${cause}`;
}
