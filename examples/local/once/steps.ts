import { styled } from '../report/style.ts';

/** Runs the steps of a script one after the other and prints each with the time it took. */
export interface Steps {
  /**
   * @param what a sentence that is true once the step is done
   * @param work gives what is worth saying about it, or nothing
   * @throws StepError
   */
  step<T extends Done>(what: string, work: () => Promise<T>): Promise<T>;
}

interface Done {
  /** Said behind the sentence. */
  readonly note?: string;
}

/** A step of the script failed; the message says which and why. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** @param print takes one line for each step */
export function startSteps(print: (line: string) => void): Steps {
  const started = performance.now();
  return {
    async step(what, work) {
      const began = performance.now();
      try {
        const done = await work();
        print(line({ mark: styled('green', '✔'), started, began, text: [what, done.note].filter(Boolean).join(': ') }));
        return done;
      } catch (error) {
        const why = reasons(error).join('; ');
        print(line({ mark: styled('red', '✘'), started, began, text: `${what}: ${why}` }));
        throw new StepError(`failed: ${what} (${why})`, { cause: error });
      }
    },
  };
}

function line({ mark, started, began, text }: { mark: string; started: number; began: number; text: string }): string {
  const now = performance.now();
  const time = `${((now - started) / 1_000).toFixed(1).padStart(5)} s`;
  const took = styled('dim', `(+${((now - began) / 1_000).toFixed(1)} s)`);
  return `${mark} ${time} ${took} ${text}`;
}

/** An error and its causes, from the outside in. */
function reasons(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  return [error.message, ...reasons(error.cause)];
}
