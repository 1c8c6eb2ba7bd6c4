import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MEMORY, TRIGGER_MEMORY } from '../../../cli/cost/states.ts';
import type { Transcripts } from './transcripts.ts';

/** What a function needed, in MiB. */
export interface StepMemory {
  readonly step: string;
  /** What it was told, in the call that was told most. */
  readonly told: number;
  /** Beyond what its process had before; undefined where the memory of its function was not enough. */
  readonly needed: number | undefined;
  /** Of its function. */
  readonly given: number;
}

/** Functions that are told less need nothing worth measuring. */
const LEAST_BYTES = 256 * 1_024;
/** Of a process of Node with the SDK, before it has done anything, the function's own runtime included: our assumption. */
export const IDLE_MEBIBYTES = 90;
const MINUTES = 5;

/** Each function once more, in a process whose heap may not grow beyond the memory of the function. */
export async function memoryOf(transcripts: Transcripts): Promise<readonly StepMemory[]> {
  transcripts.close();
  const found: StepMemory[] = [];
  for (const [step, { path, bytes }] of transcripts.kept) {
    if (bytes < LEAST_BYTES) continue;
    const given = MEMORY[step] ?? TRIGGER_MEMORY;
    found.push({ step, told: Math.round(bytes / 2 ** 20), needed: await needed(step, path, given), given });
  }
  return found;
}

async function needed(step: string, path: string, given: number): Promise<number | undefined> {
  const script = join(import.meta.dirname, 'replay.ts');
  const options = [`--max-old-space-size=${given - IDLE_MEBIBYTES}`, script, step, path];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'], timeout: MINUTES * 60_000 });
  const [out, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code === 0) {
    const { idle, peak } = JSON.parse(out);
    return peak - idle;
  }
  if (complaint.includes('heap out of memory')) return undefined;
  throw new Error(`${step} did not go again as it went before: ${complaint.trim().slice(-500)}`);
}
