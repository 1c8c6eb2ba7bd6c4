import { messageOf, nameOf } from '../../functions/adapters/aws/faults.ts';
import type { Place } from './places/place.ts';

/**
 * What became of one check. `otherwise` is a promise that this account does not keep; `learned` something that AWS does not
 * document, or that is contested, and that the code is right about both ways; `skipped` cannot be asked here.
 */
export const VERDICTS = ['as expected', 'otherwise', 'learned', 'failed', 'skipped'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, in a few words. */
  readonly seen: string;
  /** Further lines: answers and texts, word for word. */
  readonly details?: readonly string[];
}

export interface Check {
  /** One word with hyphens; names it in the journal, in the report and on the command line. */
  readonly id: string;
  readonly asks: string;
  readonly expected: string;
  /** Longest time that it may take, seconds. */
  readonly seconds: number;
  /** Whether the local services can answer; a text says why they cannot. */
  readonly locally: true | string;
  readonly run: (place: Place, signal: AbortSignal) => Promise<Finding>;
}

export const expected = (holds: boolean, seen: string, details: readonly string[] = []): Finding => ({
  verdict: holds ? 'as expected' : 'otherwise',
  seen,
  ...(details.length > 0 && { details }),
});

export const learned = (seen: string, details: readonly string[] = []): Finding => ({
  verdict: 'learned',
  seen,
  ...(details.length > 0 && { details }),
});

/** Runs one check within its time; whatever goes wrong is a finding. An abort from outside is thrown. */
export async function settle(check: Check, place: Place, outside: AbortSignal): Promise<Finding> {
  if (place.kind === 'local' && check.locally !== true) return { verdict: 'skipped', seen: check.locally };
  const limit = AbortSignal.timeout(check.seconds * 1_000);
  const signal = AbortSignal.any([outside, limit]);
  try {
    return await check.run(place, signal);
  } catch (fault) {
    if (outside.aborted) throw fault;
    const over = limit.aborted ? `${check.seconds} s are over; ` : '';
    return { verdict: 'failed', seen: `${over}${faultText(fault)}` };
  }
}

/** The first line of what an error says. */
export const textOf = (fault: unknown): string => (messageOf(fault).split('\n')[0] ?? '').slice(0, 500);

/** Name and first line of an error, as AWS gives them. */
export const faultText = (fault: unknown): string =>
  fault instanceof Error ? `${nameOf(fault)}: ${textOf(fault)}` : textOf(fault);
