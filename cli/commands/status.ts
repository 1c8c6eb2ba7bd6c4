import { type Command, EXIT } from '../command.ts';
import { latestPicture } from '../outcomes.ts';
import { markerState, nameStatuses, pauseOf, type StatusReport, statusText } from '../view/status-report.ts';
import { WAITING, waitOf, waitUntilInSync } from './status-wait.ts';

const SHOWN_RUNS = 10;

export const status: Command = {
  summary: 'names, instances, health, last runs, findings',
  usage: `[--json] ${WAITING.usage}`,
  help: ['--json                 for programs', ...WAITING.help],
  options: { json: { type: 'boolean' }, ...WAITING.options },
  async run(given, { connect }) {
    const timeout = waitOf(given);
    const context = await connect();
    if (timeout !== undefined) return waitUntilInSync(context, given, timeout);
    const { io, paint, deployment, machines, zone } = context;
    const [recordSets, picture, runs] = await Promise.all([
      zone.all(),
      latestPicture(context),
      machines.executions(deployment.stateMachine, SHOWN_RUNS),
    ]);
    const { fullRunAt, dispositions, findings } = picture;
    const paused = pauseOf(recordSets, deployment);
    const report: StatusReport = {
      deployment: deployment.id,
      zone: deployment.naming.zone,
      ...(deployment.alarms && { alarms: deployment.alarms }),
      marker: markerState(recordSets, deployment),
      ...(paused && { paused }),
      ...(fullRunAt !== undefined && { fullRunAt }),
      names: nameStatuses({ recordSets, dispositions }, deployment.naming),
      runs,
      findings,
    };
    for (const line of given.flag('json') ? [JSON.stringify(report, null, 2)] : statusText(report, paint))
      io.print(line);
    return EXIT.ok;
  },
};
