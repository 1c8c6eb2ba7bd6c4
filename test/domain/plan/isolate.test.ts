import { describe, expect, it } from 'vitest';
import { halve, namesInMessage } from '../../../functions/domain/plan/isolate.ts';
import { nameUnit, ourValue } from '../../support/builders.ts';

const VALUE = ourValue('10.0.0.1', 80);
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
      found: { 'a.shop.internal.': 'refused' },
    },
    {
      row: 'another routing policy',
      message:
        '[RRSet with DNS name a.shop.internal., type SRV, SetIdentifier null cannot be created as a non-weighted set exists with the same name and type.]',
      found: { 'a.shop.internal.': 'refused' },
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
