import { expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { markerUnit, readMarker } from '../../../functions/domain/plan/marker.ts';
import { DEPLOYMENT, NAMING } from '../../support/builders.ts';

const txt = (...values: readonly string[]): RecordSet => ({
  ownerName: 'ecs.shop.internal.',
  type: 'TXT',
  ttl: 300,
  values,
  policy: 'simple',
});

it('reads back what it writes', () => {
  const unit = markerUnit(NAMING, { deployment: DEPLOYMENT });

  expect(unit).toEqual({
    name: 'ecs.shop.internal.',
    kind: 'marker',
    needs: [],
    changes: [{ action: 'CREATE', recordSet: txt(`"ecs-service-discovery-dns deployment=${DEPLOYMENT}"`) }],
  });
  expect(unit.changes.map(({ recordSet }) => readMarker(recordSet))).toEqual([{ deployment: DEPLOYMENT }]);
});

it('reads back that it is withdrawn', () => {
  const unit = markerUnit(NAMING, { deployment: DEPLOYMENT, withdrawn: true });

  expect(unit.changes.map(({ recordSet }) => readMarker(recordSet))).toEqual([
    { deployment: DEPLOYMENT, withdrawn: true },
  ]);
});

it('finds the marker among other values', () => {
  const marker = readMarker(txt('"v=spf1 -all"', ' "ecs-service-discovery-dns deployment=a/b/c" '));

  expect(marker).toEqual({ deployment: 'a/b/c' });
});

it.each([
  '"v=spf1 -all"',
  'ecs-service-discovery-dns deployment=a',
  '"ecs-service-discovery-dns deployment="',
  '"ecs-service-discovery-dns deployment=a b"',
  '"ecs-service-discovery-dns deployment= withdrawn"',
  '"ecs-service-discovery-dns deployment=a withdrawn again"',
  '"x ecs-service-discovery-dns deployment=a"',
])('does not take %s for a marker', (value) => {
  const marker = readMarker(txt(value));

  expect(marker).toBeUndefined();
});
