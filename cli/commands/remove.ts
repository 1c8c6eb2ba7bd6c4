import { isBelow } from '../../functions/domain/dns/name.ts';
import { isOurValue, ownerSubtree } from '../../functions/domain/dns/naming.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { type Marker, markerSet } from '../../functions/domain/plan/marker.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { markerState } from '../view/status-report.ts';
import { plural } from '../view/style.ts';
import { changeZone } from '../zone-changes.ts';
import { runAndFollow } from './reconcile.ts';

/** One run takes back the values and marks the addresses, the next one removes them; a third for what others moved meanwhile. */
const MOST_RUNS = 3;

export const remove: Command = {
  summary: 'takes back everything of this deployment, and publishes nothing from then on',
  usage: '[--undo] [--marker] [--yes]',
  help: [
    '--undo     publishes again',
    '--marker   in the end removes the marker too: only when the stack is deleted right after,',
    '           since a later run would publish again',
    '--yes      without asking',
    '',
    'The marker, a TXT record set at the owner label, says that the deployment is withdrawn. Runs then want nothing.',
    'Values of others stay. Afterwards the stack can be deleted without leaving records.',
  ],
  options: { undo: { type: 'boolean' }, marker: { type: 'boolean' }, yes: { type: 'boolean' } },
  operands: [0, 0],
  async run(given, { connect }) {
    if (given.flag('undo') && given.flag('marker')) throw new UsageError('got --undo and --marker, want one of both');
    const context = await connect();
    const { io, deployment, zone } = context;
    const sets = await zone.all();
    const left = standing(sets, context);
    const question = given.flag('undo')
      ? `publish again below ${deployment.naming.zone}?`
      : `take back ${plural(left.values, 'value')} and ${plural(left.addresses, 'address', 'addresses')} of ${deployment.id}, and publish nothing from then on?`;
    checkMarker(sets, context);
    if (!(await confirmed(given, io, question))) {
      io.tell('nothing was done');
      return EXIT.failed;
    }
    await mark(context, sets, !given.flag('undo'));
    return given.flag('undo') ? runAndFollow(context, {}) : withdraw(context, given.flag('marker'));
  },
};

function checkMarker(sets: readonly RecordSet[], { deployment }: Context): void {
  if (markerState(sets, deployment) !== 'of another deployment') return;
  throw new UsageError(
    `the marker at ${ownerSubtree(deployment.naming)} is not that of ${deployment.id}: what stands below it is not ours to remove`,
  );
}

const markerIn = (sets: readonly RecordSet[], { deployment: { naming } }: Context) =>
  sets.find(({ type, ownerName }) => type === 'TXT' && ownerName === ownerSubtree(naming));

/** Replaces exactly the marker that was read; a run that has just made one wins, and the person tries again. */
async function mark(context: Context, sets: readonly RecordSet[], withdrawn: boolean): Promise<void> {
  const { id, naming } = context.deployment;
  const marker: Marker = { deployment: id, ...(withdrawn && { withdrawn: true }) };
  const found = markerIn(sets, context);
  const wanted = markerSet(naming, marker);
  if (found && found.values.join() === wanted.values.join()) return;
  await changeZone(
    context,
    [
      ...(found ? [{ action: 'DELETE' as const, recordSet: found }] : []),
      { action: 'CREATE' as const, recordSet: wanted },
    ],
    withdrawn ? 'remove' : 'remove --undo',
  );
}

async function withdraw(context: Context, andMarker: boolean): Promise<number> {
  const { io, deployment, zone, paint } = context;
  for (let runs = 1; ; runs += 1) {
    const code = await runAndFollow(context, {});
    if (code !== EXIT.ok) return code;
    const sets = await zone.all();
    const left = standing(sets, context);
    if (left.values + left.addresses === 0) return finish(context, sets, andMarker);
    if (runs === MOST_RUNS) {
      io.tell(
        paint(
          'red',
          `${plural(left.values, 'value')} and ${plural(left.addresses, 'address', 'addresses')} of ${deployment.id} are left: ecssd history says what was refused`,
        ),
      );
      return EXIT.failed;
    }
  }
}

async function finish(context: Context, sets: readonly RecordSet[], andMarker: boolean): Promise<number> {
  const { io, deployment } = context;
  const marker = markerIn(sets, context);
  if (andMarker && marker) await changeZone(context, [{ action: 'DELETE', recordSet: marker }], 'remove --marker');
  io.print(
    andMarker
      ? `nothing of ${deployment.id} is left: delete the stack now, the next run would publish again`
      : `nothing of ${deployment.id} is left but its marker, which says withdrawn; ecssd remove --undo publishes again, ecssd remove --marker goes before the stack is deleted`,
  );
  return EXIT.ok;
}

/** Values and addresses of ours that stand in the zone. */
function standing(sets: readonly RecordSet[], { deployment: { naming } }: Context) {
  const values = sets.filter(({ type }) => type === 'SRV').flatMap((set) => set.values);
  const addresses = sets.filter(({ type, ownerName }) => type === 'A' && isBelow(ownerName, ownerSubtree(naming)));
  return { values: values.filter((value) => isOurValue(value, naming)).length, addresses: addresses.length };
}
