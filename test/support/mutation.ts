import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
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

interface Caught {
  readonly caught: boolean;
  /** What the exploration printed, line by line. */
  readonly said: readonly string[];
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * Tries mutants, as many at a time as there are cores, and prints a line for each as it ends.
 *
 * @param command a script and its arguments, run by Node in a copy of the sources; it catches a mutant when it exits with
 *   1 and says that something "breaks a law"
 * @returns the exit code: 0 when all were caught
 * @throws Error when a file does not hold exactly once what is to be replaced
 */
export async function tryMutants<M extends Mutant>(
  mutants: readonly M[],
  command: (mutant: M) => readonly string[],
): Promise<number> {
  const left = [...mutants];
  let survivors = 0;
  const tryNext = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const { caught, said } = await tryMutant(mutant, command(mutant));
      if (!caught) survivors += 1;
      const found = said.findIndex((line) => line.includes('breaks a law'));
      const lines = found < 0 ? said.slice(-3) : said.slice(found, found + 2);
      const text = lines.map((line) => line.trim().slice(0, 140)).join(' ');
      console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, tryNext));
  console.log(`${mutants.length} mutants, ${survivors} survived`);
  return mutants.length > 0 && survivors === 0 ? 0 : 1;
}

async function tryMutant({ edits }: Mutant, command: readonly string[]): Promise<Caught> {
  const copy = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['cli', 'functions', 'infra', 'statemachines', 'test', 'package.json']) {
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
    child.once('exit', (code) =>
      resolve({ caught: code === 1 && said.includes('breaks a law'), said: said.split('\n') }),
    );
  });
}
