import type { Writable } from 'node:stream';
import { writeProblem } from './complaint.ts';

/**
 * Prints lines for as long as somebody takes them.
 *
 * @param end called once, where nothing can be printed any more: with a UsageError that says why, or without one where the
 *   reader is gone (`npm start | head -1`)
 */
export function startPrinting(output: Writable, end: (error?: unknown) => void): (line: string) => void {
  let broken = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (broken) return;
    broken = true;
    const writing = { what: 'what happens', where: 'standard output', remedy: 'free some space, or print elsewhere' };
    end(error.code === 'EPIPE' ? undefined : writeProblem(writing, error));
  });
  return (line) => {
    if (!broken) output.write(`${line}\n`);
  };
}
