import type { ReadingEffort } from '../reading/reading.ts';

/** Clusters that one finding names. */
const SHOWN = 3;

/** What a run had no room for: it is left as it stands, and its turn comes. */
export function roomFindings({ clusters, clustersBeyond, probesBeyond }: ReadingEffort): readonly string[] {
  const named = clustersBeyond.slice(0, SHOWN).map((arn) => arn.split('/').at(-1));
  const more = clustersBeyond.length > SHOWN ? ', …' : '';
  return [
    ...(clustersBeyond.length > 0
      ? [
          `${clustersBeyond.length} of ${clusters + clustersBeyond.length} clusters are more than one run reads: their values are held, and each has its turn: ${named.join(', ')}${more}`,
        ]
      : []),
    ...(probesBeyond > 0
      ? [
          `${probesBeyond} endpoints are more than one run probes: what is published of them stays, what is new waits for its turn`,
        ]
      : []),
  ];
}
