import type { Command } from '../command.ts';
import { table } from './table.ts';

const EVERYWHERE = [
  '--state-machine <arn>   the deployment; else ECSSD_STATE_MACHINE, else the only one of account and Region',
  '--help',
];

/** The list of commands. */
export function generalHelp(commands: Readonly<Record<string, Command>>): readonly string[] {
  return [
    'ecssd: what a service discovery for Amazon ECS through DNS does, and why',
    '',
    'usage: ecssd <command> [options]',
    '',
    ...table(Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary])),
    '',
    'everywhere:',
    ...EVERYWHERE.map((line) => `  ${line}`),
    '',
    'ecssd --version says which version of the package this is.',
    'Account, Region and endpoint are those of the AWS SDK: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and their like.',
    'Colours only on a terminal, never with NO_COLOR. ecssd <command> --help says more.',
  ];
}

export function commandHelp(name: string, { summary, usage, help }: Command): readonly string[] {
  return [
    `ecssd ${name}: ${summary}`,
    '',
    `usage: ecssd ${name} ${usage}`.trimEnd(),
    '',
    ...[...help, ...(help.length > 0 ? [''] : [])].map((line) => (line === '' ? '' : `  ${line}`)),
    ...EVERYWHERE.map((line) => `  ${line}`),
  ];
}
