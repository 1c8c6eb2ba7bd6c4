import { UsageError } from '../../cli/errors.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { type At, type Body, type Kind, objectAt } from '../../functions/contracts/payloads.ts';
import type { Reading } from '../../functions/domain/reading/reading.ts';
import type { KeptPlanning } from '../../functions/domain/telling/replay.ts';
import { PayloadError } from '../../functions/domain/words/errors.ts';
import type { KeptRun } from './kept-run.ts';

/** One pass of a kept run. */
export interface KeptPass {
  readonly run: KeptRun;
  readonly pass: number;
}

/** What `replay` needs of a pass. @throws UsageError for what is missing, or was kept by a version that kept less */
export async function planningOf(kept: KeptPass): Promise<KeptPlanning> {
  const [snapshot, reading, planned] = await Promise.all([
    object(kept, objectAt('snapshot', passOf(kept))),
    object(kept, objectAt('reading', passOf(kept))),
    planOf(kept),
  ]);
  return { snapshot, reading, planned };
}

export const readingOf = (kept: KeptPass): Promise<Reading> => object(kept, objectAt('reading', passOf(kept)));

export async function planOf(kept: KeptPass): Promise<KeptPlanning['planned']> {
  const { from, ...planned } = await object(kept, objectAt('plan', passOf(kept)));
  if (from) return { ...planned, from };
  throw new UsageError(
    `${where(kept, 'plan')} does not say what settings it was planned with: an earlier version has kept it; run once with this one, and give what that keeps`,
  );
}

const passOf = ({ run, pass }: KeptPass) => ({ execution: run.execution, pass });

async function object<K extends Kind>(kept: KeptPass, at: At<K>): Promise<Body<K>> {
  const { kind } = at;
  try {
    const found = await payloadsIn(kept.run.objects).find(at);
    if (found !== undefined) return found;
  } catch (fault) {
    if (!(fault instanceof PayloadError)) throw fault;
    throw new UsageError(
      `${where(kept, kind)} is none that this version understands: ${fault.message}; use the version that has kept it`,
      { cause: fault },
    );
  }
  throw new UsageError(
    `${where(kept, kind)} is missing: the run did not get so far, or it is not copied whole, or an earlier version has not kept it`,
  );
}

const where = ({ run, pass }: KeptPass, kind: string) => `${run.folder}/${pass}/${kind}.json`;
