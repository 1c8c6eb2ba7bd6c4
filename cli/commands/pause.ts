import { MAX_PAUSE_REASON, pauseSentence } from '../../functions/domain/zone/pause.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import type { Io } from '../io.ts';
import { markerNow, pauseReason, writePause } from '../pausing.ts';
import type { ListedExecution } from '../state-machine.ts';
import { plural } from '../view/style.ts';
import { patience } from '../waiting.ts';

/** Executions that run at once, at most: far more than there can be, and one page of an answer. */
const MOST_RUNNING = 1_000;
/** Milliseconds between two looks. */
const PAUSE = 2_000;

export const pause: Command = {
  summary: 'from then on runs plan and report only, until resume',
  usage: '[--reason <text>] [--yes]',
  help: [
    `--reason <text>   why, for whoever finds it paused; at most ${MAX_PAUSE_REASON} octets`,
    '--yes             without asking',
    '',
    'Every run, of the schedule, of events or by hand, then plans, reports and ends in Paused; its wake-ups are deleted.',
    'Nothing of the zone changes, and no task is stopped. What runs already sends what it has planned: this waits for it.',
    'It stands in the zone, beside the marker; everybody who can resolve its names can read who paused it, and why.',
  ],
  options: { reason: { type: 'string' }, yes: { type: 'boolean' } },
  async run(given, { io, connect }) {
    const reason = pauseReason(given.text('reason'), '--reason');
    const context = await connect();
    const { deployment } = context;
    const now = await markerNow(context);
    const { marker } = now;
    if (marker.paused) {
      io.print(`${deployment.id} is ${pauseSentence(marker.paused)} already; nothing was done`);
      return EXIT.ok;
    }
    const beside = marker.withdrawn ? ', which is withdrawn: what it has not taken back stays' : '';
    if (!(await confirmed(given, io, `pause ${deployment.id}${beside}?`))) return EXIT.failed;
    const paused = await writePause(context, now, reason);
    await ended(context).catch((fault: unknown) => {
      io.tell(
        `${deployment.id} is ${pauseSentence(paused)}; whether runs that began before still send what they have planned could not be asked:`,
      );
      throw fault;
    });
    io.print(`${deployment.id} is ${pauseSentence(paused)}: runs plan and report only; ecssd resume ends that`);
    return EXIT.ok;
  },
};

/** Waits for what ran before: a run sees the pause with the next reading of the zone, and sends what it has planned. */
async function ended(context: Context): Promise<void> {
  const { io } = context;
  const before = await running(context);
  if (before.length === 0) return;
  const names = new Set(before.map(({ name }) => name));
  io.print(
    `${plural(before.length, 'run')} began before and may still send what ${before.length === 1 ? 'it has' : 'they have'} planned; waiting for ${before.length === 1 ? 'its' : 'their'} end (Ctrl-C leaves the pause as it is)`,
  );
  const patient = patience(context);
  await untilNone(io, () => patient(async () => (await running(context)).filter(({ name }) => names.has(name))));
}

/** @param look undefined: not known, ask again */
async function untilNone(io: Io, look: () => Promise<readonly ListedExecution[] | undefined>): Promise<void> {
  for (;;) {
    const left = await look();
    if (left?.length === 0) return;
    if (left) io.progress(`… ${left.map(({ name }) => name).join(', ')}`);
    await io.pause(PAUSE);
  }
}

/** Asked by status: among the newest of all a run of an hour is not found, where each window has had one since. */
const running = ({ machines, deployment }: Context) =>
  machines.executions(deployment.stateMachine, MOST_RUNNING, 'RUNNING');
