import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { holderOf, type Marker, markerUnit, readMarkers, remark } from '../../../functions/domain/zone/marker.ts';
import { DEPLOYMENT, NAMING } from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const txt = (...values: readonly string[]): RecordSet => ({
  ownerName: 'ecs.shop.internal.',
  type: 'TXT',
  ttl: 300,
  values,
  policy: 'simple',
});
const text = (deployment: string, withdrawn = '') => `"ecs-service-discovery-dns deployment=${deployment}${withdrawn}"`;
const SPF = '"v=spf1 -all"';

it('reads back what it writes', () => {
  const unit = markerUnit(NAMING, { deployment: DEPLOYMENT });

  expect(unit).toEqual({
    name: 'ecs.shop.internal.',
    kind: 'marker',
    needs: [],
    changes: [{ action: 'CREATE', recordSet: txt(text(DEPLOYMENT)) }],
  });
  expect(unit.changes.map(({ recordSet }) => readMarkers(recordSet))).toEqual([[{ deployment: DEPLOYMENT }]]);
});

it('reads back that it is withdrawn', () => {
  const unit = markerUnit(NAMING, { deployment: DEPLOYMENT, withdrawn: true });

  expect(unit.changes.flatMap(({ recordSet }) => readMarkers(recordSet))).toEqual([
    { deployment: DEPLOYMENT, withdrawn: true },
  ]);
});

it.each([
  { row: 'among other texts', values: [SPF, ` ${text('a/b/c')} `], markers: [{ deployment: 'a/b/c' }] },
  { row: 'of several', values: [text('a'), text('b')], markers: [{ deployment: 'a' }, { deployment: 'b' }] },
  {
    row: 'once, withdrawn where either text says so',
    values: [text('a'), text('a', ' withdrawn')],
    markers: [{ deployment: 'a', withdrawn: true }],
  },
])('finds the marker $row', ({ values, markers }) => {
  expect(readMarkers(txt(...values))).toEqual(markers);
});

it.each([
  SPF,
  'ecs-service-discovery-dns deployment=a',
  '"ecs-service-discovery-dns deployment="',
  '"ecs-service-discovery-dns deployment=a b"',
  '"ecs-service-discovery-dns deployment= withdrawn"',
  '"ecs-service-discovery-dns deployment=a withdrawn again"',
  '"x ecs-service-discovery-dns deployment=a"',
])('does not take %s for a marker', (value) => {
  expect(readMarkers(txt(value))).toEqual([]);
});

describe('holderOf', () => {
  const ours = { state: 'ours', marker: { deployment: DEPLOYMENT } };
  const taken = (by: string) => ({ state: 'taken', by });
  it.each([
    { row: 'nothing', sets: [], holder: { state: 'nobody' } },
    { row: 'an A set', sets: [{ ...txt('10.0.0.1'), type: 'A' }], holder: { state: 'nobody' } },
    { row: 'our marker', sets: [txt(text(DEPLOYMENT))], holder: ours },
    { row: 'our marker beside texts of others', sets: [txt(SPF, text(DEPLOYMENT))], holder: ours },
    { row: 'that of another', sets: [txt(text('a/b/c'))], holder: taken('deployment "a/b/c"') },
    {
      row: 'both',
      sets: [txt(text(DEPLOYMENT), text('a/b/c'))],
      holder: taken('deployment "a/b/c"'),
    },
    { row: 'a text', sets: [txt(SPF)], holder: taken(`a TXT record set of another kind (${SPF})`) },
    { row: 'a marker elsewhere', sets: [{ ...txt(text('a')), ownerName: 'x.internal.' }], holder: { state: 'nobody' } },
    {
      row: 'a text with an identifier',
      sets: [{ ...txt(SPF), policy: 'weighted', setIdentifier: 'a', weight: 1 } as const],
      holder: taken(`a TXT record set of another kind (${SPF})`),
    },
  ])('$row → $holder.state', ({ sets, holder }) => {
    expect(holderOf(sets, NAMING, DEPLOYMENT)).toEqual(holder);
  });
});

describe('remark', () => {
  const plain = text(DEPLOYMENT);
  const gone = text(DEPLOYMENT, ' withdrawn');
  const withdrawn: Marker = { deployment: DEPLOYMENT, withdrawn: true };
  it.each([
    { row: 'makes it', found: [], marker: withdrawn, left: [gone] },
    { row: 'replaces it', found: [plain], marker: withdrawn, left: [gone] },
    { row: 'takes it back', found: [gone], marker: { deployment: DEPLOYMENT }, left: [plain] },
    { row: 'removes it', found: [gone], marker: undefined, left: [] },
    { row: 'replaces only ours', found: [SPF, plain, text('b')], marker: withdrawn, left: [SPF, text('b'), gone] },
    { row: 'removes only ours', found: [SPF, gone], marker: undefined, left: [SPF] },
    { row: 'leaves it as it is', found: [SPF, gone], marker: withdrawn, left: [SPF, gone] },
    { row: 'leaves texts of others', found: [SPF], marker: undefined, left: [SPF] },
    { row: 'tidies two of ours', found: [plain, gone], marker: withdrawn, left: [gone] },
  ])('$row', ({ found, marker, left }) => {
    const zone = found.length > 0 ? [{ ...txt(...found), ttl: 77 }] : [];

    const changes = remark(zone[0], NAMING, { deployment: DEPLOYMENT, ...(marker && { marker }) });
    const after = applyChanges(zone, changes);

    expect(after.flatMap(({ values }) => values)).toEqual(left);
    if (left.some((value) => value === SPF)) expect(after[0]?.ttl).toBe(77);
    if (found.join() === left.join()) expect(changes).toEqual([]);
  });
});
