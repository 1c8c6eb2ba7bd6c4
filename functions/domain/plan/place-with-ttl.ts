import { isOurValue } from '../dns/ownership.ts';
import type { Value } from '../dns/record-set.ts';
import type { NameJudgement } from '../judging/judgement.ts';
import { placeValues } from './place-values.ts';
import type { Candidates, Placed, PlaceSettings } from './placed.ts';
import { ttlOf } from './ttl.ts';

/** What there is room for does not depend on the TTL, but the TTL on what there is room for. */
export function placeWithTtl(judgement: NameJudgement, candidates: Candidates, settings: PlaceSettings): Placed {
  const placed = placeValues(judgement, candidates, settings);
  const isOurs = (value: Value) => isOurValue(value, settings.naming);
  const standing = judgement.current.find(({ values }) => values.some(isOurs))?.ttl;
  const recordTtl = ttlOf(placed.stays, standing, settings);
  return recordTtl === settings.recordTtl ? placed : placeValues(judgement, candidates, { ...settings, recordTtl });
}
