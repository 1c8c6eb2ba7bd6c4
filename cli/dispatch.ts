import { parseArgs } from 'node:util';
import { type Command, EXIT, type Given } from './command.ts';
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
    for (const line of faultLines(fault, io.variables)) io.tell(paint('red', line));
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
    if (name !== undefined && !asked) throw new UsageError(`got ${JSON.stringify(name)}, want a command first`);
    return asked ? EXIT.ok : EXIT.failed;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UsageError(
      `unknown command ${JSON.stringify(name)}; there are ${Object.keys(COMMANDS).join(', ')}; ecssd --help says what they do`,
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

const EVERYWHERE = { 'state-machine': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

function readArguments(name: string, { options }: Command, args: readonly string[]): Given {
  const all = { ...options, ...EVERYWHERE };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: all, allowPositionals: true });
    const read = values as Readonly<Record<string, unknown>>;
    return {
      operands: positionals,
      flag: (option) => read[option] === true,
      text: (option) => (typeof read[option] === 'string' ? read[option] : undefined),
      texts: (option) => (Array.isArray(read[option]) ? read[option].map(String) : []),
    };
  } catch (cause) {
    const allowed = Object.keys(all).map((option) => `--${option}`);
    const said = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new UsageError(`${said}; ${name} knows ${allowed.join(', ')}`, { cause });
  }
}

function checkOperands(
  name: string,
  { operands: [least, most] = [0, 0], usage }: Command,
  given: readonly string[],
): void {
  if (given.length >= least && given.length <= most) return;
  throw new UsageError(
    `got ${given.length === 0 ? 'nothing' : given.map((one) => JSON.stringify(one)).join(' ')} after ${name}, want: ecssd ${name} ${usage}`.trimEnd(),
  );
}
