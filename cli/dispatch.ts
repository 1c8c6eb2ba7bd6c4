import { configuredEndpoints } from '../functions/adapters/aws/endpoints.ts';
import { quoted } from '../functions/domain/words/text.ts';
import { didYouMean, readArguments } from './arguments.ts';
import { type Command, EXIT } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { connect } from './context.ts';
import { UsageError } from './errors.ts';
import { type Io, printing } from './io.ts';
import { packageVersion } from './version.ts';
import { faultLines } from './view/fault.ts';
import { commandHelp, generalHelp } from './view/help.ts';
import { painter } from './view/style.ts';

/** Runs one command line and gives its exit code; faults are told, never thrown. */
export async function dispatch(args: readonly string[], given: Io): Promise<number> {
  const io = printing(given);
  try {
    return await runCommand(args, io);
  } catch (fault) {
    const paint = painter(io.colours);
    for (const line of faultLines(fault, io.variables, await configuredEndpoints())) io.tell(paint('red', line));
    return EXIT.failed;
  }
}

async function runCommand([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === 'version' || name === '--version' || name === '-v') {
    io.print(packageVersion());
    return EXIT.ok;
  }
  if (name === undefined || name === 'help' || name.startsWith('-')) {
    const asked = name === 'help' || name === '--help' || name === '-h';
    for (const line of generalHelp(COMMANDS)) (asked ? io.print : io.tell)(line);
    if (name !== undefined && !asked) throw new UsageError(`got ${quoted(name)}, want a command first`);
    return asked ? EXIT.ok : EXIT.failed;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UsageError(
      `unknown command ${quoted(name)}${didYouMean(name, Object.keys(COMMANDS))}; there are ${Object.keys(COMMANDS).join(', ')}; ecssd --help says what they do`,
    );
  }
  const given = readArguments(name, command, rest);
  if (given.flag('help')) {
    for (const line of commandHelp(name, command)) io.print(line);
    return EXIT.ok;
  }
  checkOperands(name, command, given.operands);
  const stateMachine = given.text('state-machine') ?? (io.variables.ECSSD_STATE_MACHINE || undefined);
  return command.run(given, { io, connect: () => connect(io, stateMachine) });
}

/** Operands that an error shows. */
const SHOWN = 5;

function checkOperands(
  name: string,
  { operands: [least, most] = [0, 0], usage }: Command,
  given: readonly string[],
): void {
  const empty = given.find((one) => one.trim() === '');
  if (empty !== undefined) {
    throw new UsageError(`got ${quoted(empty)}, which is empty, want: ecssd ${name} ${usage}`.trimEnd());
  }
  if (given.length >= least && given.length <= most) return;
  const shown = given.slice(0, SHOWN).map((one) => quoted(one));
  const more = given.length > SHOWN ? ` and ${given.length - SHOWN} more` : '';
  throw new UsageError(
    `got ${given.length === 0 ? 'nothing' : `${shown.join(' ')}${more}`} after ${name}, want: ecssd ${name} ${usage}`.trimEnd(),
  );
}
