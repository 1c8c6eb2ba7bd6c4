import { pauseSentence } from '../../functions/domain/zone/pause.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import { endPause, markerNow } from '../pausing.ts';
import { runAndFollow } from './reconcile.ts';

export const resume: Command = {
  summary: 'ends a pause, and starts a run that makes what has waited',
  usage: '[--yes]',
  help: [
    '--yes   without asking',
    '',
    'The run is a full one: it looks at everything, whatever events the pause has passed over.',
  ],
  options: { yes: { type: 'boolean' } },
  async run(given, { io, connect }) {
    const context = await connect();
    const { deployment } = context;
    const now = await markerNow(context);
    const { paused, ...marker } = now.marker;
    if (!paused) {
      io.print(`${deployment.id} is not paused; nothing was done (ecssd reconcile starts a full run)`);
      return EXIT.ok;
    }
    io.print(`${deployment.id} is ${pauseSentence(paused)}`);
    const does = marker.withdrawn
      ? 'let runs take back everything of it, since it is withdrawn'
      : 'let runs change the zone again, beginning with one now';
    if (!(await confirmed(given, io, `${does}? (ecssd plan shows what would change)`))) return EXIT.failed;
    await endPause(context, now);
    return runAndFollow(context, {}).catch((fault: unknown) => {
      io.tell(
        `${deployment.id} is paused no more: the next full run changes the zone; if none was started above, ecssd reconcile starts one`,
      );
      throw fault;
    });
  },
};
