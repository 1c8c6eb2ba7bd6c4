import { printable } from '../../../functions/domain/words/text.ts';
import type { Command } from './command.ts';

/** What goes wrong with one task, for the person who has started it; all texts are printable and bounded. */
export interface TaskTrouble {
  readonly family: string;
  /** The last part of the task's ARN. */
  readonly id: string;
  readonly what: string;
  /** What the task itself has said, line by line. */
  readonly said: readonly string[];
  /** What to do. */
  readonly advice: string;
}

/** How a process ended. */
export interface Ending {
  readonly exitCode: number;
  /** What it has said to standard error. */
  readonly words: string;
  readonly command: Command;
}

/** So many lines of a task's last words are shown, each of so many characters. */
const LINES = 8;
const WIDTH = 200;
/** ECS cuts the reason of a container at 255 characters (amazon-ecs-agent, api/container). */
const LONGEST_REASON = 255;

export const lastLines = (words: string): readonly string[] =>
  words
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES)
    .map((line) => printable(line, WIDTH));

/** The `reason` of the container: the line that names the error, else the last one; undefined where nothing was said. */
export function reasonOf(words: string): string | undefined {
  const lines = words.split('\n').filter((line) => line.trim() !== '' && !/^Node\.js v\d/.test(line));
  const line = lines.find((one) => /^\w*(Error|Exception)\b.*: /.test(one)) ?? lines.at(-1);
  return line === undefined ? undefined : printable(line.trim(), LONGEST_REASON);
}

/** What somebody can do about a process that ended by itself. */
export function adviceFor({ exitCode, words, command }: Ending): string {
  const { folder } = command;
  if (words.includes('EADDRINUSE'))
    return 'the port is taken: listen on the variables HOST and PORT, which each task gets';
  if (words.includes('EADDRNOTAVAIL')) return 'listen on the variable HOST: it is the address of the task';
  if (/ERR_MODULE_NOT_FOUND|Cannot find (module|package)/.test(words)) {
    return `an import was not found: paths begin in ${folder}, packages are looked for above the file`;
  }
  if (words.includes('SyntaxError')) return `correct the line that node names; ${AGAIN}`;
  if (exitCode === 0) return 'it had nothing left to do: a service goes on serving until SIGTERM';
  return `correct it; ${AGAIN}`;
}

const AGAIN = 'aws ecs update-service with --force-new-deployment tries again at once';
