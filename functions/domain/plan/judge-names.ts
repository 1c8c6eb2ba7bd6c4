import { srvText } from '../dns/srv.ts';
import type { EndpointKey } from '../ecs/claim.ts';
import type { AbsenceFacts } from '../judging/absent.ts';
import { isAddressView, judgeAddressName } from '../judging/address-name.ts';
import { judgeName } from '../judging/judge-name.ts';
import type { NameJudgement } from '../judging/judgement.ts';
import { guardRemovals } from '../judging/removal-guard.ts';
import { withStranded } from '../judging/replaced.ts';
import { withdrawName } from '../judging/withdraw.ts';
import type { UnexplainedRemoval } from '../reading/held.ts';
import { type PermittedRemoval, permitsOf } from '../reading/permitted.ts';
import { anyUnread } from '../reading/reading.ts';
import { whyUnread } from '../reading/unread.ts';
import type { PlanInput } from './plan.ts';
import { withoutHeldAddresses } from './set-aside.ts';
import type { ZoneView } from './view-zone.ts';

/** Names by what does not leave them. */
export interface KeptNames {
  /** Nothing leaves for a draining host; by `wholeKey`. */
  readonly whole: ReadonlySet<string>;
  /** Values that do not make room for one of the other address family (`strandedIn`). */
  readonly stranded: ReadonlyMap<string, ReadonlySet<EndpointKey>>;
  /** Nothing leaves for a deployment of its service. */
  readonly unshifted: ReadonlySet<string>;
}

/** Of the values of a name those that are apart (`isApart`), or the others. */
export const wholeKey = (name: string, apart: boolean): string => (apart ? `${name} IPv6` : name);

/**
 * What stays, enters and leaves at each name, as if each stood alone.
 *
 * @param kept names that something does not leave, since what was to outlast it has no place
 */
export function judgeNames(view: ZoneView, input: PlanInput, kept: KeptNames): readonly NameJudgement[] {
  const { reading, settings, snapshot } = input;
  const permitted = permittedIn(input);
  const context = {
    naming: settings.naming,
    routing: settings.routing,
    facts: absenceFacts(input, view.ours >= settings.guardMinimum || reading.held.length > 0),
    listed: new Set(reading.listed),
    undefinedTasks: new Set(
      reading.judged.flatMap(({ claim: { leftOut, task } }) => (leftOut?.reason === 'no-definition' ? [task] : [])),
    ),
    minimumHealthyShare: settings.minimumHealthyShare,
    proberSuspected: view.proberSuspected,
    ...(permitted.length > 0 && { permitted: permitsOf(permitted) }),
  };
  const drains = settings.onDraining === 'deregister';
  const withdrawn = snapshot.marker?.withdrawn === true;
  return view.names
    .map((one) => {
      const unshifted = kept.unshifted.has(one.name);
      const leaves = (apart: boolean) => !kept.whole.has(wholeKey(one.name, apart));
      const own = { ...context, ...(drains && { drains: leaves }), ...(unshifted && { unshifted }) };
      return isAddressView(one) ? judgeAddressName(one, own) : judgeName(one, own);
    })
    .map((judged) => {
      if (withdrawn) return withdrawName(judged);
      const stranded = kept.stranded.get(judged.name);
      return withoutHeldAddresses(stranded ? withStranded(judged, stranded, input.coverage.kind) : judged, view.aside);
    });
}

/** Unexplained removals that the guard holds back, all names together (L8). */
export function guardNames(
  judgements: readonly NameJudgement[],
  { ours }: ZoneView,
  { reading, settings, coverage, approved = [] }: PlanInput,
): readonly UnexplainedRemoval[] {
  const unexplained = judgements.flatMap(({ name, leaves }) =>
    leaves
      .filter(({ reason }) => reason === 'unexplained')
      .map(({ key, value }) => ({ name, key, value: srvText(value) })),
  );
  // The guard has decided about what a slice may remove, for the whole run.
  const decided = [...approved, ...permittedIn({ coverage })];
  return guardRemovals(unexplained, { ...settings, ours, approved: decided, heldBefore: reading.held }).held;
}

const permittedIn = ({ coverage }: Pick<PlanInput, 'coverage'>): readonly PermittedRemoval[] =>
  (coverage.kind === 'event' && coverage.permitted) || [];

function absenceFacts({ reading, coverage: { kind } }: PlanInput, guarded: boolean): AbsenceFacts {
  const taken = new Set(reading.addressTaken);
  const unread = new Map(reading.unread?.map((one) => [one.cluster, whyUnread(one)]));
  return {
    kind,
    now: reading.now,
    taskFate: (task) => reading.taskFates[task],
    hostFate: (containerInstance) => reading.hostFates[containerInstance],
    cluster: (arn) => reading.clusters[arn] ?? 'unread',
    whyUnread: (arn) => unread.get(arn),
    anyClusterUnread: anyUnread(reading),
    nothingListed: kind === 'full' && guarded && reading.listed.length === 0,
    addressTaken: (task) => taken.has(task),
  };
}
