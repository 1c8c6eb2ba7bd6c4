import { type Naming, ownerSubtree } from '../dns/naming.ts';
import type { RecordSet } from '../dns/record-set.ts';
import type { ChangeUnit } from './change.ts';

export const MARKER_TTL = 300;

/** Who holds an owner label, as its TXT marker says. */
export interface Marker {
  /** `<account>/<region>/<deployment id>` */
  readonly deployment: string;
  /** By order of a person its runs want nothing, and take back everything of theirs. */
  readonly withdrawn?: true;
}

/** Reads `"ecs-service-discovery-dns deployment=<id>"`, and after it `withdrawn`; undefined for any other TXT record set. */
export function readMarker(set: RecordSet): Marker | undefined {
  const [found] = set.values.flatMap((value) => {
    const [, deployment, withdrawn] =
      /^"ecs-service-discovery-dns deployment=([^" ]+)( withdrawn)?"$/.exec(value.trim()) ?? [];
    return deployment === undefined ? [] : [{ deployment, ...(withdrawn && { withdrawn: true as const }) }];
  });
  return found;
}

/** The marker of a deployment: created with its first batch, it names who holds the owner label (design, section 3). */
export function markerUnit(naming: Naming, marker: Marker): ChangeUnit {
  const recordSet = markerSet(naming, marker);
  return { name: recordSet.ownerName, kind: 'marker', changes: [{ action: 'CREATE', recordSet }], needs: [] };
}

export function markerSet(naming: Naming, { deployment, withdrawn }: Marker): RecordSet {
  return {
    ownerName: ownerSubtree(naming),
    type: 'TXT',
    ttl: MARKER_TTL,
    values: [`"ecs-service-discovery-dns deployment=${deployment}${withdrawn ? ' withdrawn' : ''}"`],
    policy: 'simple',
  };
}
