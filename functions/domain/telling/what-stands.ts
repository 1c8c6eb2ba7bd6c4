import type { Disposition } from '../words/reason.ts';
import type { Pass } from './outcome.ts';
import { isChange } from './summary.ts';

/** What a run leaves behind in the zone, as far as it is known. */
export interface WhatStands {
  /** Values that it has brought about or taken away. */
  readonly changes: number;
  /** Whether Route 53 has taken something else of it: addresses, the marker, times to live. */
  readonly besides?: true;
  /** Values of ours that stand; absent where nobody has read the zone. */
  readonly values?: number;
  /** Only those at the names of its events. */
  readonly atNames?: true;
  /** Names of which nobody knows whether their change took effect. */
  readonly unsure: number;
}

/** A pass, and what came of its batches. */
type TriedPass = Pass & { readonly results: readonly { readonly applied: readonly string[] }[] };

/**
 * @param dispositions of the whole run
 * @param ours values of ours in the zone as it was read last; undefined: it was not
 * @param kind of the run's first pass
 * @param forbidden whether the run ended since it may not change the zone: what has no answer was not sent, or refused
 */
export function whatStands(
  passes: readonly TriedPass[],
  {
    dispositions,
    ours,
    kind,
    forbidden,
  }: {
    readonly dispositions: readonly Disposition[];
    readonly ours: number | undefined;
    readonly kind: 'full' | 'event' | undefined;
    readonly forbidden: boolean;
  },
): WhatStands {
  const changes = dispositions.filter(isChange).length;
  const published = dispositions.filter(({ outcome }) => outcome === 'published');
  const told = new Set(published.map(({ name, target = '', port = '' }) => `${name} ${target}:${port}`)).size;
  const values = passes.length > 0 ? told : ours;
  return {
    changes,
    ...(passes.some(({ results }) => results.some(({ applied }) => applied.length > 0)) && { besides: true }),
    ...(values !== undefined && { values }),
    ...(kind === 'event' && { atNames: true }),
    unsure: forbidden ? 0 : unsureNames(passes).size,
  };
}

/** Names of a plan that no answer tells of, and that no later pass has read. */
function unsureNames(passes: readonly TriedPass[]): ReadonlySet<string> {
  return new Set(
    passes.flatMap(({ plan, applied, refused, unanswered = [], unsent = [] }, index) => {
      const later = passes.slice(index + 1).flatMap((one) => one.plan.found ?? []);
      const told = new Set([...applied, ...unsent, ...[...refused, ...later].map(({ name }) => name)]);
      const planned = new Set(plan.names.map(({ name }) => name));
      return unanswered.filter((name) => planned.has(name) && !told.has(name));
    }),
  );
}

/**
 * | known                                          | said                                                              |
 * | ---------------------------------------------- | ----------------------------------------------------------------- |
 * | nothing came about, 4 stand                    | nothing changed, 4 values stand                                   |
 * | nothing came about, the zone was not read      | nothing changed; the zone was not read, so what stands is not known |
 * | 2 came or went, 4 stand                        | 2 values came or went, 4 values stand                             |
 * | only addresses or times to live changed        | no value came or went, 4 values stand                             |
 * | an answer was lost                             | … as far as is known: of 1 name nobody knows whether its change took effect |
 */
export function standsSentence({ changes, besides, values, atNames, unsure }: WhatStands): string {
  const came =
    changes > 0 ? `${counted(changes, 'value')} came or went` : NOTHING[besides || unsure > 0 ? 'value' : 'at all'];
  if (values === undefined) return `${came}; the zone was not read, so what stands is not known`;
  const stand = `${counted(values, 'value')} ${values === 1 ? 'stands' : 'stand'}${atNames ? ' at its names' : ''}`;
  if (unsure === 0) return `${came}, ${stand}`;
  const whose = unsure === 1 ? '1 name nobody knows whether its' : `${unsure} names nobody knows whether their`;
  return `${came}, ${stand} as far as is known: of ${whose} change took effect`;
}

const NOTHING = { value: 'no value came or went', 'at all': 'nothing changed' } as const;
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
