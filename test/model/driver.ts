import type { State as AnyState, Definition, TaskState } from '../stand-ins/step-functions/definition.ts';
import { matchesError } from '../stand-ins/step-functions/faults.ts';
import { Retries } from '../stand-ins/step-functions/retry.ts';
import { definitionOf, everyState, everyTask } from '../support/definition.ts';
import type { StepName, World } from '../support/world.ts';

/** How an execution ended: the name of its last state. */
export interface Driven {
  readonly name: string;
  readonly end: string;
}

/** What of a definition its driver reads. */
interface Read {
  readonly states: ReadonlyMap<string, AnyState>;
  readonly tasks: ReadonlyMap<string, TaskState>;
}

/** Half of the longest wait: what full jitter is on average, and the same in every history of a seed. */
const JITTER = () => 0.5;

/** Whether what catches an error of a task fails the Map around it, and with it the run. */
function endsRun({ states, tasks }: Read, step: StepName, error: string): boolean {
  const { Catch: catchers = [] } = tasks.get(step) ?? {};
  const next = catchers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error))?.Next ?? '';
  return states.get(next)?.Type === 'Fail';
}

/** What the steps hand on, by the paths that the state machine gives them; the steps' contracts know the shapes. */
interface State extends Record<string, unknown> {
  readonly groups?: readonly State[];
  readonly batches?: readonly State[];
  readonly next?: string;
}

/** Drives runs as a definition says, as far as retries and what ends a run go; the order of the steps is always the same. */
export function driverOf(definition: Definition) {
  const read: Read = { states: everyState(definition), tasks: everyTask(definition) };
  return (world: World, input: unknown, name: string) => driven(read, { world, input, name });
}

/**
 * The course of `reconcile.asl.yaml` in one screen, for models that run many thousand executions: the same steps in the
 * same order, with the retries that the file gives each. Part of the histories run through the file itself, so the two cannot
 * drift apart unnoticed.
 */
export const drive = driverOf(definitionOf());

interface Started {
  readonly world: World;
  readonly input: unknown;
  readonly name: string;
}

async function driven(read: Read, { world, input, name }: Started): Promise<Driven> {
  const { clock } = world;
  const call = async (step: StepName, payload: object): Promise<State> => {
    const task = read.tasks.get(step);
    if (!task) throw new Error(`the definition has no task ${step}`);
    const retries = new Retries(task, JITTER);
    for (;;) {
      try {
        const counted = task.Parameters !== undefined && 'retries.$' in Object(task.Parameters);
        return (await world.call(step, counted ? { ...payload, retries: retries.count } : payload)) as State;
      } catch (fault) {
        const wait = retries.next(caught(fault).Error);
        if (wait === undefined) throw fault;
        await clock.sleep(wait);
      }
    }
  };
  const caught = (fault: unknown) => ({
    Error: fault instanceof Error ? fault.name : 'Error',
    Cause: fault instanceof Error ? fault.message : String(fault),
  });
  const observe = async (run: unknown, item: State) => {
    try {
      const collected = await call('CollectTasks', { run, item });
      const verdicts = await Promise.all(
        (collected.batches ?? []).map(async ({ number, batch }) => {
          try {
            const { targets } = await call('LoadBatch', { batch });
            const { verdicts } = await call('CheckHealth', { targets });
            const { group } = item;
            return await call('SaveVerdicts', { run, group, number, verdicts, inlineBytes: collected.inlineBytes });
          } catch (fault) {
            return { unprobed: caught(fault).Error };
          }
        }),
      );
      return { observation: collected.observation, result: collected.result, verdicts };
    } catch (fault) {
      const { group, clusters } = item;
      return { group, clusters, observation: 'unread', error: caught(fault).Error };
    }
  };
  const apply = async (run: unknown, item: State) => {
    try {
      return await call('ApplyBatch', { run, item });
    } catch (fault) {
      const { Error: error } = caught(fault);
      if (endsRun(read, 'ApplyBatch', error)) throw fault;
      return { index: item.index, unknown: error };
    }
  };

  const state: Record<string, unknown> = {};
  try {
    const { window, first } = input as { window?: string; first?: string };
    if (window !== undefined && first === undefined) await clock.sleep(Date.parse(window) - clock.now());
    state.run = await call('ReadTrigger', { execution: name, input });
    for (let next = 'again'; next === 'again' || next === 'look' || next === 'slice'; ) {
      const { run } = state;
      const zone = await call('SnapshotZone', { run });
      state.zone = zone;
      if (zone.oldNews) break;
      const { groups, beyond } = await call('ListClusters', { run });
      const observed = await Promise.all((groups ?? []).map((item) => observe(run, item)));
      const { reading } = await call('CompleteReading', { run, snapshot: zone.snapshot, observed, beyond });
      const plan = await call('PlanChanges', { run, snapshot: zone.snapshot, reading });
      state.plan = plan;
      if (plan.reading === 'stale') {
        state.run = plan.run;
        continue;
      }
      if (plan.settled || plan.reading === 'spent') break;
      const { batches = [] } = plan;
      const applied: unknown[] = [];
      state.applied = applied;
      for (const item of batches) applied.push(await apply(run, item));
      const verified = await call('VerifyChanges', { run, plan: plan.kept, batches, applied });
      state.verified = verified;
      next = verified.next ?? 'publish';
      if (next === 'again' || next === 'look') await clock.sleep(Number(verified.seconds) * 1_000);
      state.run = verified.run;
    }
  } catch (fault) {
    state.error = caught(fault);
  }
  try {
    const stateMachine = 'arn:aws:states:::stateMachine:reconcile';
    const outcome = await call('PublishOutcome', { execution: name, stateMachine, state });
    return { name, end: ENDS[String(outcome.state)] ?? 'RunFailed' };
  } catch {
    return { name, end: 'OutcomeUnpublished' };
  }
}

const ENDS: Readonly<Record<string, string>> = {
  'in-sync': 'ZoneInSync',
  paused: 'Paused',
  held: 'RemovalsHeld',
  contended: 'ZoneContended',
};
