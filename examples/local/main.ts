import { rmSync } from 'node:fs';
import { printableLines } from '../../functions/domain/words/text.ts';
import { builtFolder } from './code/built.ts';
import { complaintOf } from './complaint.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { startPrinting } from './printing.ts';

/** The main job on this machine, until a signal ends it; with `--once` a proof that ends. `npm start` builds this first (start.mjs). */

/** A thread and a process at rest collect nothing by themselves; milliseconds. */
const TIDY_EVERY = 3_000;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopped.signal.aborted) process.exit(1); // asked twice: somebody does not want to wait
    stopped.abort();
  });
}
// Whoever has started this is gone, and can take nothing away any more.
process.once('disconnect', () => stopped.abort());
process.channel?.unref();
process.once('exit', () => {
  const folder = builtFolder();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
setInterval(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), TIDY_EVERY).unref();

try {
  const print = startPrinting(process.stdout, (error) => stopped.abort(error));
  const options = readOptions(process.argv.slice(2), process.env);
  // Loaded now: it takes a second or two, which nobody should wait for to learn of a wrong option.
  const run = options.once ? (await import('./once.ts')).runOnce : (await import('./stay.ts')).stay;
  process.exitCode = await run({ ...options, print, log: logOf(options), signal: stopped.signal });
  if (stopped.signal.reason instanceof UsageError) throw stopped.signal.reason;
} catch (error) {
  if (!stopped.signal.aborted || error instanceof UsageError) {
    console.error(complaintOf(error));
    process.exitCode = 1;
  }
}

// Nothing is left that could keep this process alive; if something is, it must not.
setTimeout(() => process.exit(), 3_000).unref();

function logOf({ log }: Options): (source: string, text: string) => void {
  if (!log) return () => {};
  process.stderr.on('error', () => {}); // who has seen enough of it may go
  return (source, text) => process.stderr.write(printableLines(text).replace(/^(?=.)/gm, `${source} | `));
}
