import type { LocalRun } from '../boot.ts';
import { type Ended, runByHand } from '../once/executions.ts';

/** Longer than the state machine tries again where a service is throttled for ever, in milliseconds. */
const PATIENCE = 400_000;

/** A full run, at once, and what came of it: how it ended, and how many instances have each reason. */
export async function showRun(run: Pick<LocalRun, 'cloud' | 'deployment'>): Promise<string> {
  const ended = await runByHand(run, AbortSignal.timeout(PATIENCE));
  return [
    `a full run, ${ended.name}: ${ended.status}`,
    ...reasonsOf(ended),
    ...(ended.why ? [`  ${ended.why}`] : []),
  ].join('\n');
}

/** The summary counts instances by outcome and reason (functions/domain/telling/summary.ts). */
function reasonsOf({ output }: Ended): readonly string[] {
  if (typeof output !== 'object' || output === null) return [];
  return Object.entries(output).flatMap(([outcome, counts]) =>
    ['published', 'removed', 'leftOut'].includes(outcome) && Object.keys(counts as object).length > 0
      ? [
          `  ${outcome}: ${Object.entries(counts as object)
            .map(([reason, count]) => `${count} ${reason}`)
            .join(', ')}`,
        ]
      : [],
  );
}
