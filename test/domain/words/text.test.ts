import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLines, printableTexts, quoted } from '../../../functions/domain/words/text.ts';
import { anyText } from '../../support/arbitraries.ts';
import { UNFIT } from '../../support/hostile.ts';

describe('printable', () => {
  it.each([
    { row: 'a title that a terminal would take', text: '\u001b]0;owned\u0007', shown: '\\u001b]0;owned\\u0007' },
    { row: 'C1: a control sequence in one character', text: '\u009b31m', shown: '\\u009b31m' },
    { row: 'DEL', text: 'a\u007f', shown: 'a\\u007f' },
    { row: 'line breaks and tabs', text: 'a\r\n\tb', shown: 'a\\r\\n\\tb' },
    { row: 'NUL and backspace', text: '\0\b', shown: '\\u0000\\u0008' },
    { row: 'a bidi override', text: 'a\u202eb', shown: 'a\\u202eb' },
    { row: 'a bidi isolate', text: '\u2066x\u2069', shown: '\\u2066x\\u2069' },
    { row: 'zero width', text: 'pay\u200bpal\ufeff', shown: 'pay\\u200bpal\\ufeff' },
    { row: 'separators of lines and paragraphs', text: '\u2028\u2029', shown: '\\u2028\\u2029' },
    { row: 'a lone surrogate', text: 'x\ud83d', shown: 'x\\ud83d' },
    { row: 'a tag, beyond the basic plane', text: '\u{e0041}', shown: '\\udb40\\udc41' },
    { row: 'a letter that shows nothing', text: '\u3164', shown: '\\u3164' },
    { row: 'what can be read', text: 'caffè 漢字 😀 "\\" …', shown: 'caffè 漢字 😀 "\\" …' },
    { row: 'nothing', text: '', shown: '' },
  ])('$row', ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    { text: 'abcde', most: 5, shown: 'abcde' },
    { text: 'abcdef', most: 5, shown: 'abcd…' },
    { text: 'ab😀cd', most: 4, shown: 'ab…' },
    { text: '\u001bbcde', most: 5, shown: '\\u00…' },
  ])('cuts $text to $most', ({ text, most, shown }) => {
    expect(printable(text, most)).toBe(shown);
  });

  it('gives of any text something printable, bounded, and the same when it is applied again', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 1, max: 40 }), (text, most) => {
        const shown = printable(text, most);

        expect(shown).not.toMatch(UNFIT);
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
        expect(printable(shown, most)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('keeps lines as lines', () => {
  expect(printableLines('one\n\u001b[2Jtwo\n')).toBe('one\n\\u001b[2Jtwo\n');
});

describe('quoted', () => {
  it.each([
    { text: 'a "b"', shown: '"a \\"b\\""' },
    { text: '\u001b\u009b', shown: '"\\u001b\\u009b"' },
    { text: 'x'.repeat(81), shown: `"${'x'.repeat(80)}…"` },
  ])('$text', ({ text, shown }) => {
    expect(quoted(text)).toBe(shown);
  });
});

it('reaches every text of a value, and keys', () => {
  const value = JSON.parse('{"a\\u001b":["\\u009b",1,null,{"__proto__":"\\u202e"}]}');

  const shown = printableTexts(value);

  expect(JSON.stringify(shown)).toBe('{"a\\\\u001b":["\\\\u009b",1,null,{"__proto__":"\\\\u202e"}]}');
});
