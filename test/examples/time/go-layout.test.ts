import { describe, expect, it } from 'vitest';
import { formatGoLayout } from '../../../examples/time/go-layout.ts';
import { zonedTime } from '../../../examples/time/zoned-time.ts';
// What Go 1.26 prints for these times, zones and layouts.
import expectations from './go-layouts.json' with { type: 'json' };

const tables = expectations.map((table) => ({
  ...table,
  rows: table.rows.map(([layout = '', text = '']) => ({ layout, text })),
}));

describe.each(tables)('$time in $zone', ({ time, zone, rows }) => {
  it.each(rows)('$layout → $text', ({ layout, text }) => {
    expect(formatGoLayout(layout, zonedTime(new Date(time), zone))).toBe(text);
  });
});
