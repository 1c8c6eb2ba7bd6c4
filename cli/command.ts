import type { ParseArgsOptionsConfig } from 'node:util';
import { quoted } from '../functions/domain/words/text.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import type { Io } from './io.ts';

/** Exit codes: `ok`, `failed` (or wrong usage), `changes` (of `plan` and `replay`). */
export const EXIT = { ok: 0, failed: 1, changes: 2 } as const;

export interface Given {
  readonly operands: readonly string[];
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
}

/** What a command works with; those that need no deployment never ask for one. */
export interface Surroundings {
  readonly io: Io;
  readonly connect: () => Promise<Context>;
}

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the command's name. */
  readonly usage: string;
  /** More lines for its own help, options included. */
  readonly help: readonly string[];
  readonly options: ParseArgsOptionsConfig;
  /** Least and most operands; none unless given. */
  readonly operands?: readonly [number, number];
  /** @returns the exit code */
  readonly run: (given: Given, surroundings: Surroundings) => Promise<number>;
}

/** @throws UsageError */
export function wholeNumber(
  given: Given,
  name: string,
  { otherwise, from, to }: { readonly otherwise?: number; readonly from: number; readonly to: number },
): number {
  const text = given.text(name);
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text !== undefined && /^\d{1,12}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
  const got = text === undefined ? 'nothing' : quoted(text);
  throw new UsageError(`--${name}: got ${got}, want a whole number from ${from} to ${to}`);
}

/**
 * Asks before anything is done; `--yes` answers.
 *
 * @throws UsageError where nobody is there to answer
 */
export async function confirmed(given: Given, io: Io, question: string): Promise<boolean> {
  if (given.flag('yes')) return true;
  if (!io.interactive) {
    throw new UsageError(`${question} this is no terminal to answer on, so nothing was done: give --yes`);
  }
  const agreed = await io.ask(question);
  if (!agreed) io.tell('nothing was done');
  return agreed;
}
