import * as z from 'zod';
import { readable } from '../domain/words/readable.ts';
import type { Disposition } from '../domain/words/reason.ts';
import { MAX_FINDING, MAX_MESSAGE, printable, printableTexts } from '../domain/words/text.ts';

/** A disposition as a kept outcome tells it; a reason that this version does not know is passed on as it is. */
const disposition = z.looseObject({
  outcome: z.enum(['published', 'removed', 'left-out']),
  reason: z.string(),
  name: z.string(),
});

/** What people read of an outcome that some version of this package has kept (`outcomes/<day>/<execution>.json`). */
const said = z.looseObject({
  execution: z.string(),
  state: z.enum(['in-sync', 'held', 'contended', 'failed']),
  trigger: z.string().exactOptional(),
  startedAt: z.number().exactOptional(),
  dryRun: z.boolean().exactOptional(),
  endedAt: z.number(),
  error: z.string(),
  cause: z.string(),
  dispositions: z.array(disposition.transform((one) => one as unknown as Disposition)),
  refused: z.array(z.object({ name: z.string(), message: z.string() })),
  held: z.array(z.looseObject({ name: z.string(), value: z.string() })),
  heldHash: z.string().exactOptional(),
  ours: z.number().exactOptional(),
  approval: z
    .looseObject({
      approved: z.number(),
      removed: z.number(),
      standing: z.array(z.looseObject({ name: z.string(), value: z.string(), reason: z.string() })),
    })
    .exactOptional(),
  findings: z.array(z.string()),
});

/** The same as it may be shown: earlier versions have kept texts as workloads and services gave them. */
export const keptOutcome = said.transform((outcome) => ({
  ...printableTexts(outcome),
  cause: printable(outcome.cause, MAX_MESSAGE),
  dispositions: outcome.dispositions.map(readable),
  findings: outcome.findings.map((finding) => printable(finding, MAX_FINDING)),
}));
export type KeptOutcome = z.output<typeof keptOutcome>;
