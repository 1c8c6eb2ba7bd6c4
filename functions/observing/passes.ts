import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { ApplyResult } from '../contracts/plan-shapes.ts';
import type { RunState } from '../contracts/states.ts';
import type { Pass } from '../domain/telling/outcome.ts';
import type { PlanRecord } from '../domain/telling/plan-record.ts';

/** A pass as its objects in the run bucket tell it. */
export interface KeptPass extends Pass {
  readonly plan: PlanRecord;
  /** What applying could not keep for later runs. */
  readonly findings: readonly string[];
}

/** What each pass of a run planned and what became of it, as far as the run got. */
export async function loadPasses(
  payloads: Payloads,
  run: Pick<RunState, 'execution' | 'pass' | 'dryRun'>,
): Promise<readonly KeptPass[]> {
  const passes = await Promise.all(
    Array.from({ length: run.pass }, async (_, index) => {
      const at = { execution: run.execution, pass: index + 1 };
      const plan = await payloads.find(objectAt('plan', at));
      return plan ? [{ plan, ...(await loadResults(payloads, at, plan)) }] : [];
    }),
  );
  return passes.flat();
}

/** What the batches of a pass have brought about, of those that have a result. */
export async function resultsIn(
  payloads: Payloads,
  at: Pick<RunState, 'execution' | 'pass'>,
  { batches }: Pick<PlanRecord, 'batches'>,
): Promise<readonly ApplyResult[]> {
  const found = await Promise.all(
    Array.from({ length: batches }, (_, index) => payloads.find(objectAt('applied', at, index))),
  );
  return found.filter((result) => result !== undefined);
}

/** A batch without a result was never sent, or its answer is lost: what became of its names is not known. */
async function loadResults(
  payloads: Payloads,
  at: Pick<RunState, 'execution' | 'pass'>,
  plan: PlanRecord,
): Promise<Omit<KeptPass, 'plan'>> {
  const { batches, names, unwritten = [], unsent = [] } = plan;
  const results = await resultsIn(payloads, at, plan);
  const applied = results.flatMap((result) => result.applied);
  const refused = results.flatMap((result) => result.refused);
  const moved = [...unwritten, ...unsent, ...results.flatMap((result) => [...result.moved, ...result.stale])];
  const uncertain = results.flatMap((result) => (result.uncertain ? [...result.moved, ...result.stale] : []));
  const told = new Set([...applied, ...moved, ...refused.map(({ name }) => name)]);
  const untold = batches > 0 ? names.map(({ name }) => name).filter((name) => !told.has(name)) : [];
  const findings = results.flatMap((result) => result.findings ?? []);
  return { applied, moved, unsent, refused, unanswered: [...uncertain, ...untold], findings };
}
