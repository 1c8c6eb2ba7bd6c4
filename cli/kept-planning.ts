import type { Payloads } from '../functions/contracts/crossing.ts';
import { type At, type Body, type Kind, objectAt } from '../functions/contracts/payloads.ts';
import type { TaskDefinition } from '../functions/domain/ecs/task.ts';
import type { KeptPlanning } from '../functions/domain/telling/replay.ts';
import { ignoredByAnyText } from '../functions/domain/telling/reread.ts';
import type { Context } from './context.ts';

/** What a pass has read and decided; or why nobody can plan it again, as the end of a sentence about its run. */
export type Kept = { readonly planning: KeptPlanning } | { readonly why: string };

/**
 * The objects that one pass has kept for those who plan it again. Objects are read as runs read them: of this version's
 * shapes, and no others.
 *
 * @throws ThrottledError or UnavailableError, which pass
 */
export async function keptPlanning(
  { payloads, listing }: Pick<Context, 'payloads' | 'listing'>,
  pass: { readonly execution: string; readonly pass: number },
): Promise<Kept> {
  const plan = await object(payloads, objectAt('plan', pass), 'it ended before it had planned');
  if ('why' in plan) return plan;
  const { from, ...planned } = plan.body;
  if (!from) return { why: 'an earlier version has planned it, which did not keep with what settings' };
  const gone = 'what it has read is not kept any more';
  const snapshot = await object(payloads, objectAt('snapshot', pass), gone);
  if ('why' in snapshot) return snapshot;
  const reading = await object(payloads, objectAt('reading', pass), gone);
  if ('why' in reading) return reading;
  const isOpen = ignoredByAnyText(reading.body).length > 0;
  const definitions = isOpen ? await keptDefinitions({ payloads, listing }) : [];
  return { planning: { snapshot: snapshot.body, reading: reading.body, planned: { ...planned, from }, definitions } };
}

/** Those of every cluster, as far as they can be read. */
async function keptDefinitions({
  payloads,
  listing,
}: Pick<Context, 'payloads' | 'listing'>): Promise<readonly TaskDefinition[]> {
  const all: TaskDefinition[] = [];
  for (const { key } of await listing.list('definitions/')) {
    const found = await payloads.lasting.read({ kind: 'definitions', key }, true);
    if (found.state === 'found') all.push(...found.body);
  }
  return all;
}

async function object<K extends Kind>(
  { lasting }: Pick<Payloads, 'lasting'>,
  at: At<K>,
  none: string,
): Promise<{ readonly body: Body<K> } | { readonly why: string }> {
  const found = await lasting.read(at, true);
  if (found.state === 'found') return { body: found.body };
  return { why: found.state === 'none' ? none : `this version cannot read its ${at.kind}: ${found.why}` };
}
