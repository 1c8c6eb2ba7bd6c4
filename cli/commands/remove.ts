import { isAddressSet } from '../../functions/domain/dns/address-family.ts';
import { escapeName } from '../../functions/domain/dns/name.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import { srvText } from '../../functions/domain/dns/srv.ts';
import { printable } from '../../functions/domain/words/text.ts';
import type { Marker } from '../../functions/domain/zone/marker.ts';
import { ourValues } from '../../functions/domain/zone/routing.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { checkLabel, markerChanges, ownMarker, refusePaused, writeMarker } from '../label.ts';
import { valuesBeside } from '../view/adoption-lines.ts';
import { pausedLine, pauseOf } from '../view/status-report.ts';
import { plural } from '../view/style.ts';
import { table } from '../view/table.ts';
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
    const paused = pauseOf(sets, deployment);
    if (!undo) refusePaused(paused, context, 'remove');
    for (const line of changeLines(sets, context, { undo, marker: given.flag('marker') })) io.print(line);
    if (!(await confirmed(given, io, question))) return EXIT.failed;
    await mark(context, sets, undo ? 'undo' : 'withdrawn');
    if (!undo) return withdraw(context, given.flag('marker'));
    if (!paused) return runAndFollow(context, {});
    io.print(`${deployment.id} is withdrawn no more, and ${pausedLine(paused)}`);
    return EXIT.ok;
  },
};

type Mark = 'withdrawn' | 'undo' | 'none';

/** What is to stand at the label; a pause stays what it is. */
function markOf(sets: readonly RecordSet[], context: Context, to: Mark): Marker | undefined {
  const { withdrawn: _, ...marker } = ownMarker(sets, context);
  return to === 'none' ? undefined : { ...marker, ...(to === 'withdrawn' && { withdrawn: true as const }) };
}

/** Everything that comes and goes until the command is done: a person is asked about nothing else. */
function changeLines(
  sets: readonly RecordSet[],
  context: Context,
  { undo, marker }: { readonly undo: boolean; readonly marker: boolean },
): readonly string[] {
  const { values, addresses } = standing(sets, context);
  const changes = markerChanges(sets, context, markOf(sets, context, undo ? 'undo' : marker ? 'none' : 'withdrawn'));
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

const mark = (context: Context, sets: readonly RecordSet[], to: Mark) =>
  writeMarker(context, sets, { marker: markOf(sets, context, to), order: ORDERS[to] });

const ORDERS = { withdrawn: 'remove', undo: 'remove --undo', none: 'remove --marker' } as const;

async function withdraw(context: Context, andMarker: boolean): Promise<number> {
  const { io, deployment, zone, paint } = context;
  for (let runs = 1; ; runs += 1) {
    const code = await runAndFollow(context, {});
    if (code !== EXIT.ok) return code;
    const sets = await zone.all();
    const left = standing(sets, context);
    if (left.values.length + left.addresses.length === 0) return finish(context, sets, andMarker);
    if (runs === MOST_RUNS) {
      const untouchable = [...left.values, ...left.addresses].filter(({ type }) => type === 'AAAA').length;
      io.tell(
        paint(
          'red',
          `${plural(left.values.length, 'value')} and ${plural(left.addresses.length, 'address', 'addresses')} of ${deployment.id} are left: ecssd history says what was refused`,
        ),
      );
      if (untouchable > 0) {
        io.tell(
          `${untouchable} of these ${untouchable === 1 ? 'is' : 'are'} of type AAAA, which a deployment without addressFamily has no right to change: set it to 'ipv4', deploy, and remove again`,
        );
      }
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
