import { boot } from './boot.ts';
import { runOnce } from './once.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { header } from './report/header.ts';
import { reportRun, taskLine } from './report/reporter.ts';

/** `npm start`: the main job on this machine, until a signal ends it. `npm start -- --once`: the same as a proof that ends. */

const print = (line: string): void => console.log(line);

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopped.signal.aborted) process.exit(1); // asked twice: somebody does not want to wait
    stopped.abort();
  });
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  process.exitCode = options.once
    ? await runOnce({ print, log: logOf(options), signal: stopped.signal })
    : await stay(options);
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = 1;
  }
}

async function stay(options: Options): Promise<number> {
  print('starting AWS, DNS and ECS on this machine …');
  const run = await boot({
    ...options,
    ...(options.scheduleMs !== undefined && { schedule: options.scheduleMs }),
    log: logOf(options),
    signal: stopped.signal,
    onTaskStart: (task) => print(taskLine(task)),
    onTaskEnd: (task, exitCode) => print(taskLine(task, exitCode)),
  });
  const stopReporting = reportRun(run, print);
  print(header(run));
  for (const service of Object.values(run.services)) run.cluster.scheduler.put(service);
  if (!stopped.signal.aborted) {
    await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve, { once: true }));
  }
  stopReporting();
  print('ending …');
  await run.close();
  return 0;
}

function logOf({ log }: Options): (source: string, text: string) => void {
  return log ? (source, text) => process.stderr.write(text.replace(/^(?=.)/gm, `${source} | `)) : () => {};
}
