import { parseArgs } from 'node:util';

/** A part of a page that a command writes. */
export interface Written {
  /** What the page is to say. */
  readonly wanted: () => string;
  /** What it says. */
  readonly found: () => string | undefined;
  readonly write: () => void;
  /** That it says something else, and which command writes it. */
  readonly complaint: string;
}

/** The whole of `npm run <script> [-- --write]`: prints what is to stand there, or writes it; exit code 1 where it does not. */
export function writtenOrPrinted({ wanted, found, write, complaint }: Written): void {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  if (values.write) write();
  else console.log(wanted());
  if (found() === wanted()) return;
  console.error(complaint);
  process.exitCode = 1;
}
