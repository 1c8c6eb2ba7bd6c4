import { printable, printableTexts } from '../../../functions/domain/words/text.ts';
import type { ZoneChange } from '../../../test/stand-ins/route53.ts';
import type { ExecutionChange } from '../../../test/stand-ins/step-functions/executions.ts';
import type { LocalRun } from '../boot.ts';
import type { RunningTask } from '../ecs/task-runner.ts';
import { planReader } from './plans.ts';
import { clockTime, shortId, styled } from './style.ts';
import { originOf, type ZoneLine, zoneLines } from './zone-lines.ts';

export type Print = (line: string) => void;

/** One line for each value that comes or goes, and for each execution that does not succeed. Returns what ends it. */
export function reportRun({ cloud, deployment }: LocalRun, print: Print): () => void {
  const [bucket = ''] = deployment.buckets;
  const readPlan = planReader(bucket, cloud.clients.s3);
  let last: Promise<void> = Promise.resolve();
  const onChange = async (change: ZoneChange): Promise<void> => {
    const origin = originOf(change);
    const dispositions = origin && (await readPlan(origin).catch(() => []));
    for (const line of zoneLines(change, dispositions))
      print(`${clockTime(change.at)} ${describe(line, origin?.execution)}`);
  };
  const stops = [
    cloud.route53.onChange((change) => {
      last = last.then(() => onChange(change)); // one after the other, in the order of the changes
    }),
    cloud.stepFunctions.admin.onExecutionChange((change) => {
      if (change.status === 'RUNNING' || change.status === 'SUCCEEDED') return;
      last = last.then(() => print(failureLine(change)));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** A task that began or ended: whoever wants to kill one needs its process. */
export function taskLine({ family, id, address, port, pid }: RunningTask, exitCode?: number): string {
  const what = `${family} ${shortId(id)}`;
  const text =
    exitCode === undefined
      ? `task ${what} runs at ${address}:${port}, process ${pid}`
      : `task ${what} has ended with exit code ${exitCode}`;
  return styled('dim', `${clockTime(Date.now())} · ${text}`);
}

const COLORS = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

function describe(line: ZoneLine, execution: string | undefined): string {
  const { sign, name, value, reason, task } = printableTexts(line);
  const whose = task === undefined ? '' : ` (task ${shortId(task)})`;
  const origin = execution === undefined ? '' : styled('dim', ` ${execution}`);
  return `${styled(COLORS[sign], `${sign} ${name} ${value}`)} ${reason}${whose}${origin}`;
}

function failureLine({ name, status, error = '', cause = '', stopDate }: ExecutionChange): string {
  const why = [error, cause.split('\n')[0] ?? '']
    .filter(Boolean)
    .map((text) => printable(text, 400))
    .join(': ');
  return `${clockTime(stopDate?.getTime() ?? Date.now())} ${styled('red', `! execution ${name} ${status}`)} ${why}`;
}
