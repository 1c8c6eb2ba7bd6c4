import { describe, expect, it } from 'vitest';
import { holds } from './choice.ts';

const scope = {
  input: {
    n: 5,
    m: 7,
    text: 'shop/cart*',
    other: 'shop/zoo',
    yes: true,
    none: null,
    list: [1],
    early: '2026-10-01T10:00:00Z',
    late: '2026-10-01T12:00:01+02:00',
  },
  context: { Execution: { Name: 'run-1' } },
};

describe('a rule', () => {
  it.each([
    { rule: { Variable: '$.n', NumericEquals: 5 }, holds: true },
    { rule: { Variable: '$.n', NumericEquals: 6 }, holds: false },
    { rule: { Variable: '$.n', NumericGreaterThan: 5 }, holds: false },
    { rule: { Variable: '$.n', NumericGreaterThanEquals: 5 }, holds: true },
    { rule: { Variable: '$.n', NumericLessThan: 6 }, holds: true },
    { rule: { Variable: '$.n', NumericLessThanEquals: 4 }, holds: false },
    { rule: { Variable: '$.n', NumericLessThanPath: '$.m' }, holds: true },
    { rule: { Variable: '$.m', NumericLessThanEqualsPath: '$.n' }, holds: false },
    { rule: { Variable: '$.n', NumericEqualsPath: '$.n' }, holds: true },
    { rule: { Variable: '$.text', NumericEquals: 5 }, holds: false },
    { rule: { Variable: '$.n', StringEquals: '5' }, holds: false },
    { rule: { Variable: '$.text', StringEquals: 'shop/cart*' }, holds: true },
    { rule: { Variable: '$.text', StringLessThanPath: '$.other' }, holds: true },
    { rule: { Variable: '$.text', StringGreaterThan: 'shop' }, holds: true },
    { rule: { Variable: '$.text', StringMatches: 'shop/*' }, holds: true },
    { rule: { Variable: '$.text', StringMatches: '*\\*' }, holds: true },
    { rule: { Variable: '$.other', StringMatches: '*\\*' }, holds: false },
    { rule: { Variable: '$.text', StringMatches: 'cart' }, holds: false },
    { rule: { Variable: '$$.Execution.Name', StringMatches: 'run-*' }, holds: true },
    { rule: { Variable: '$.yes', BooleanEquals: true }, holds: true },
    { rule: { Variable: '$.yes', BooleanEquals: false }, holds: false },
    { rule: { Variable: '$.n', BooleanEquals: true }, holds: false },
    { rule: { Variable: '$.yes', BooleanEqualsPath: '$.yes' }, holds: true },
    { rule: { Variable: '$.early', TimestampLessThanPath: '$.late' }, holds: true },
    { rule: { Variable: '$.early', TimestampEquals: '2026-10-01T12:00:00+02:00' }, holds: true },
    { rule: { Variable: '$.early', TimestampGreaterThan: '2026-10-01T10:00:00Z' }, holds: false },
    { rule: { Variable: '$.none', IsNull: true }, holds: true },
    { rule: { Variable: '$.n', IsNull: false }, holds: true },
    { rule: { Variable: '$.n', IsPresent: true }, holds: true },
    { rule: { Variable: '$.nothing', IsPresent: true }, holds: false },
    { rule: { Variable: '$.nothing.deep', IsPresent: false }, holds: true },
    { rule: { Variable: '$.none', IsPresent: true }, holds: true },
    { rule: { Variable: '$.text', IsNumeric: false }, holds: true },
    { rule: { Variable: '$.n', IsNumeric: true }, holds: true },
    { rule: { Variable: '$.list', IsString: false }, holds: true },
    { rule: { Variable: '$.yes', IsBoolean: true }, holds: true },
    { rule: { Variable: '$.early', IsTimestamp: true }, holds: true },
    { rule: { Variable: '$.text', IsTimestamp: true }, holds: false },
    { rule: { Not: { Variable: '$.n', NumericEquals: 5 } }, holds: false },
    {
      rule: {
        And: [
          { Variable: '$.n', NumericEquals: 5 },
          { Variable: '$.m', NumericEquals: 7 },
        ],
      },
      holds: true,
    },
    {
      rule: {
        And: [
          { Variable: '$.n', NumericEquals: 5 },
          { Variable: '$.m', NumericEquals: 8 },
        ],
      },
      holds: false,
    },
    {
      rule: {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.m', NumericEquals: 7 },
        ],
      },
      holds: true,
    },
    {
      rule: {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.m', NumericEquals: 8 },
        ],
      },
      holds: false,
    },
    {
      rule: {
        And: [
          { Variable: '$.nothing', IsPresent: true },
          { Variable: '$.nothing', NumericEquals: 1 },
        ],
      },
      holds: false,
    },
  ])('$rule: $holds', ({ rule, holds: expected }) => {
    expect(holds(rule, scope)).toBe(expected);
  });

  it.each([
    { rule: { Variable: '$.nothing', NumericEquals: 1 } },
    { rule: { Variable: '$.nothing', IsNull: true } },
    { rule: { Variable: '$.n', NumericEqualsPath: '$.nothing' } },
  ])('$rule ends the execution: its path references nothing', ({ rule }) => {
    expect(() => holds(rule, scope)).toThrow(/^States\.Runtime: Invalid path '\$\.nothing'/);
  });
});
