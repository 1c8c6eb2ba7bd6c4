import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { boot, type LocalRun } from './boot.ts';
import { isAlive } from './is-alive.ts';
import { keepBucket, keptLine, makeFolder } from './keep.ts';
import { prove } from './once/proof.ts';
import { StepError, startSteps } from './once/steps.ts';
import { OWN_SETTINGS } from './options.ts';
import { styled } from './report/style.ts';

export interface OnceOptions {
  readonly print: (line: string) => void;
  readonly log: (source: string, text: string) => void;
  /** Folder that is given the run bucket's objects, however the proof ends. */
  readonly keep?: string;
  /** Gives up; nothing is left behind. */
  readonly signal: AbortSignal;
}

/** The whole proof may not take longer, milliseconds. */
const HARD_LIMIT = 180_000;
/** Nor may it take longer to end everything, milliseconds. */
const END_LIMIT = 10_000;
/** Shorter than elsewhere, so that nobody waits for what is not ours to show. Milliseconds. */
const REPLACEMENT_DELAY = 6_000;

/** Boots, proves step by step that the main job is done, and ends everything. Gives the exit code. */
export async function runOnce({ print, log, keep, signal: stop }: OnceOptions): Promise<number> {
  if (keep !== undefined) makeFolder(keep);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`${HARD_LIMIT / 1_000} s are over`)), HARD_LIMIT);
  const signal = AbortSignal.any([stop, limit.signal]);
  const steps = startSteps(print);
  let run: LocalRun | undefined;
  let failure: StepError | undefined;
  try {
    ({ run } = await steps.step('AWS, DNS and ECS run, the synthesized stack is deployed', async () => {
      const run = await boot({ settings: OWN_SETTINGS, replacementDelayMs: REPLACEMENT_DELAY, log, signal });
      return { run, note: `${run.deployment.functions.length} functions, ${run.cloud.endpointUrl}` };
    }));
    await prove(run, steps, signal);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    failure = error;
  } finally {
    clearTimeout(timer);
  }
  try {
    if (run && keep !== undefined) print(keptLine(await keepBucket(run, keep), keep));
  } finally {
    if (run) failure = (await endAll(run, steps)) ?? failure;
  }
  print(failure ? styled('red', failure.message) : styled('green', 'proved'));
  return failure ? 1 : 0;
}

async function endAll(run: LocalRun, { step }: ReturnType<typeof startSteps>): Promise<StepError | undefined> {
  try {
    await step('everything has ended, no process and no port is left', async () => {
      const pids = run.cluster.tasks().map(({ pid }) => pid);
      const ended = await Promise.race([run.close().then(() => true), sleep(END_LIMIT, false, { ref: false })]);
      if (!ended) throw new Error(`${END_LIMIT / 1_000} s are over`);
      const alive = pids.filter(isAlive);
      if (alive.length > 0) throw new Error(`processes ${alive.join(', ')} are still there`);
      const ports = [run.dnsPort, Number(new URL(run.cloud.endpointUrl).port), Number(new URL(run.portalUrl).port)];
      const open = (await Promise.all(ports.map(async (port) => ((await isOpen(port)) ? [port] : [])))).flat();
      if (open.length > 0) throw new Error(`ports ${open.join(', ')} are still open`);
      return { note: `${pids.length} processes, ${ports.length} ports` };
    });
    return undefined;
  } catch (error) {
    return error as StepError;
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
