import { dispatch } from '../../cli/dispatch.ts';
import type { Io } from '../../cli/io.ts';

/** What one command line printed, and its exit code. */
export interface Answer {
  readonly code: number;
  /** Standard output. */
  readonly lines: readonly string[];
  /** Standard error. */
  readonly told: readonly string[];
}

export interface TerminalOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly colours?: boolean;
  /** What the person answers to each question; absent: nobody is there. */
  readonly answer?: boolean;
}

/** Runs a command line in this process, as `npx ecssd …` would; the SDK reads its own variables. */
export async function ecssd(args: readonly string[], options: TerminalOptions = {}): Promise<Answer> {
  const { variables = {}, colours = false, answer } = options;
  const lines: string[] = [];
  const told: string[] = [];
  const io: Io = {
    print: (line) => void lines.push(line),
    tell: (line) => void told.push(line),
    progress: () => {},
    variables,
    colours,
    interactive: answer !== undefined,
    ask: async (question) => {
      lines.push(question);
      return answer ?? false;
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, 50)),
    ended: async () => {},
    now: Date.now,
  };
  const code = await dispatch(args, io);
  return { code, lines, told };
}
