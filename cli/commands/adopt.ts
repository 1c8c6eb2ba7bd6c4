import { SETTINGS } from '../../functions/contracts/settings.ts';
import { isOurValue, type Naming, ownerSubtree } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { batchUnits } from '../../functions/domain/sending/batch.ts';
import { adoptOwner, adoptWeighted } from '../../functions/domain/zone/adopt.ts';
import type { AdoptionFacts, AdoptionPlan } from '../../functions/domain/zone/adoption.ts';
import { markerSets, readMarkers } from '../../functions/domain/zone/marker.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { refusePaused } from '../label.ts';
import { fullName } from '../names.ts';
import { planNow } from '../runs.ts';
import { adoptionLines, adoptionQuestion } from '../view/adoption-lines.ts';
import { markerState, pauseOf } from '../view/status-report.ts';
import { changeZone } from '../zone-changes.ts';
import { runAndFollow } from './reconcile.ts';

/** Seconds that the addresses of a former label stand on at most once no value names them. */
const LONGEST_LINGER = 60;

export const adopt: Command = {
  summary: 'takes over record sets of the predecessor, or of an owner label that is no longer used',
  usage: '[<name>…] [--drop-unplaced] [--owner <label> [--unmarked]] [--yes]',
  help: [
    '<name>            only these; else all',
    '--drop-unplaced   drops values whose host name tells no address; else their sets stay as they are',
    '--owner <label>   takes over what stands below this owner label, its addresses and its marker',
    '--unmarked        the label was that of a deployment although no marker stands at it',
    '--yes             without asking',
    '',
    'Without --owner: the weighted SRV record sets of service-discovery-ecs-dns, told by their identifier,',
    '<host>:<container id>. A value that a task claims now becomes ours; one that no task claims is dropped; sets of others',
    'stay as they are. Each name is changed as a whole, in one batch. Stop the predecessor before, or it writes its sets',
    'again.',
  ],
  options: {
    'drop-unplaced': { type: 'boolean' },
    owner: { type: 'string' },
    unmarked: { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  operands: [0, 1_000],
  async run(given, { connect }) {
    const owner = given.text('owner');
    if (given.flag('unmarked') && owner === undefined) throw new UsageError('got --unmarked, want --owner with it');
    const context = await connect();
    const { io, paint, zone, deployment } = context;
    if (owner !== undefined) checkOwner(owner, context);
    const claimed = await claimedNow(context);
    const recordSets = await zone.all();
    if (markerState(recordSets, deployment) === 'withdrawn') {
      throw new UsageError(
        `${deployment.id} is withdrawn and would take back at once what it takes over: first ecssd remove --undo`,
      );
    }
    refusePaused(pauseOf(recordSets, deployment), context, 'adopt');
    const facts: AdoptionFacts = {
      naming: deployment.naming,
      deployment: deployment.id,
      recordTtl: ttlOf(recordSets, context),
      recordSets,
      claimed,
      dropUnplaced: given.flag('drop-unplaced'),
      unmarked: given.flag('unmarked'),
      ...(given.operands.length > 0 && {
        names: new Set(given.operands.map((name) => fullName(name, deployment.naming))),
      }),
    };
    const holder = owner === undefined ? undefined : holderLine(owner, facts);
    const plan = owner === undefined ? adoptWeighted(facts) : adoptOwner(facts, owner);
    for (const line of adoptionLines(plan, paint)) io.print(line);
    if (plan.units.length === 0) {
      io.print('nothing to take over');
      return EXIT.ok;
    }
    if (holder !== undefined) io.print(holder);
    if (!(await confirmed(given, io, adoptionQuestion(plan)))) return EXIT.failed;
    await send(context, plan, owner === undefined ? 'adopt' : `adopt --owner ${owner}`);
    return runAndFollow(context, {});
  },
};

/** What nothing names any more goes last, once resolvers have forgotten the values that named it (L9). */
async function send(context: Context, { units }: AdoptionPlan, order: string): Promise<void> {
  const change = async (some: AdoptionPlan['units']) => {
    for (const batch of batchUnits(some)) {
      await changeZone(
        context,
        batch.units.flatMap(({ changes }) => changes),
        order,
      );
    }
  };
  const isLast = ({ kind }: AdoptionPlan['units'][number]) => kind === 'address-removal';
  const first = units.filter((unit) => !isLast(unit));
  const last = units.filter(isLast);
  await change(first);
  const gone = first.flatMap(({ kind, changes }) => (kind === 'name' ? changes : []));
  const ttl = Math.max(0, ...gone.flatMap(({ action, recordSet }) => (action === 'DELETE' ? [recordSet.ttl] : [])));
  if (last.length > 0 && ttl > 0) await context.io.pause(1_000 * Math.min(ttl, LONGEST_LINGER));
  await change(last);
}

function checkOwner(owner: string, { deployment: { naming } }: Context): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(owner) || owner === naming.owner) {
    throw new UsageError(
      `--owner: got ${JSON.stringify(owner)}, want the one label of a former deployment, other than "${naming.owner}"`,
    );
  }
}

/** What every task claims now; a cluster that cannot be read must not pass for one without tasks (L1). */
async function claimedNow(context: Context): Promise<ReadonlySet<string>> {
  context.io.progress('looking what tasks claim …');
  const { clusters, dispositions } = (await planNow(context)).plan;
  const unread = Object.keys(clusters).filter((cluster) => clusters[cluster] === 'unread');
  if (unread.length > 0) {
    throw new UsageError(
      `these clusters could not be read, so their values would look as if no task claimed them: ${unread.join(', ')}; try again`,
    );
  }
  return new Set(
    dispositions.flatMap(({ outcome, name, target, port }) =>
      outcome !== 'removed' && target !== undefined ? [`${name} ${target}:${port}`] : [],
    ),
  );
}

function ttlOf(recordSets: readonly RecordSet[], { deployment: { naming } }: Context): number {
  const ours = recordSets.find(
    ({ type, values }) => type === 'SRV' && values.length > 0 && values.every((value) => isOurValue(value, naming)),
  );
  // Any will do: the next run sets the deployment's own.
  return ours?.ttl ?? SETTINGS.recordTtl.byDefault;
}

/** @throws UsageError where nothing says that the label was a deployment's */
function holderLine(owner: string, { naming: { zone }, recordSets, unmarked }: AdoptionFacts): string {
  const former: Naming = { zone, owner };
  const subtree = ownerSubtree(former);
  const markers = markerSets(recordSets, former).flatMap(readMarkers);
  if (markers.length === 0 && !unmarked) {
    throw new UsageError(
      `--owner: no marker of a deployment stands at ${subtree}, so nothing says that what stands below it was one's; if you know that it was, give --unmarked`,
    );
  }
  const live = markers.filter(({ withdrawn }) => !withdrawn).map(({ deployment }) => deployment);
  if (live.length > 0) {
    return `${subtree} belongs to ${live.join(', ')}: make sure that it does not run any more, or both will write`;
  }
  return markers.length === 0
    ? `no deployment holds ${subtree}`
    : `${subtree} belonged to ${markers.map(({ deployment }) => deployment).join(', ')}, which is withdrawn`;
}
