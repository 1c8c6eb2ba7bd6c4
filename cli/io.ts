import { createInterface } from 'node:readline/promises';
import { printable, printableLines } from '../functions/domain/words/text.ts';
import { PAINTED } from './view/style.ts';

/** What a command sees of the world outside of AWS. */
export interface Io {
  /** One line of the answer, to standard output. */
  print(line: string): void;
  /** One line beside the answer, to standard error. */
  tell(line: string): void;
  /** Replaces the last line of a terminal; nothing elsewhere. */
  progress(text: string): void;
  /** Shows these lines in place of all that is on the terminal, as far as they fit; absent where there is none. */
  readonly redraw?: (lines: readonly string[]) => void;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly colours: boolean;
  /** Whether somebody is there who could answer a question. */
  readonly interactive: boolean;
  ask(question: string): Promise<boolean>;
  /** Whether nobody takes the answer any more: the pipe is closed, and what is printed is dropped. */
  readonly closed?: () => boolean;
  pause(milliseconds: number): Promise<void>;
  /** Until somebody ends it: Ctrl-C, or a signal that asks for the end. A second one ends it at once. */
  ended(): Promise<void>;
  now(): number;
}

/**
 * The same, but nothing is printed that a terminal would take for anything but text: zone, services and what runs have kept
 * may say whatever they like (L14). Only our own colours stay, where there are any.
 */
export function printing(io: Io): Io {
  const shown = (text: string) => (io.colours ? printableLines(text, PAINTED) : printableLines(text));
  return {
    ...io,
    print: (line) => io.print(shown(line)),
    tell: (line) => io.tell(shown(line)),
    progress: (text) => io.progress(printable(text)),
    ...(io.redraw && { redraw: (lines: readonly string[]) => io.redraw?.(lines.map(shown)) }),
    ask: (question) => io.ask(shown(question)),
  };
}

const CLEAR_LINE = '\r\u001b[2K';
/** Everything on the screen; what has gone above it stays. */
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** The terminal, pipe or log that this process writes to. Colours only on a terminal, and never with NO_COLOR. */
export function processIo(): Io {
  const { stdout, stdin, env } = process;
  const answer = drain(stdout);
  const beside = drain(process.stderr);
  let progressing = false;
  const cleared = (): string => {
    const before = progressing ? CLEAR_LINE : '';
    progressing = false;
    return before;
  };
  return {
    print: (line) => answer.write(`${cleared()}${line}\n`),
    tell: (line) => {
      const before = cleared(); // the progress stands on standard output, wherever standard error goes
      if (before !== '') answer.write(before);
      beside.write(`${line}\n`);
    },
    progress: (text) => {
      if (!stdout.isTTY) return;
      answer.write(`${cleared()}${text.slice(0, (stdout.columns || 80) - 1)}`);
      progressing = true;
    },
    ...(stdout.isTTY &&
      env.TERM !== 'dumb' && {
        redraw: (lines: readonly string[]) => {
          // A terminal that does not know its size says 0: in a container, on a serial line.
          const rows = Math.max(2, stdout.rows || 24) - 1;
          const all = lines.flatMap((line) => line.split('\n'));
          const fit = all.length > rows ? [...all.slice(0, rows - 1), `… ${all.length - rows + 1} lines more`] : all;
          answer.write(`${CLEAR_SCREEN}${fit.join('\n')}\n`);
        },
      }),
    variables: env,
    colours: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stdout });
      // Whoever ends the input, by Ctrl-D or Ctrl-C, has not answered, and has approved nothing.
      const unanswered = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
      try {
        const typed = await Promise.race([lines.question(`${question} [y/N] `), unanswered]);
        // Nobody has ended the line of the question: what is told next would stand behind it.
        if (typed === undefined) answer.write('\n');
        return typed !== undefined && /^y(es)?$/i.test(typed.trim());
      } finally {
        lines.close();
      }
    },
    closed: answer.closed,
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    ended: () =>
      new Promise((resolve) => {
        for (const signal of ENDING) process.once(signal, () => resolve());
      }),
    now: Date.now,
  };
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Nobody reads any more: a pipe, or a socket that stands in for one. */
const GONE = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/**
 * A stream whose end of life ends nothing else: who reads a pipe may go when he has seen enough (`| head -1`), and a change
 * of the zone must not stop half way for that. A disk that is full is told, and fails the command at its end.
 */
function drain(stream: NodeJS.WriteStream) {
  let fault: NodeJS.ErrnoException | undefined;
  stream.on('error', (one: NodeJS.ErrnoException) => {
    if (fault === undefined && !GONE.has(one.code)) {
      process.on('exit', () => {
        process.exitCode = 1;
      });
      if (stream !== process.stderr) process.stderr.write(`the output could not be written: ${one.message}\n`);
    }
    fault ??= one;
  });
  return {
    write: (text: string): void => {
      if (fault === undefined) stream.write(text);
    },
    closed: () => fault !== undefined,
  };
}
