import { describe, expect, it } from 'vitest';
import { complaintsIn } from '../../../functions/adapters/route53-complaints.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { halve, isObstacle, namedIn, refusalOfAll } from '../../../functions/domain/sending/isolate.ts';
import { COMPLAINT_KINDS } from '../../../functions/domain/words/complaint.ts';
import { type ChangeUnit, withBeside } from '../../../functions/domain/zone/change.ts';
import { nameUnit, ourText, srvSet } from '../../support/builders.ts';

/** What a message of Route 53 means, through the adapter that reads it. */
const namesInMessage = (message: string, units: readonly ChangeUnit[]) => namedIn(complaintsIn(message), units);
const refusalOf = (message: string, about: Partial<ChangeUnit> = {}) =>
  refusalOfAll(complaintsIn(message), { ...nameUnit('n.', []), changes: [], ...about }).refusal;

const VALUE = ourText('10.0.0.1', 80);
const unit = (name: string) => nameUnit(name, [VALUE]);
const UNITS = ['a.shop.internal.', 'b.shop.internal.', '*.shop.internal.', '_calc._tcp.shop.internal.'].map(unit);

describe('namesInMessage', () => {
  it.each([
    {
      row: 'a set that is not there',
      message: "[Tried to delete resource record set [name='a.shop.internal.', type='SRV'] but it was not found]",
      found: { 'a.shop.internal.': 'moved' },
    },
    {
      row: 'values that are others',
      message:
        "[Tried to delete resource record set [name='a.shop.internal.', type='SRV'] but the values provided do not match the current values]",
      found: { 'a.shop.internal.': 'moved' },
    },
    {
      row: 'a set that exists',
      message: "[Tried to create resource record set [name='a.shop.internal.', type='SRV'] but it already exists]",
      found: { 'a.shop.internal.': 'moved' },
    },
    {
      row: 'another spelling of the name and of the text',
      message: "[TRIED to delete resource record set [name='\\052.Shop.internal', type='SRV'] but IT WAS NOT FOUND.]",
      found: { '*.shop.internal.': 'moved' },
    },
    {
      row: 'a name outside of the zone',
      message: '[RRSet with DNS name a.shop.internal. is not permitted in zone other.internal.]',
      found: { 'a.shop.internal.': 'refused' },
    },
    {
      row: 'a CNAME at the name',
      message:
        '[RRSet of type SRV with DNS name a.shop.internal. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone shop.internal.]',
      found: { 'a.shop.internal.': 'moved' },
    },
    {
      row: 'another routing policy',
      message:
        '[RRSet with DNS name a.shop.internal., type SRV, SetIdentifier null cannot be created as a non-weighted set exists with the same name and type.]',
      found: { 'a.shop.internal.': 'moved' },
    },
    {
      row: 'a set named by type and name',
      message:
        "[The request contains an invalid set of changes for a resource record set 'SRV _calc._tcp.shop.internal.']",
      found: { '_calc._tcp.shop.internal.': 'refused' },
    },
    {
      row: 'several complaints at once',
      message:
        "[Tried to delete resource record set [name='a.shop.internal.', type='SRV'] but it was not found, RRSet with DNS name b.shop.internal. is not permitted in zone x., Tried to create resource record set [name='_calc._tcp.shop.internal.', type='SRV'] but it already exists]",
      found: { 'a.shop.internal.': 'moved', 'b.shop.internal.': 'refused', '_calc._tcp.shop.internal.': 'moved' },
    },
    {
      row: 'two complaints of one name: refused counts',
      message:
        "[RRSet with DNS name a.shop.internal. is not permitted in zone x., Tried to delete resource record set [name='a.shop.internal.', type='SRV'] but it was not found]",
      found: { 'a.shop.internal.': 'refused' },
    },
    { row: 'a value, and no name', message: "[Duplicate Resource Record: '1 1 80 a.']", found: {} },
    {
      row: 'a name that was not sent',
      message: "[Tried to delete resource record set [name='z.shop.internal.', type='SRV'] but it was not found]",
      found: {},
    },
    { row: 'no text at all', message: '', found: {} },
  ])('reads $row', ({ message, found }) => {
    const named = namesInMessage(message, UNITS);

    expect(Object.fromEntries(named.map(({ name, refusal }) => [name, refusal]))).toEqual(found);
  });

  it('gives each name the complaint about it', () => {
    const complaint = "Tried to delete resource record set [name='a.shop.internal.', type='SRV'] but it was not found";

    const named = namesInMessage(
      `[${complaint}, RRSet with DNS name b.shop.internal. is not permitted in zone x.]`,
      UNITS,
    );

    expect(named.find(({ name }) => name === 'a.shop.internal.')?.message).toBe(complaint);
  });
});

it.each([2, 3, 4, 5, 100])('halves %i units in their order', (count) => {
  const units = Array.from({ length: count }, (_, index) => unit(`n${index}.shop.internal.`));

  const [first, second] = halve(units);

  expect([...first, ...second]).toEqual(units);
  expect(second.length - first.length).toBe(count % 2);
});

describe('a refusal that only what stands there can explain', () => {
  const N = 'a.shop.internal.';
  const SAYS = {
    'not found': `Tried to delete resource record set [name='${N}', type='SRV'] but it was not found`,
    'other values': `Tried to delete resource record set [name='${N}', type='SRV', set-identifier='x'] but the values provided do not match the current values`,
    exists: `Tried to create resource record set [name='${N}', type='SRV'] but it already exists`,
    CNAME: `RRSet of type SRV with DNS name ${N} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone shop.internal.`,
    'other records': `RRSet of type SRV with DNS name ${N} is not permitted as it conflicts with other records with the same DNS name in zone shop.internal.`,
    'other sets': `RRSet with DNS name ${N}, type SRV cannot be created as other RRSets exist with the same name and type.`,
    'a simple set': `RRSet with DNS name ${N}, type SRV, SetIdentifier x cannot be created as a non-weighted set exists with the same name and type.`,
    'a set of another routing in two words': `RRSet with DNS name ${N}, type SRV, SetIdentifier x cannot be created as a non multivalue answer set exists with the same name and type.`,
    'a set of another routing, with a hyphen': `RRSet with DNS name ${N}, type SRV, SetIdentifier x cannot be created as a non-multivalue answer set exists with the same name and type.`,
    'another TTL': `RRSet with DNS name ${N} and type SRV, SetIdentifier x cannot be created as weighted sets must contain the same TTL.`,
    'too many': `Exceeded limit on number of weighted RRSets for ${N}, type SRV in this zone.`,
    'too many, in two words': `Exceeded limit on number of multivalue answer RRSets for ${N}, type SRV in this zone.`,
  } as const;
  const weighted = (about: Partial<RecordSet> = {}) =>
    srvSet(N, [VALUE], { policy: 'weighted', setIdentifier: 'mine', weight: 1, ...about });
  const create = (recordSet: RecordSet, beside: readonly RecordSet[] = []) =>
    withBeside({ name: N, kind: 'name', needs: [], changes: [{ action: 'CREATE', recordSet }] }, beside);

  it.each(Object.entries(SAYS))('is moved where the reading did not show it: %s', (_, complaint) => {
    expect(refusalOf(complaint, create(weighted()))).toBe('moved');
    expect(refusalOf(complaint.toUpperCase(), create(weighted()))).toBe('moved');
    expect(namesInMessage(`[${complaint}]`, [create(weighted())])).toMatchObject([{ name: N, refusal: 'moved' }]);
  });

  const cname = srvSet(N, ['x.'], { type: 'CNAME' });
  const simple = srvSet(N, ['1 1 1 x.']);
  const txt = srvSet(N, ['"x"'], { type: 'TXT', ttl: 60 });
  it.each([
    { says: 'CNAME', sent: simple, beside: [cname], refusal: 'refused' },
    { says: 'other records', sent: simple, beside: [txt, cname], refusal: 'refused' },
    { says: 'CNAME', sent: simple, beside: [txt], refusal: 'moved' },
    { says: 'other sets', sent: simple, beside: [weighted()], refusal: 'refused' },
    { says: 'other sets', sent: simple, beside: [txt], refusal: 'moved' },
    { says: 'a simple set', sent: weighted(), beside: [simple], refusal: 'refused' },
    { says: 'a simple set', sent: weighted(), beside: [weighted({ setIdentifier: 'y' })], refusal: 'moved' },
    { says: 'another TTL', sent: weighted(), beside: [weighted({ setIdentifier: 'y', ttl: 30 })], refusal: 'refused' },
    { says: 'another TTL', sent: weighted(), beside: [weighted({ setIdentifier: 'y' })], refusal: 'moved' },
    { says: 'exists', sent: simple, beside: [simple], refusal: 'refused' },
    { says: 'exists', sent: weighted(), beside: [weighted({ setIdentifier: 'y' })], refusal: 'moved' },
    { says: 'not found', sent: weighted(), beside: [simple, cname], refusal: 'moved' },
  ] as const)(
    '$says, and the reading showed $beside.0.type $beside.0.policy: $refusal',
    ({ says, sent, beside, refusal }) => {
      expect(refusalOf(SAYS[says], create(sent, beside))).toBe(refusal);
    },
  );

  it('what the change takes away does not stand beside it', () => {
    const found = weighted({ ttl: 30 });
    const unit = withBeside(
      {
        name: N,
        kind: 'name',
        needs: [],
        changes: [
          { action: 'DELETE', recordSet: found },
          { action: 'CREATE', recordSet: weighted() },
        ],
      },
      [found],
    );

    expect(unit.beside).toBeUndefined();
    expect(refusalOf(SAYS['another TTL'], unit)).toBe('moved');
  });

  it('what stands beside it is told by kinds, however many sets there are', () => {
    const many = Array.from({ length: 100 }, (_, index) => weighted({ setIdentifier: `s${index}` }));

    expect(create(weighted(), [...many, txt]).beside).toEqual([
      { type: 'SRV', policy: 'weighted', ttl: 5 },
      { type: 'TXT', policy: 'simple', ttl: 60 },
    ]);
  });
});

describe('a refusal that another reading would meet again', () => {
  it.each([
    "Duplicate Resource Record: '1 1 80 already exists.'",
    "Invalid Resource Record: FATAL problem: SRVRRDATAIllegal (illegal) encountered with '1 1 80 but it was not found'",
    'RRSet with DNS name a.shop.internal., type SRV is protected from changes: it already exists, but it was not found',
    'RRSet with DNS name same-ttl.conflicts.shop.internal. is not permitted in zone x.',
    'Number of records limit of 1000 exceeded.',
    'Cannot have more than 400 records in a RRSet.',
    'Exceeded limit MAX_RRSETS_BY_ZONE for zone: Z1',
    "The request contains an invalid set of changes for a resource record set 'SRV a.shop.internal.'",
    'Something else altogether',
    '',
  ])('is refused: %s', (complaint) => {
    expect(refusalOf(complaint, unit('a.shop.internal.'))).toBe('refused');
    expect(refusalOf(complaint)).toBe('refused');
  });
});

it('only what stands beside a change can come back as an obstacle', () => {
  expect(COMPLAINT_KINDS.filter(isObstacle)).toEqual(['cname', 'ttl', 'policy', 'number']);
});

describe('an address name, whose alias stands at a name that others may use', () => {
  const SET = 'a._address.ecs.shop.internal.';
  const about = {
    ttl: 0,
    values: [],
    policy: 'other',
    attributes: ['AliasTarget'],
    aliasTarget: { name: SET },
  } as const;
  const alias: RecordSet = { ownerName: 'a.shop.internal.', type: 'A', ...about };
  const addresses: ChangeUnit = { ...nameUnit(SET, []), changes: [{ action: 'CREATE', recordSet: alias }] };

  it.each([
    {
      row: 'a set that exists at the name of the alias',
      message: "[Tried to create resource record set [name='a.shop.internal.', type='A'] but it already exists]",
      found: SET,
    },
    {
      row: 'one of the other name',
      message: "[Tried to create resource record set [name='a.shop.internal.', type='SRV'] but it already exists]",
      found: 'a.shop.internal.',
    },
    {
      row: 'another routing policy of the alias',
      message:
        '[RRSet with DNS name a.shop.internal., type A, SetIdentifier ecs cannot be created as a non-weighted set exists with the same name and type.]',
      found: SET,
    },
    {
      row: 'a target that has gone meanwhile',
      message: `[Tried to create an alias that targets ${SET}, type A in zone Z0TEST, but that target was not found]`,
      found: SET,
    },
  ])('is told from those: $row', ({ message, found }) => {
    expect(namesInMessage(message, [addresses, unit('a.shop.internal.')])).toMatchObject([
      { name: found, refusal: 'moved' },
    ]);
  });
});
