import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A deliberate fault: what it replaces in one file of a copy. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Caught {
  readonly caught: boolean;
  /** What the exploration printed. */
  readonly said: string;
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * Whether an exploration of a copy of the sources catches a mutant: exit code 1, and the words "breaks a law".
 *
 * @param command a script and its arguments, run by Node in the copy
 * @throws Error when a file does not hold exactly once what is to be replaced
 */
export async function tryMutant({ edits }: Mutant, command: readonly string[]): Promise<Caught> {
  const copy = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['functions', 'statemachines', 'test', 'package.json']) {
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const { file, find, replace } of edits) {
      const source = readFileSync(join(copy, file), 'utf8');
      if (source.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
      writeFileSync(
        join(copy, file),
        source.replace(find, () => replace),
      );
    }
    return await explore(copy, command);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function explore(cwd: string, command: readonly string[]): Promise<Caught> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece;
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve({ caught: code === 1 && said.includes('breaks a law'), said }));
  });
}
