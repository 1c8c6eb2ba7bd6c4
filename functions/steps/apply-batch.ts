import { messageOf } from '../adapters/aws/faults.ts';
import type { ZoneReader, ZoneWriter } from '../adapters/route53-zone.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { type At, objectAt } from '../contracts/payloads.ts';
import type { ApplyResult } from '../contracts/plan-shapes.ts';
import { applyBatchContract, type BatchItem, type Given, type RunState } from '../contracts/states.ts';
import { lostFinding } from '../domain/reading/lost-object.ts';
import { isStale } from '../domain/reading/run.ts';
import { type Answer, type Applied, type Ask, sendApart, standsAs } from '../domain/sending/apply.ts';
import { isObstacle, type NamedRefusal } from '../domain/sending/isolate.ts';
import { BatchRefusedError } from '../domain/words/errors.ts';
import { printable } from '../domain/words/text.ts';
import type { ChangeUnit } from '../domain/zone/change.ts';
import { quarantineAfter } from '../domain/zone/quarantine.ts';
import { digestOf } from '../observing/digest.ts';
import { writeInventory } from '../observing/inventory-store.ts';
import { impatientObjects, type NotedObjects } from '../observing/noted-objects.ts';
import { loadPass } from '../observing/passes.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { clock, payloads, writableZone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly zone: ZoneWriter & Pick<ZoneReader, 'at'>;
  readonly clock: Clock;
}

/**
 * Applies one change batch. What moved, was refused or is stale is a result. Thrown is what the state machine retries
 * (throttling, a busy zone, an outage), and what no retry mends (access denied, no such zone), which ends the run.
 *
 * What a batch that was taken apart has brought about before a fault is kept, so that another attempt goes on from there.
 */
export const applyBatch =
  ({ payloads, zone, clock }: Ports) =>
  async ({ run, item, retries = 0 }: Given<typeof applyBatchContract>) => {
    const at = objectAt('applied', run, item.index);
    const units = await payloads.load('batch', item.batch);
    const earlier = retries > 0 ? await payloads.find(at) : undefined;
    const result = resultOf(item, { earlier, retries });
    const done = new Set(result.applied);
    const open = units.filter(({ name }) => !done.has(name));
    if (isStale(item.readAt, clock.now())) {
      result.stale.push(...open.map(({ name }) => name));
    } else {
      const failed = await failedBefore(payloads, run, { item, units });
      const ask = async (what: Ask): Promise<Answer> => {
        if ('look' in what) return { stands: standsAs(what.look, await zone.at(what.look.name)) };
        const changes = what.send.flatMap((unit) => unit.changes);
        result.changeIds.push(await zone.change(changes, commentOf(run, item)));
        result.applied.push(...what.send.map(({ name }) => name));
        return {};
      };
      const { applied, out } = await drive(sendApart(open, failed), ask).catch(async (fault: unknown) => {
        if (result.applied.length > 0) await keepPart(payloads, at, result);
        throw fault;
      });
      result.applied = [...new Set([...result.applied, ...applied])];
      settle(result, await judgedAgain(payloads, run, { units, out, result }));
      await remember(impatientObjects(payloads.lasting), units, { result, now: clock.now() });
    }
    report(result);
    await payloads.keep(at, result);
    const { applied, moved, refused, stale } = result;
    return {
      index: item.index,
      applied: applied.length,
      moved: moved.length,
      refused: refused.length,
      stale: stale.length,
    };
  };

function resultOf(
  { index }: BatchItem,
  { earlier, retries }: { readonly earlier: ApplyResult | undefined; readonly retries: number },
): ApplyResult {
  return {
    index,
    applied: [...(earlier?.applied ?? [])],
    moved: [],
    refused: [],
    stale: [],
    changeIds: [...(earlier?.changeIds ?? [])],
    ...(retries > 0 && { uncertain: true }),
  };
}

/**
 * What moved for something beside the change, though the pass before has read it and planned the very same change, is
 * refused: another reading does not help.
 */
async function judgedAgain(
  payloads: Payloads,
  run: RunState,
  { units, out, result }: { units: readonly ChangeUnit[]; out: readonly NamedRefusal[]; result: ApplyResult },
): Promise<readonly NamedRefusal[]> {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const prints = new Map(
    out
      .filter(({ refusal, kind }) => refusal === 'moved' && kind !== undefined && isObstacle(kind))
      .map(({ name, message }) => [name, printOf(byName.get(name), message)]),
  );
  if (prints.size === 0) return out;
  // A slice plans again what moved in the pass before it, as a round does.
  const again = run.round > 1 || run.slice !== undefined;
  const before = again ? await obstaclesBefore(payloads, run) : new Map<string, string>();
  const metAgain = (name: string) => prints.has(name) && before.get(name) === prints.get(name);
  const open = [...prints].filter(([name]) => !metAgain(name));
  if (open.length > 0) result.obstacles = Object.fromEntries(open);
  return out.map((one) => (metAgain(one.name) ? { ...one, refusal: 'refused' } : one));
}

const printOf = (unit: ChangeUnit | undefined, complaint: string) =>
  digestOf(JSON.stringify([unit?.changes, complaint]));

/** What the pass before has met; without it the name only counts as moved once more. */
async function obstaclesBefore(payloads: Payloads, run: RunState): Promise<ReadonlyMap<string, string>> {
  const before = await loadPass(payloads, { execution: run.execution, pass: run.pass - 1 });
  return new Map(before?.results.flatMap(({ obstacles = {} }) => Object.entries(obstacles)));
}

/** The fault that is about to be thrown says more than one of the run bucket. */
async function keepPart(payloads: Payloads, at: At<'applied'>, result: ApplyResult): Promise<void> {
  await payloads.keep(at, result).catch((fault: unknown) => {
    logger.warn('what a batch has brought about so far is not kept', { cause: messageOf(fault) });
  });
}

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
    await kept.revise(objectAt('quarantine'), (before = {}) =>
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

/**
 * What units of this batch need of earlier ones and what did not come about there. Where an earlier batch has no answer, or
 * got only so far, what it may not have made counts as moved: nothing is sent that would name an address too early (L9).
 */
async function failedBefore(
  payloads: Payloads,
  run: RunState,
  { item: { after }, units }: { readonly item: BatchItem; readonly units: readonly ChangeUnit[] },
): Promise<readonly NamedRefusal[]> {
  const found = await Promise.all(after.map((index) => payloads.find(objectAt('applied', run, index))));
  const results = found.filter((result) => result !== undefined);
  const failed: readonly NamedRefusal[] = results.flatMap(({ refused, moved, stale }) => [
    ...refused.map(({ name, message }) => ({ name, message, refusal: 'refused' as const })),
    ...[...moved, ...stale].map((name) => ({
      name,
      refusal: 'moved' as const,
      message: 'it moved in an earlier batch',
    })),
  ]);
  const told = new Set([...units, ...failed].map(({ name }) => name).concat(results.flatMap(({ applied }) => applied)));
  const untold = new Set(units.flatMap(({ needs }) => needs).filter((name) => !told.has(name)));
  const message = 'its own batch has no answer yet';
  return [...failed, ...[...untold].map((name) => ({ name, refusal: 'moved' as const, message }))];
}

/** Asks for one thing after another. A refusal is an answer; all else is thrown, since it says nothing of the batch. */
async function drive(sending: ReturnType<typeof sendApart>, ask: (what: Ask) => Promise<Answer>): Promise<Applied> {
  let turn = sending.next();
  while (!turn.done) turn = sending.next(await ask(turn.value).catch(refusal));
  return turn.value;
}

function refusal(fault: unknown): Answer {
  if (fault instanceof BatchRefusedError) return { refused: fault.complaints };
  throw fault;
}

function settle(result: ApplyResult, refusals: readonly NamedRefusal[]): void {
  for (const { name, refusal, message } of refusals) {
    if (refusal === 'moved') result.moved.push(name);
    else result.refused.push({ name, message: printable(message, 500) });
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

export const handler = wire('ApplyBatch', {
  contract: applyBatchContract,
  ports: { payloads, zone: writableZone, clock },
  work: applyBatch,
});
