import { exactSoa } from '../adapters/exact-soa.ts';
import { type ZoneWriter, zoneReader, zoneWriter } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { type ApplyResult, applyBatchContract, type BatchItem, type RunState, runKey } from '../contracts/run.ts';
import { dependents, dissect } from '../domain/plan/apply.ts';
import type { ChangeUnit } from '../domain/plan/change.ts';
import { type NamedRefusal, withoutNames } from '../domain/plan/isolate.ts';
import { BatchRefusedError } from '../domain/run/errors.ts';
import { PLAN_LIFETIME } from '../domain/run/run.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';

interface Ports {
  readonly claims: ClaimCheck;
  readonly zone: ZoneWriter;
  readonly clock: Clock;
}

/**
 * Applies one change batch. What moved, was refused or is stale is a result; throttling and a busy zone are thrown for
 * the state machine to retry.
 */
export const applyBatch =
  ({ claims, zone, clock }: Ports) =>
  async ({ run, item }: { run: RunState; item: BatchItem }) => {
    const units = await claims.load<ChangeUnit[]>('batch', item.batch);
    const result: ApplyResult = { index: item.index, applied: [], moved: [], refused: [], stale: [], changeIds: [] };
    if (clock.now() - item.plannedAt > PLAN_LIFETIME) {
      result.stale.push(...units.map(({ name }) => name));
    } else {
      const failed = await failedBefore(claims, run, item);
      settle(result, dependents(units, new Set(failed.map(({ name }) => name)), failed));
      await send(withoutNames(units, namesOf(failed)), { zone, comment: commentOf(run, item), result });
    }
    report(result);
    await claims.keep('applied', runKey(run, `applied-${item.index}`), result);
    const { applied, moved, refused, stale } = result;
    return {
      index: item.index,
      applied: applied.length,
      moved: moved.length,
      refused: refused.length,
      stale: stale.length,
    };
  };

/** Names of earlier batches that did not come about and that this one needs. */
async function failedBefore(claims: ClaimCheck, run: RunState, { after }: BatchItem): Promise<readonly NamedRefusal[]> {
  const results = await Promise.all(
    after.map((index) => claims.find<ApplyResult>('applied', runKey(run, `applied-${index}`))),
  );
  return results.flatMap((result) => [
    ...(result?.refused ?? []).map(({ name, message }) => ({ name, message, refusal: 'refused' as const })),
    ...[...(result?.moved ?? []), ...(result?.stale ?? [])].map((name) => ({
      name,
      refusal: 'moved' as const,
      message: 'it moved in an earlier batch',
    })),
  ]);
}

interface Sending {
  readonly zone: ZoneWriter;
  readonly comment: string;
  readonly result: ApplyResult;
}

async function send(units: readonly ChangeUnit[], sending: Sending): Promise<void> {
  if (units.length === 0) return;
  const { zone, comment, result } = sending;
  try {
    result.changeIds.push(
      await zone.change(
        units.flatMap(({ changes }) => changes),
        comment,
      ),
    );
    result.applied.push(...units.map(({ name }) => name));
  } catch (fault) {
    if (!(fault instanceof BatchRefusedError)) throw fault;
    const { out, parts } = dissect(units, fault.message);
    settle(result, out);
    for (const part of parts) {
      const lost = [
        ...result.refused.map((one) => ({ ...one, refusal: 'refused' as const })),
        ...result.moved.map(moved),
      ];
      const late = dependents(part, namesOf(lost), parts.length > 1 ? lost : []);
      settle(result, late);
      await send(
        part.filter(({ name }) => !late.some((one) => one.name === name)),
        sending,
      );
    }
  }
}

const moved = (name: string): NamedRefusal => ({ name, refusal: 'moved', message: 'it moved' });
const namesOf = (refusals: readonly NamedRefusal[]) => new Set(refusals.map(({ name }) => name));

function settle(result: ApplyResult, refusals: readonly NamedRefusal[]): void {
  for (const { name, refusal, message } of refusals) {
    if (refusal === 'moved') result.moved.push(name);
    else result.refused.push({ name, message: message.slice(0, 500) });
  }
}

/** Leads from CloudTrail to the execution. */
function commentOf({ execution, pass }: RunState, { index }: BatchItem): string {
  return `ecs-service-discovery-dns execution ${execution} pass ${pass} batch ${index}`;
}

function report({ applied, moved, refused, stale }: ApplyResult): void {
  metrics.addMetric('ChangesApplied', 'Count', applied.length);
  metrics.addMetric('NamesMoved', 'Count', moved.length);
  metrics.addMetric('NamesRefused', 'Count', refused.length);
  logger.info('batch applied', { applied: applied.length, moved, refused, stale: stale.length });
}

export const handler = step(applyBatchContract, () => {
  const environment = readEnvironment(process.env, 'HOSTED_ZONE_ID', 'RUN_BUCKET');
  return applyBatch({
    claims: claimCheck(runStore(environment.RUN_BUCKET)),
    zone: exactSoa(zoneWriter(environment.HOSTED_ZONE_ID), zoneReader(environment.HOSTED_ZONE_ID)),
    clock: systemClock,
  });
});
