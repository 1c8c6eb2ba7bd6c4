import { createInterface } from 'node:readline/promises';

/** What a command sees of the world outside of AWS. */
export interface Io {
  /** One line of the answer, to standard output. */
  print(line: string): void;
  /** One line beside the answer, to standard error. */
  tell(line: string): void;
  /** Replaces the last line of a terminal; nothing elsewhere. */
  hint(text: string): void;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly colours: boolean;
  /** Whether somebody is there who could answer a question. */
  readonly interactive: boolean;
  ask(question: string): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
  now(): number;
}

const CLEAR_LINE = '\r\u001b[2K';

/** The terminal, pipe or log that this process writes to. Colours only on a terminal, and never with NO_COLOR. */
export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  let hinted = false;
  const cleared = (): string => {
    const before = hinted ? CLEAR_LINE : '';
    hinted = false;
    return before;
  };
  return {
    print: (line) => void stdout.write(`${cleared()}${line}\n`),
    tell: (line) => void stderr.write(`${cleared()}${line}\n`),
    hint: (text) => {
      if (!stdout.isTTY) return;
      stdout.write(`${cleared()}${text.slice(0, (stdout.columns ?? 80) - 1)}`);
      hinted = true;
    },
    variables: env,
    colours: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stdout });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
      } finally {
        lines.close();
      }
    },
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    now: Date.now,
  };
}
