import { definition } from '../../infra/definition.ts';
import { drive } from '../model/driver.ts';
import { type Execution, OWNER, ZONE } from '../support/world.ts';
import { CALL_FAULTS, type CallFault, canMeet } from './call-faults.ts';
import {
  type Expectation,
  expectedOfCall,
  expectedOfObject,
  expectedOfStep,
  isAsExpected,
  STEPS,
} from './expectations.ts';
import { breakObject, canMeetObject, OBJECT_FAULTS, OBJECTS, type ObjectFault, objectsOf } from './object-faults.ts';
import type { Fault, FaultyCall } from './port.ts';
import { openShop, type Run, type Shop } from './shop.ts';
import { STEP_FAULTS, type StepFault, stepFault } from './step-faults.ts';

/** One fault at one place of one kind of run, with what is expected of it. */
export interface Cell {
  readonly run: Run;
  /** A call, `ecs:ListTasks`, a step, `ApplyBatch`, or an object that outlives runs. */
  readonly place: string;
  readonly fault: CallFault | StepFault | ObjectFault;
  readonly expected: Expectation;
  /** Puts the fault into a shop; gives how often it was met. */
  readonly arm: (shop: Shop) => (() => number) | Promise<() => number>;
  /** What has to be done before the next run can be good, where that takes more than the end of the fault. */
  readonly heal?: (shop: Shop) => void;
}

/** What a good run of a kind calls: in all, and by its steps in each one's first invocation. */
export interface Calls {
  readonly all: ReadonlySet<string>;
  readonly bySteps: ReadonlyMap<string, number>;
}

const FAILING: Fault = { onCall: ({ call, by }, perform) => (dooms(call, by?.step) ? broken() : perform()) };
/** What makes a `failing` run fail, apart from any fault that is tried in it. */
const dooms = (call: string, step: string | undefined) => call === 'ecs:ListClusters' && step === 'ListClusters';
/** Not for want of a permission: after that nothing starts another run. */
const broken = () => Promise.reject(Object.assign(new Error('out of order'), { name: 'InvalidParameterException' }));

/** @param run the kind of run whose calls are listened to */
export async function callsOf(run: Run): Promise<Calls> {
  const shop = await openShop({ stopping: run === 'stopping' });
  const all = new Set<string>();
  const invocations = new Map<object, { readonly step: string; calls: number }>();
  const doomed = run === 'failing' ? FAILING : {};
  shop.arm({
    onStep: (invocation, perform) => {
      invocations.set(invocation, { step: invocation.step, calls: 0 });
      return perform();
    },
    onCall: (about, perform) => {
      all.add(about.call);
      const life = about.by && invocations.get(about.by);
      if (life) life.calls += 1;
      return doomed.onCall ? doomed.onCall(about, perform) : perform();
    },
  });
  await shop.go(run);
  const firsts = [...invocations.values()].toReversed().map(({ step, calls }) => [step, calls] as const);
  return { all, bySteps: new Map(firsts) };
}

/** Every cell of one kind of run. */
export async function cellsOf(run: Run): Promise<readonly Cell[]> {
  const { all, bySteps } = await callsOf(run);
  const only = ONLY[run];
  const calls = [...all].filter((call) => only?.includes(call) ?? true);
  const ofCalls = calls.sort().flatMap((place) =>
    (Object.keys(CALL_FAULTS) as CallFault[])
      .filter((fault) => canMeet(place, fault))
      .map((fault) => ({
        run,
        place,
        fault,
        expected: expectedOfCall(place, fault, run),
        arm: callFault(run, place, fault),
      })),
  );
  if (only) return ofCalls;
  const ofSteps = STEPS.flatMap((place) =>
    STEP_FAULTS.flatMap((fault) =>
      pointsOf(fault, bySteps.get(place) ?? 0).map((point) => ({
        run,
        place,
        fault,
        expected: expectedOfStep(place, fault, { run, calls: point }),
        arm: (shop: Shop) => {
          const armed = stepFault(fault, { step: place, calls: point, restart: shop.restart, later: shop.later });
          shop.arm(armed);
          return armed.met;
        },
      })),
    ),
  );
  const ofObjects = objectsOf(run).flatMap((place) =>
    OBJECT_FAULTS.filter((fault) => canMeetObject(place, fault)).map((fault) => ({
      run,
      place,
      fault,
      expected: expectedOfObject(place, fault, run),
      arm: (shop: Shop) => breakObject(shop, place, fault),
      ...(fault === 'later version' && { heal: (shop: Shop) => void shop.bucket.delete(OBJECTS[place].key) }),
    })),
  );
  return [...ofCalls, ...ofSteps, ...ofObjects];
}

/** Calls for whose sake there are runs of a kind; what else those call is tried in others. */
const ONLY: Readonly<Partial<Record<Run, readonly string[]>>> = {
  failing: ['sqs:ChangeMessageVisibilityBatch', 'states:StartExecution'],
  stopping: ['ecs:StopTask'],
};

/** After how many of its calls a step dies: after none, after each but the last; out of memory half-way; others: once. */
function pointsOf(fault: StepFault, calls: number): readonly number[] {
  if (fault === 'killed half-way') return Array.from({ length: Math.max(1, calls) }, (_, point) => point);
  return [Math.floor(calls / 2)];
}

function callFault(run: Run, place: string, kind: CallFault) {
  return (shop: Shop) => {
    let met = 0;
    const meddle = CALL_FAULTS[kind];
    shop.arm({
      onCall: (call, perform) => {
        if (run === 'failing' && dooms(call.call, call.by?.step)) return broken();
        if (run === 'stopping' ? call.call !== place : !hits(call, place)) return perform();
        met += 1;
        return meddle(perform, { call, nth: met, clock: shop.clock });
      },
    });
    return () => met;
  };
}

/** Calls about one cluster fail for the far one only: what happens there must not concern the other. */
export function hits({ call, input }: FaultyCall, place: string): boolean {
  if (call !== place) return false;
  const { cluster, taskDefinition } = input as { readonly cluster?: string; readonly taskDefinition?: string };
  return (cluster ?? taskDefinition?.replace(/:\d+$/, '') ?? 'far').endsWith('far');
}

/** What a cell did, and what of it was not as it must be; nothing when it held. */
export interface Tried {
  readonly cell: Cell;
  readonly faults: readonly string[];
}

/**
 * Tries one cell in a shop of its own: a run with the fault, then without it.
 *
 * Held means: the run ends as expected and leaves what is expected; nothing of others was touched; nothing was removed
 * whose task runs; the next good run brings everything into sync, and the one after it plans nothing.
 */
export async function tryCell(cell: Cell): Promise<Tried> {
  const shop = await openShop({ stopping: cell.run === 'stopping' });
  const foreign = shop.foreign();
  const met = await cell.arm(shop);
  const execution = await shop.go(cell.run);
  const left = shop.differences();
  shop.disarm();
  cell.heal?.(shop);
  await shop.clock.advance(60_000);
  const good = await shop.clock.run(drive(shop, {}, 'good'));
  const healed = shop.differences();
  const late: string[] = [];
  const stop = shop.aws.route53.onChange(({ changes }) => late.push(...changes.flatMap(namesChanged)));
  const after = await shop.clock.run(drive(shop, {}, 'after'));
  stop();

  const { end, zone } = cell.expected;
  return {
    cell,
    faults: [
      ...(met() === 0 ? ['the fault was never met'] : []),
      ...(execution.end === end ? [] : [`ended in ${execution.end} (${errorOf(execution)}), want ${end}`]),
      ...(isAsExpected(left, zone) ? [] : [`left ${JSON.stringify(left)}, want "${zone}"`]),
      ...shop.watch.violations,
      ...(shop.foreign() === foreign ? [] : [`what is not ours has changed: ${foreign} → ${shop.foreign()}`]),
      ...(good.end === 'ZoneInSync' ? [] : [`the next good run ended in ${good.end}`]),
      ...(isAsExpected(healed, 'right') ? [] : [`the next good run left ${JSON.stringify(healed)}`]),
      ...(late.length > 0 || after.end !== 'ZoneInSync' ? [`the run after it changed ${late.join(', ')}`] : []),
    ],
  };
}

/** Address record sets of absent hosts are the one thing that may leave later (L5). */
const namesChanged = ({
  before,
  after,
}: {
  before?: { Name?: string | undefined };
  after?: { Name?: string | undefined };
}) => [before?.Name ?? after?.Name ?? ''].filter((name) => !name.endsWith(`.${OWNER}.${ZONE}`));

const errorOf = ({ result }: Execution) => ('error' in result ? String(result.error) : result.status);

/** Names of the tasks of the deployed definition, for whoever checks that the matrix has them all. */
export const tasksOfFile = (): readonly string[] => {
  return [...definition().matchAll(/\$\{(\w+)FunctionArn\}/g)].map(([, name = '']) => name);
};
