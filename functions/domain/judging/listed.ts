import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { InventoryEntry } from '../reading/inventory.ts';
import { isPermitted } from '../reading/permitted.ts';
import type { AbsenceFacts, Explanation } from './absent.ts';
import { orderOf } from './claimants.ts';

/** `by`: the claim that says so, whose reason this is. */
export type ListedExplanation = { readonly by?: Claim } & Explanation;

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
    .map(({ claim }) => claim)
    .filter(({ task }) => task === entry.task)
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const { said, by } = statementOf(entry, own, key);
  const explained: ListedExplanation = { ...EXPLANATIONS[said], ...(by?.leftOut && { by }) };
  if (kind === 'full') return explained;
  const { task } = entry;
  const may =
    said === 'stopped' || (explained.action === 'remove' && isPermitted(permit, { reason: explained.reason, task }));
  return may && !addressTaken(task) ? explained : { action: 'hold', reason: 'held-until-full' };
}

type Statement = 'stopped' | 'host-gone' | 'elsewhere' | 'no-address' | 'ignored' | 'nothing';

const EXPLANATIONS = {
  stopped: { action: 'remove', reason: 'task-stopped' },
  'host-gone': { action: 'remove', reason: 'host-gone' },
  elsewhere: { action: 'remove', reason: 'replaced' },
  'no-address': { action: 'hold', reason: 'held-no-address' },
  ignored: { action: 'remove', reason: 'ignored' },
  nothing: { action: 'hold', reason: 'held-contradiction' },
} as const satisfies Record<Statement, ListedExplanation>;

/** @param own what the task declares under the name */
function statementOf(
  entry: InventoryEntry,
  own: readonly Claim[],
  key: EndpointKey,
): { readonly said: Statement; readonly by?: Claim | undefined } {
  const stopping = own.find(({ leftOut }) => leftOut?.taskStops);
  if (stopping) return { said: 'stopped', by: stopping };
  const stated = statedBy(entry, own);
  const statements = Map.groupBy(stated, (claim) => whatIsSaid(claim, key));
  const [only, ...others] = statements.keys();
  if (only !== undefined && others.length === 0) return { said: only, by: stated[0] };
  const homeless = statements.get('no-address');
  return homeless ? { said: 'no-address', by: homeless[0] } : { said: 'nothing' };
}

/** The declarations that may have published a value: one, where its entry tells the container. */
function statedBy({ container, containerPort }: InventoryEntry, own: readonly Claim[]): readonly Claim[] {
  if (container !== undefined) {
    return own.filter((claim) => claim.container === container && claim.containerPort === containerPort);
  }
  const declared = own.filter(({ leftOut }) => leftOut?.reason !== 'ignored');
  return declared.length > 0 ? declared : own;
}

function whatIsSaid({ leftOut, endpoint }: Claim, key: EndpointKey): Statement {
  if (endpoint) return endpointKey(endpoint) === key ? 'nothing' : 'elsewhere';
  if (leftOut?.reason === 'stopping') return 'stopped';
  if (leftOut?.reason === 'host-gone' || leftOut?.reason === 'no-address' || leftOut?.reason === 'ignored')
    return leftOut.reason;
  return 'nothing';
}
