import { type Naming, ownerSubtree } from '../dns/naming.ts';
import type { RecordSet } from '../dns/record-set.ts';
import type { ChangeUnit } from './change.ts';

export const MARKER_TTL = 300;

/** Who holds an owner label, as its TXT marker says. */
export interface Marker {
  /** `<account>/<region>/<deployment id>` */
  readonly deployment: string;
}

/** Reads `"ecs-service-discovery-dns deployment=<id>"`; undefined for any other TXT record set. */
export function readMarker(set: RecordSet): Marker | undefined {
  const deployment = set.values
    .map((value) => /^"ecs-service-discovery-dns deployment=([^" ]+)"$/.exec(value.trim())?.[1])
    .find((found) => found !== undefined);
  return deployment === undefined ? undefined : { deployment };
}

/** The marker of a deployment: created with its first batch, it names who holds the owner label (design, section 3). */
export function markerUnit(naming: Naming, { deployment }: Marker): ChangeUnit {
  const recordSet: RecordSet = {
    ownerName: ownerSubtree(naming),
    type: 'TXT',
    ttl: MARKER_TTL,
    values: [`"ecs-service-discovery-dns deployment=${deployment}"`],
    policy: 'simple',
  };
  return { name: recordSet.ownerName, kind: 'marker', changes: [{ action: 'CREATE', recordSet }], needs: [] };
}
