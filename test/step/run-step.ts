import { parseArgs } from 'node:util';
import { UsageError } from '../../cli/errors.ts';
import { keptRun } from './kept-run.ts';
import { STATES } from './states.ts';

const USAGE = `npm run step -- <${Object.keys(STATES).join('|')}> <folder of a kept run> [--pass <number>]`;

/**
 * Runs one state on what a run has kept, and gives what it decides, as lines.
 *
 * @throws UsageError that says what was given, what is allowed and what to do
 */
export async function runStep(args: readonly string[]): Promise<readonly string[]> {
  const { positionals, values } = read(args);
  const [name, folder, ...more] = positionals;
  if (name === undefined || folder === undefined || more.length > 0) {
    throw new UsageError(`got ${positionals.map((one) => `"${one}"`).join(' ') || 'nothing'}, want: ${USAGE}`);
  }
  const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined;
  if (!state) {
    throw new UsageError(
      `got state "${name}", want one of ${Object.keys(STATES).join(', ')}: what the others do is asking AWS, not deciding`,
    );
  }
  const run = keptRun(folder);
  const pass = values.pass === undefined ? (run.passes[0] ?? 1) : Number(values.pass);
  if (!run.passes.includes(pass)) {
    throw new UsageError(`got pass "${values.pass}", of ${run.folder} there are ${run.passes.join(', ')}`);
  }
  return [`${name}, pass ${pass} of ${run.passes.length}, ${run.execution}`, ...(await state({ run, pass }))];
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { pass: { type: 'string' } }, allowPositionals: true });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new UsageError(`${said}; want: ${USAGE}`, { cause });
  }
}
