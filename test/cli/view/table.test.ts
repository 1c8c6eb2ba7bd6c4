import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { painter } from '../../../cli/view/style.ts';
import { markdownTable, table } from '../../../cli/view/table.ts';

it('aligns columns whatever their colours, and ends no line with blanks', () => {
  const paint = painter(true);
  const rows = [
    ['a', paint('red', 'long'), 'x', ''],
    [paint('green', 'bcd'), 'e', 'y'],
  ];

  const lines = table(rows).map((line) => stripVTControlCharacters(line));

  expect(lines).toEqual(['a    long  x', 'bcd  e     y']);
});

it('has no lines for no rows', () => {
  expect(table([])).toEqual([]);
});

it('keeps Markdown cells in their cells', () => {
  const lines = markdownTable(['one', 'two'], [['a|b', painter(true)('red', 'c\nd')]]);

  expect(lines).toEqual(['| one | two |', '| --- | --- |', '| a\\|b | c d |']);
});
