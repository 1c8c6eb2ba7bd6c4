import { escapeName } from '../../functions/domain/dns/name.ts';
import { ownerSubtree } from '../../functions/domain/dns/naming.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import { srvText } from '../../functions/domain/dns/srv.ts';
import { printable } from '../../functions/domain/words/text.ts';
import { isAddressSet } from '../../functions/domain/zone/addresses.ts';
import { type Marker, markerSets, remark } from '../../functions/domain/zone/marker.ts';
import { namesOfSets, strangers } from '../../functions/domain/zone/own-forms.ts';
import { ourValues } from '../../functions/domain/zone/routing.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { valuesBeside } from '../view/adoption-lines.ts';
import { markerState } from '../view/status-report.ts';
import { plural } from '../view/style.ts';
import { table } from '../view/table.ts';
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
  async run(given, { connect }) {
    if (given.flag('undo') && given.flag('marker')) throw new UsageError('got --undo and --marker, want one of both');
    const context = await connect();
    const { io, deployment, zone } = context;
    const sets = await zone.all();
    const left = standing(sets, context);
    const undo = given.flag('undo');
    const question = undo
      ? `publish again below ${deployment.naming.zone}?`
      : `take back ${plural(left.values.length, 'value')} and ${plural(left.addresses.length, 'address', 'addresses')} of ${deployment.id}, and publish nothing from then on?`;
    checkLabel(sets, context);
    for (const line of changeLines(sets, context, { undo, marker: given.flag('marker') })) io.print(line);
    if (!(await confirmed(given, io, question))) return EXIT.failed;
    await mark(context, sets, undo ? 'undo' : 'withdrawn');
    return undo ? runAndFollow(context, {}) : withdraw(context, given.flag('marker'));
  },
};

/** @throws UsageError where the label is not ours: nothing below it may be touched, nor a marker be made */
function checkLabel(sets: readonly RecordSet[], { deployment }: Context): void {
  const { naming, id } = deployment;
  const label = ownerSubtree(naming);
  const state = markerState(sets, deployment);
  if (state === 'of another deployment') {
    throw new UsageError(`the marker at ${label} is not that of ${id}: what stands below it is not ours to remove`);
  }
  const others = state === 'absent' ? strangers(sets, naming) : [];
  if (others.length > 0) {
    throw new UsageError(
      `no marker stands at ${label}, and others use it: ${namesOfSets(others)}; nothing is ours there`,
    );
  }
  if (markerSets(sets, naming).some(({ policy }) => policy !== 'simple')) {
    throw new UsageError(
      `the TXT record set at ${label} has an identifier or a health check: write the marker by hand`,
    );
  }
}

type Mark = 'withdrawn' | 'undo' | 'none';

function markerChanges(sets: readonly RecordSet[], { deployment: { id, naming } }: Context, to: Mark) {
  const marker: Marker = { deployment: id, ...(to === 'withdrawn' && { withdrawn: true }) };
  const [found] = markerSets(sets, naming);
  return remark(found, naming, { deployment: id, ...(to !== 'none' && { marker }) });
}

/** Everything that comes and goes until the command is done: a person is asked about nothing else. */
function changeLines(
  sets: readonly RecordSet[],
  context: Context,
  { undo, marker }: { readonly undo: boolean; readonly marker: boolean },
): readonly string[] {
  const { values, addresses } = standing(sets, context);
  const changes = markerChanges(sets, context, undo ? 'undo' : marker ? 'none' : 'withdrawn');
  const gone = undo ? [] : [...values, ...addresses].map((one) => ({ sign: '-', ...one }));
  return table(
    [...gone, ...valuesBeside({ changes })].map(({ sign, name, type, value }) => [
      sign,
      escapeName(name),
      printable(value),
      type,
    ]),
  );
}

/** Replaces exactly the marker that was read; a run that has just made one wins, and the person tries again. */
async function mark(context: Context, sets: readonly RecordSet[], to: Mark): Promise<void> {
  const changes = markerChanges(sets, context, to);
  const order = { withdrawn: 'remove', undo: 'remove --undo', none: 'remove --marker' }[to];
  if (changes.length > 0) await changeZone(context, changes, order);
}

async function withdraw(context: Context, andMarker: boolean): Promise<number> {
  const { io, deployment, zone, paint } = context;
  for (let runs = 1; ; runs += 1) {
    const code = await runAndFollow(context, {});
    if (code !== EXIT.ok) return code;
    const sets = await zone.all();
    const left = standing(sets, context);
    if (left.values.length + left.addresses.length === 0) return finish(context, sets, andMarker);
    if (runs === MOST_RUNS) {
      io.tell(
        paint(
          'red',
          `${plural(left.values.length, 'value')} and ${plural(left.addresses.length, 'address', 'addresses')} of ${deployment.id} are left: ecssd history says what was refused`,
        ),
      );
      return EXIT.failed;
    }
  }
}

async function finish(context: Context, sets: readonly RecordSet[], andMarker: boolean): Promise<number> {
  const { io, deployment } = context;
  if (andMarker) await mark(context, sets, 'none');
  io.print(
    andMarker
      ? `nothing of ${deployment.id} is left: delete the stack now, the next run would publish again`
      : `nothing of ${deployment.id} is left but its marker, which says withdrawn; ecssd remove --undo publishes again, ecssd remove --marker goes before the stack is deleted`,
  );
  return EXIT.ok;
}

/** Values and addresses of ours that stand in the zone. */
function standing(sets: readonly RecordSet[], { deployment: { naming } }: Context) {
  return {
    values: sets.flatMap((set) =>
      ourValues(set, naming).map(({ value }) => ({ name: set.ownerName, type: set.type, value: srvText(value) })),
    ),
    addresses: sets
      .filter((set) => isAddressSet(set, naming))
      .flatMap(({ ownerName: name, type, values }) => values.map((value) => ({ name, type, value: valueText(value) }))),
  };
}
