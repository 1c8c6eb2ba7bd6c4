import { printableLines } from '../../functions/domain/words/text.ts';
import { type Options, readOptions, UsageError } from './options.ts';

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
  // Loaded now: it takes a second or two, which nobody should wait for to learn of a wrong option.
  const run = options.once ? (await import('./once.ts')).runOnce : (await import('./stay.ts')).stay;
  process.exitCode = await run({ ...options, print, log: logOf(options), signal: stopped.signal });
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof UsageError ? error.message : error);
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
