import { boot, type LocalRun } from './boot.ts';
import { startLocalConsole } from './console.ts';
import { SHIFT_HOOK } from './ecs/shift-hook.ts';
import { keepBucket, keptLine, makeFolder } from './keep.ts';
import { type Options, OWN_SETTINGS } from './options.ts';
import { checkedPort } from './ports.ts';
import { header } from './report/header.ts';
import { reportRun, taskLine } from './report/reporter.ts';
import { styled } from './report/style.ts';
import { impairedLine, troubleLines } from './report/trouble-lines.ts';

export interface StayOptions extends Omit<Options, 'once' | 'log'> {
  readonly print: (line: string) => void;
  /** Takes what functions and services print, by source. */
  readonly log: (source: string, text: string) => void;
  /** Ends it; nothing is left behind. */
  readonly signal: AbortSignal;
}

/**
 * Each sandbox has some 20 MB: so many are kept for so many milliseconds after their last invocation. The hook of deployments
 * remembers which of them has woken a run: were it always cold, each of its calls would wake one.
 */
const KEEP_WARM = { atMost: 1, forMs: 30_000, besides: [SHIFT_HOOK] };

/**
 * Boots, starts the examples, and tells what happens until the signal aborts, or until somebody is refused what their
 * role does not allow. Gives the exit code.
 */
export async function stay({ print, signal, scheduleMs, keep, consolePort, ...options }: StayOptions): Promise<number> {
  if (keep !== undefined) makeFolder(keep);
  // Opened last: nobody should wait to learn that it is taken.
  const port = consolePort === 0 ? 0 : await checkedPort('consolePort', consolePort);
  print('starting AWS, DNS and ECS on this machine …');
  const run = await boot({
    ...options,
    settings: OWN_SETTINGS,
    ...(scheduleMs !== undefined && { schedule: scheduleMs }),
    keepWarm: KEEP_WARM,
    signal,
    onTaskStart: (task) => print(taskLine(task)),
    onTaskEnd: (task, exitCode) => print(taskLine(task, exitCode)),
    onTaskTrouble: (trouble) => print(troubleLines(trouble)),
    onImpaired: (service, waitMs) => print(impairedLine(service, waitMs)),
  });
  const page = await startLocalConsole(run, port).catch(async (error) => {
    await run.close();
    throw error;
  });
  const stopReporting = reportRun(run, print);
  print(header(run, page.address));
  for (const service of Object.values(run.services)) run.cluster.scheduler.put(service);
  await Promise.race([aborted(signal), firstDenial(run)]);
  stopReporting();
  const { denied } = run.cloud;
  for (const line of new Set(denied)) print(styled('red', line));
  try {
    if (keep !== undefined) print(keptLine(await keepBucket(run, keep), keep));
  } finally {
    print('ending …');
    await page.close();
    await run.close();
  }
  return denied.length > 0 ? 1 : 0;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** A grant that is missing is missing on AWS as well. */
async function firstDenial({ cloud }: LocalRun): Promise<void> {
  if (cloud.denied.length > 0) return;
  await new Promise<void>((resolve) => {
    cloud.iam.onDecision(({ allowed }) => {
      if (!allowed) resolve();
    });
  });
}
