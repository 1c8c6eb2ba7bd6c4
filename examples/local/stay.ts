import { boot } from './boot.ts';
import type { Options } from './options.ts';
import { header } from './report/header.ts';
import { reportRun, taskLine } from './report/reporter.ts';

export interface StayOptions extends Omit<Options, 'once' | 'log'> {
  readonly print: (line: string) => void;
  /** Takes what functions and services print, by source. */
  readonly log: (source: string, text: string) => void;
  /** Ends it; nothing is left behind. */
  readonly signal: AbortSignal;
}

/** Boots, starts the examples, and tells what happens until the signal aborts. Gives the exit code. */
export async function stay({ print, signal, scheduleMs, ...options }: StayOptions): Promise<number> {
  print('starting AWS, DNS and ECS on this machine …');
  const run = await boot({
    ...options,
    ...(scheduleMs !== undefined && { schedule: scheduleMs }),
    signal,
    onTaskStart: (task) => print(taskLine(task)),
    onTaskEnd: (task, exitCode) => print(taskLine(task, exitCode)),
  });
  const stopReporting = reportRun(run, print);
  print(header(run));
  for (const service of Object.values(run.services)) run.cluster.scheduler.put(service);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  stopReporting();
  print('ending …');
  await run.close();
  return 0;
}
