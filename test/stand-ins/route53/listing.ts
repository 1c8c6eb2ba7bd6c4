import type { ListResourceRecordSetsRequest, ListResourceRecordSetsResponse } from '@aws-sdk/client-route-53';
import { ServiceFault } from '../service.ts';
import { isProblem, readName } from './name.ts';
import { setKey } from './record-set.ts';
import { lowerBound, type Snapshot } from './zone.ts';

/**
 * One page of a zone's record sets, in the order of their reversed labels, then type, then identifier.
 *
 * A start point that does not exist starts at the next set (ListResourceRecordSets of the API reference).
 *
 * @throws ServiceFault `InvalidInput`
 */
export function listPage(
  snapshot: Snapshot,
  request: ListResourceRecordSetsRequest,
  pageSize: number,
): ListResourceRecordSetsResponse {
  const size = readMaxItems(request.MaxItems, pageSize);
  const start = lowerBound(snapshot, startKey(request));
  const next = snapshot[start + size]?.shape;
  return {
    ResourceRecordSets: snapshot.slice(start, start + size).map(({ shape }) => shape),
    IsTruncated: next !== undefined,
    ...(next && { NextRecordName: next.Name, NextRecordType: next.Type }),
    ...(next?.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }),
    MaxItems: size,
  };
}

/** The page size that a request asks for; more than allowed gets what is allowed. */
export function readMaxItems(maxItems: number | undefined, pageSize: number): number {
  if (maxItems === undefined) return pageSize;
  if (Number.isInteger(maxItems) && maxItems > 0) return Math.min(maxItems, pageSize);
  throw new ServiceFault('InvalidInput', `Invalid request: maxitems must be a whole number from 1, got ${maxItems}`);
}

function startKey(request: ListResourceRecordSetsRequest): string {
  const { StartRecordName: text, StartRecordType: type, StartRecordIdentifier: identifier } = request;
  if (text === undefined && type !== undefined) {
    throw new ServiceFault('InvalidInput', 'Invalid request: type is given without name');
  }
  if (type === undefined && identifier !== undefined) {
    throw new ServiceFault('InvalidInput', 'Invalid request: identifier is given without name and type');
  }
  if (text === undefined) return '';
  const name = readName(text);
  if (isProblem(name)) {
    throw new ServiceFault('InvalidInput', `Invalid request: ${name.code} (${name.explanation}) in '${name.part}'`);
  }
  return setKey(name, type, identifier);
}
