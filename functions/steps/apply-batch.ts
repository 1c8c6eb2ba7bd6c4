import { exactSoa } from '../adapters/exact-soa.ts';
import { type ZoneWriter, zoneReader, zoneWriter } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { LASTING } from '../contracts/lasting-kinds.ts';
import { keys } from '../contracts/objects.ts';
import { type ApplyResult, applyBatchContract, type BatchItem, type RunState, runKey } from '../contracts/run.ts';
import { type Applied, sendApart } from '../domain/plan/apply.ts';
import type { ChangeUnit } from '../domain/plan/change.ts';
import type { NamedRefusal } from '../domain/plan/isolate.ts';
import { lostFinding } from '../domain/plan/lost-object.ts';
import { quarantineAfter } from '../domain/plan/quarantine.ts';
import { BatchRefusedError } from '../domain/run/errors.ts';
import { PLAN_LIFETIME } from '../domain/run/run.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';
import { writeInventory } from './inventory-store.ts';
import { type NotedObjects, notedObjects } from './noted-objects.ts';

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
      const { applied, out } = await send(sendApart(units, failed), async (part) => {
        const changes = part.flatMap((unit) => unit.changes);
        result.changeIds.push(await zone.change(changes, commentOf(run, item)));
      });
      result.applied.push(...applied);
      settle(result, out);
      await remember(notedObjects(claims.lasting), units, { result, now: clock.now() });
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

/**
 * Keeps for later runs what Route 53 refused and what went through after all, and what was written at which name: after
 * the change, since what did not come about must not pass for written.
 */
async function remember(
  kept: NotedObjects,
  units: readonly ChangeUnit[],
  { result, now }: { readonly result: ApplyResult; readonly now: number },
): Promise<void> {
  const { applied, refused } = result;
  const done = new Set(applied);
  const through = units.filter(({ name, retry }) => retry && done.has(name)).map(({ name }) => name);
  if (refused.length + through.length > 0) {
    await kept.revise(LASTING.quarantine, keys.quarantine, (before = {}) =>
      quarantineAfter(before, { refused, applied: through, now }),
    );
  }
  const wrote = units.flatMap(({ name, written }) =>
    written && done.has(name) ? [{ name, written, entries: [] }] : [],
  );
  await writeInventory(kept, wrote);
  kept.report();
  const lost = kept.lost().map(lostFinding);
  if (lost.length > 0) result.findings = lost;
}

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

/** Sends part after part. A refusal is an answer; throttling and a busy zone are thrown, they say nothing of the batch. */
async function send(
  sending: ReturnType<typeof sendApart>,
  change: (units: readonly ChangeUnit[]) => Promise<void>,
): Promise<Applied> {
  let turn = sending.next();
  while (!turn.done) turn = sending.next(await refusalOf(change(turn.value)));
  return turn.value;
}

async function refusalOf(sent: Promise<void>): Promise<string | undefined> {
  try {
    await sent;
    return undefined;
  } catch (fault) {
    if (fault instanceof BatchRefusedError) return fault.message;
    throw fault;
  }
}

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
