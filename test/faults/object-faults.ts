import { objectAt, PAYLOADS } from '../../functions/contracts/payloads.ts';
import { shardOf } from '../../functions/domain/reading/shards.ts';
import { clusterKey } from '../../functions/observing/digest.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { ZONE } from '../support/world.ts';
import type { Fault } from './port.ts';
import type { Run, Shop } from './shop.ts';

/** Objects that outlive runs, by the words of the matrix. The shard is that of one name; the others are the run's own. */
export const OBJECTS = {
  'a shard of the inventory': objectAt('inventory', shardOf(`_calc._tcp.${ZONE}`)),
  'the readings of clusters': objectAt('cluster-readings'),
  'the quarantine': objectAt('quarantine'),
  'what the guard holds': objectAt('held-now'),
  'marked addresses': objectAt('idle-addresses'),
  'definitions of a cluster': objectAt('definitions', clusterKey(`arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/far`)),
} as const;
export type LastingPlace = keyof typeof OBJECTS;

export const isObject = (place: string): place is LastingPlace => Object.hasOwn(OBJECTS, place);

const DAMAGES = {
  garbage: () => '{"kind":',
  'another shape': (kind: string, version: number) => JSON.stringify({ kind, version, body: { names: 'all' } }),
  'later version': (kind: string, version: number) => JSON.stringify({ kind, version: version + 1, body: {} }),
  gone: () => undefined,
} as const;

const FORBIDDEN = { 'may not be read': 's3:GetObject', 'may not be written': 's3:PutObject' } as const;

export type ObjectFault = keyof typeof DAMAGES | keyof typeof FORBIDDEN;
export const OBJECT_FAULTS = [...Object.keys(DAMAGES), ...Object.keys(FORBIDDEN)] as readonly ObjectFault[];

const isForbidding = (fault: ObjectFault): fault is keyof typeof FORBIDDEN => Object.hasOwn(FORBIDDEN, fault);

/** As the SDK throws it. */
const denied = () =>
  Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });

/** Breaks an object in the run bucket, or forbids it for as long as the run lasts; gives how often that was met. */
export function breakObject(shop: Shop, place: LastingPlace, fault: ObjectFault): () => number {
  const { key, kind } = OBJECTS[place];
  let met = 0;
  if (!isForbidding(fault)) {
    const text = DAMAGES[fault](kind, PAYLOADS[kind].version);
    if (text === undefined) shop.bucket.delete(key);
    else shop.bucket.set(key, text);
  }
  const onCall: Fault['onCall'] = async ({ call, input }, perform) => {
    const isIts = (input as { readonly Key?: string }).Key === key;
    const isMet = isIts && call === (isForbidding(fault) ? FORBIDDEN[fault] : 's3:GetObject');
    if (isMet) met += 1;
    if (isMet && isForbidding(fault)) throw denied();
    return perform();
  };
  shop.arm({ onCall });
  return () => met;
}

/** Which objects a run reads; what it has no news for, it does not write. */
export const objectsOf = (run: Run): readonly LastingPlace[] =>
  (Object.keys(OBJECTS) as LastingPlace[]).filter(
    (place) => run === 'full' || (run === 'event' && IN_EVENTS.has(place)),
  );
const IN_EVENTS = new Set<LastingPlace>([
  'a shard of the inventory',
  'the readings of clusters',
  'the quarantine',
  'definitions of a cluster',
]);

export const canMeetObject = (place: LastingPlace, fault: ObjectFault): boolean =>
  fault !== 'may not be written' || place === 'a shard of the inventory' || place === 'definitions of a cluster';
