import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { ApplyResult } from '../contracts/plan-shapes.ts';
import type { RunState } from '../contracts/states.ts';
import type { Pass } from '../domain/telling/outcome.ts';
import type { PlanRecord } from '../domain/telling/plan-record.ts';

/** A pass as its objects in the run bucket tell it. */
export interface KeptPass extends Pass {
  readonly pass: number;
  readonly plan: PlanRecord;
  /** Of the batches that have one. */
  readonly results: readonly ApplyResult[];
  /** What applying could not keep for later runs. */
  readonly findings: readonly string[];
  /** Of what moved, names whose reading was too old when they were to be sent. */
  readonly stale: readonly string[];
}

/** What each pass of a run planned and what became of it, as far as the run got. */
export async function loadPasses(
  payloads: Payloads,
  { execution, pass }: Pick<RunState, 'execution' | 'pass'>,
): Promise<readonly KeptPass[]> {
  const passes = await Promise.all(
    Array.from({ length: pass }, (_, index) => loadPass(payloads, { execution, pass: index + 1 })),
  );
  return passes.filter((one) => one !== undefined);
}

/** One pass; undefined where nothing was planned. */
export async function loadPass(
  payloads: Payloads,
  at: Pick<RunState, 'execution' | 'pass'>,
): Promise<KeptPass | undefined> {
  const plan = await payloads.find(objectAt('plan', at));
  if (!plan) return undefined;
  const found = await Promise.all(
    Array.from({ length: plan.batches }, (_, index) => payloads.find(objectAt('applied', at, index))),
  );
  return {
    pass: at.pass,
    plan,
    ...joined(
      plan,
      found.filter((result) => result !== undefined),
    ),
  };
}

/** A batch without a result was never sent, or its answer is lost: what became of its names is not known. */
function joined(
  { batches, names, unwritten = [], slices = [] }: PlanRecord,
  results: readonly ApplyResult[],
): Omit<KeptPass, 'pass' | 'plan'> {
  const unsent = slices.flat();
  const went = Map.groupBy(
    results.flatMap((result) => result.applied),
    (name) => name,
  );
  const steps = new Map(names.flatMap((one) => (one.steps === undefined ? [] : [[one.name, one.steps] as const])));
  const partly = [...went].flatMap(([name, times]) => (times.length < (steps.get(name) ?? 1) ? [name] : []));
  const applied = [...new Set(went.keys()).difference(new Set(partly))];
  const refused = results.flatMap((result) => result.refused);
  const moved = [...unwritten, ...unsent, ...results.flatMap((result) => [...result.moved, ...result.stale])];
  const stale = results.flatMap((result) => result.stale);
  const uncertain = results.flatMap((result) => (result.uncertain ? [...result.moved, ...result.stale] : []));
  const told = new Set([...applied, ...moved, ...refused.map(({ name }) => name)]);
  const untold = batches > 0 ? names.map(({ name }) => name).filter((name) => !told.has(name)) : [];
  const findings = results.flatMap((result) => result.findings ?? []);
  return { results, applied, partly, moved, stale, unsent, refused, unanswered: [...uncertain, ...untold], findings };
}
