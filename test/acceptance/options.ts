import { parseArgs } from 'node:util';
import { UsageError } from '../../cli/errors.ts';

export interface Options {
  readonly local: boolean;
  readonly yes: boolean;
  /** Folder of journal and report. */
  readonly out: string;
  /** Journal of a run that was broken off. */
  readonly resume?: string;
  /** Journal of a run whose stacks are to be taken down, and nothing else. */
  readonly destroy?: string;
}

export const USAGE = `npm run acceptance -- [--local] [--yes] [--out <folder>] [--resume <journal> | --destroy <journal>]

Deploys examples/environment under a prefix of its own, settles what only an account can tell, writes
acceptance-<date>.md and .json into the folder (here, unless given), and takes everything down.

--local               what can be asked of the services of this machine; makes nothing in any account
--yes                 answers the question before anything is made
--resume <journal>    goes on where acceptance-<date>.json stops
--destroy <journal>   only takes down what that one has made
`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parsed(args);
  const { resume, destroy } = values;
  if (values.help) return 'help';
  if (resume !== undefined && destroy !== undefined)
    throw new UsageError('got --resume and --destroy, want one of them');
  if (values.local && destroy !== undefined)
    throw new UsageError('got --local and --destroy: nothing of a local run is left to be taken down');
  for (const [option, value] of Object.entries({ resume, destroy, out: values.out })) {
    if (value === '') throw new UsageError(`--${option}: got "", want a path`);
  }
  return {
    local: values.local === true,
    yes: values.yes === true,
    out: values.out ?? '.',
    ...(resume !== undefined && { resume }),
    ...(destroy !== undefined && { destroy }),
  };
}

function parsed(args: readonly string[]) {
  const options = {
    local: { type: 'boolean' },
    yes: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    out: { type: 'string' },
    resume: { type: 'string' },
    destroy: { type: 'string' },
  } as const;
  const known = Object.keys(options).map((name) => `--${name}`);
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '-h' && !known.includes(arg.split('=')[0] ?? ''));
  if (unknown !== undefined) throw new UsageError(`got ${JSON.stringify(unknown)}, want one of ${known.join(', ')}`);
  try {
    return parseArgs({ args: [...args], options });
  } catch {
    throw new UsageError(
      `got ${args.map((arg) => JSON.stringify(arg)).join(' ')}, want options of ${known.join(', ')}, each path behind its option`,
    );
  }
}
