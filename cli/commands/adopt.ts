import { isOurValue, ownerSubtree } from '../../functions/domain/dns/naming.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { type Adoption, type AdoptionFacts, adoptOwner, adoptWeighted } from '../../functions/domain/plan/adopt.ts';
import { batchUnits } from '../../functions/domain/plan/batch.ts';
import { readMarker } from '../../functions/domain/plan/marker.ts';
import type { PlanRecord } from '../../functions/domain/plan/record.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { fullName } from '../names.ts';
import { failureOf, findPlan, follow, startRun } from '../runs.ts';
import { adoptionLines } from '../view/adoption-lines.ts';
import { markerState } from '../view/status-report.ts';
import { plural } from '../view/style.ts';
import { changeZone } from '../zone-changes.ts';
import { runAndFollow } from './reconcile.ts';

/** Seconds; what stands under our names already says better, and the next run sets the deployment's own. */
const DEFAULT_TTL = 5;

export const adopt: Command = {
  summary: 'takes over record sets of the predecessor, or of an owner label that is no longer used',
  usage: '[<name>…] [--owner <label>] [--yes]',
  help: [
    '<name>            only these; else all',
    '--owner <label>   takes over what stands below this owner label, its addresses and its marker',
    '--yes             without asking',
    '',
    'Without --owner: the weighted SRV record sets of service-discovery-ecs-dns, whose targets are host names of EC2.',
    'A value that a task claims now becomes ours; one that no task claims is dropped; values of others stay. Each name',
    'is changed as a whole, in one batch. Stop the predecessor before, or it writes its sets again.',
  ],
  options: { owner: { type: 'string' }, yes: { type: 'boolean' } },
  operands: [0, 1_000],
  async run(given, { connect }) {
    const context = await connect();
    const { io, paint, zone, deployment } = context;
    const owner = given.text('owner');
    if (owner !== undefined) checkOwner(owner, context);
    const claimed = claimsOf(await planNow(context));
    const recordSets = await zone.all();
    if (markerState(recordSets, deployment) === 'withdrawn') {
      throw new UsageError(
        `${deployment.id} is withdrawn and would take back at once what it takes over: first ecssd remove --undo`,
      );
    }
    const facts: AdoptionFacts = {
      naming: deployment.naming,
      recordTtl: ttlOf(recordSets, context),
      recordSets,
      claimed,
      ...(given.operands.length > 0 && {
        names: new Set(given.operands.map((name) => fullName(name, deployment.naming))),
      }),
    };
    const plan = owner === undefined ? adoptWeighted(facts) : adoptOwner(facts, owner);
    if (plan.units.length === 0) {
      io.print('nothing to take over');
      return EXIT.ok;
    }
    for (const line of adoptionLines(plan.adoptions, paint)) io.print(line);
    if (owner !== undefined) io.print(holderOf(owner, recordSets, context));
    if (!(await confirmed(given, io, questionOf(plan.adoptions)))) {
      io.tell('nothing was done');
      return EXIT.failed;
    }
    for (const { units } of batchUnits(plan.units)) {
      await changeZone(
        context,
        units.flatMap(({ changes }) => changes),
        owner === undefined ? 'adopt' : `adopt --owner ${owner}`,
      );
    }
    return runAndFollow(context, {});
  },
};

function checkOwner(owner: string, { deployment: { naming } }: Context): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(owner) || owner === naming.owner) {
    throw new UsageError(
      `--owner: got ${JSON.stringify(owner)}, want the one label of a former deployment, other than "${naming.owner}"`,
    );
  }
}

/** What every task claims now; a cluster that cannot be read must not pass for one without tasks (L1). */
async function planNow(context: Context): Promise<PlanRecord> {
  context.io.hint('looking what tasks claim …');
  const view = await follow(context, await startRun(context, { dryRun: true }));
  const plan = await findPlan(context, view.name);
  if (!plan) throw new Error(`${view.name} ${failureOf(view) ?? 'left no plan'}`);
  const unread = Object.keys(plan.clusters).filter((cluster) => plan.clusters[cluster] === 'unread');
  if (unread.length > 0) {
    throw new UsageError(
      `these clusters could not be read, so their values would look as if no task claimed them: ${unread.join(', ')}; try again`,
    );
  }
  return plan;
}

const claimsOf = ({ dispositions }: PlanRecord): ReadonlySet<string> =>
  new Set(
    dispositions.flatMap(({ outcome, name, target, port }) =>
      outcome !== 'removed' && target !== undefined ? [`${name} ${target}:${port}`] : [],
    ),
  );

function ttlOf(recordSets: readonly RecordSet[], { deployment: { naming } }: Context): number {
  const ours = recordSets.find(
    ({ type, values }) => type === 'SRV' && values.length > 0 && values.every((value) => isOurValue(value, naming)),
  );
  return ours?.ttl ?? DEFAULT_TTL;
}

function holderOf(owner: string, recordSets: readonly RecordSet[], { deployment: { naming } }: Context): string {
  const subtree = ownerSubtree({ zone: naming.zone, owner });
  const set = recordSets.find(({ type, ownerName }) => type === 'TXT' && ownerName === subtree);
  const marker = set && readMarker(set);
  if (!marker) return `no deployment holds ${subtree}`;
  return marker.withdrawn
    ? `${subtree} belonged to ${marker.deployment}, which is withdrawn`
    : `${subtree} belongs to ${marker.deployment}: make sure that it does not run any more, or both will write`;
}

function questionOf(adoptions: readonly Adoption[]): string {
  const count = (fate: Adoption['fate']) => adoptions.filter((one) => one.fate === fate).length;
  const names = new Set(adoptions.map(({ name }) => name)).size;
  return `take over ${plural(count('taken'), 'value')} under ${plural(names, 'name')} and drop ${count('dropped')} that no task claims?`;
}
