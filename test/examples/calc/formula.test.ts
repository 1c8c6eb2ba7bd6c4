import fc from 'fast-check';
import { expect, it } from 'vitest';
import { computeFormula, FormulaError } from '../../../examples/calc/formula.ts';

it.each([
  { formula: '(2+2)*3', value: 12 },
  { formula: '2+2*3', value: 8 },
  { formula: ' 7 - 2 - 1 ', value: 4 },
  { formula: '8/4/2', value: 1 },
  { formula: '7%4*2', value: 6 },
  { formula: '-7%4', value: -3 },
  { formula: '2^3^2', value: 512 },
  { formula: '-2^2', value: -4 },
  { formula: '(-2)^2', value: 4 },
  { formula: '2^-1', value: 0.5 },
  { formula: '2--3', value: 5 },
  { formula: '+-+2', value: -2 },
  { formula: '5−3', value: 2 },
  { formula: '–2 — −3 ‐ ‑1 ‒ ―1 ﹘ ﹣1 － ➖1', value: 5 },
  { formula: '2^−1', value: 0.5 },
  { formula: '6×2÷3·4⋅1∗1', value: 16 },
  { formula: '7⁄2∕1 ＋ 1 ＊ 6 ／ 4', value: 5 },
  { formula: '7％4', value: 3 },
  { formula: '.5+1.', value: 1.5 },
  { formula: '0.1+0.2', value: 0.3 },
  { formula: '-0', value: 0 },
  { formula: '12345678901234*10', value: 123456789012340 },
  { formula: `${'('.repeat(50)}1${')'.repeat(50)}`, value: 1 },
])('$formula = $value', ({ formula, value }) => {
  expect(Object.is(computeFormula(formula), value)).toBe(true);
});

it.each([
  { formula: '', message: 'unexpected end: a number, a sign or "(" is allowed here' },
  { formula: '1+', message: 'unexpected end: a number, a sign or "(" is allowed here' },
  { formula: '2 3', message: 'unexpected "3" at position 3: an operator is allowed here' },
  { formula: '1.2.3', message: 'unexpected ".3" at position 4: an operator is allowed here' },
  { formula: '(1+2', message: 'unexpected end: an operator or ")" is allowed here' },
  { formula: '1)', message: 'unexpected ")" at position 2: an operator is allowed here' },
  { formula: '2−×3', message: 'unexpected "×" at position 3: a number, a sign or "(" is allowed here' },
  { formula: '2**3', message: 'unexpected "*" at position 3: a number, a sign or "(" is allowed here' },
  { formula: 'pi*2', message: /^unexpected "p" at position 1: numbers, / },
  { formula: '☃🦊+x', message: /^unexpected "☃" at position 1/ },
  { formula: '1+🦊', message: /^unexpected "🦊" at position 3/ },
  { formula: '.', message: /^unexpected "." at position 1/ },
  { formula: '1/0', message: 'division by zero at position 2' },
  { formula: '1%(2-2)', message: 'division by zero at position 2' },
  { formula: '0^-1', message: 'the power at position 2 is no finite number' },
  { formula: '(-8)^.5', message: 'the power at position 5 is no finite number' },
  { formula: '9^9^9', message: 'the power at position 2 is no finite number' },
  { formula: `${'9'.repeat(199)}*${'9'.repeat(199)}`, message: 'the result is too large' },
  { formula: `${'('.repeat(51)}1${')'.repeat(51)}`, message: 'nested more than 50 deep' },
  { formula: `${'-'.repeat(51)}1`, message: 'nested more than 50 deep' },
  { formula: `${'1^'.repeat(51)}1`, message: 'nested more than 50 deep' },
])('refuses $formula: $message', ({ formula, message }) => {
  expect(() => computeFormula(formula)).toThrow(FormulaError);
  expect(() => computeFormula(formula)).toThrow(message);
});

it('gives a finite number or a FormulaError for any text', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789.+-*/%^() xé🦊'), maxLength: 200 });

  fc.assert(
    fc.property(text, (formula) => {
      try {
        expect(Number.isFinite(computeFormula(formula))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(FormulaError);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('computes as JavaScript does', () => {
  const { formula } = fc.letrec<{ formula: string }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: 5 },
      fc.integer({ min: 0, max: 99 }).map(String),
      fc.tuple(tie('formula'), fc.constantFrom('+', '-', '*'), tie('formula')).map((parts) => parts.join('')),
      tie('formula').map((inner) => `(${inner})`),
      tie('formula').map((inner) => `-(${inner})`),
    ),
  }));

  fc.assert(
    fc.property(formula, (text) => {
      const expected: unknown = new Function(`return ${text.replaceAll('--', '- -')}`)();
      fc.pre(typeof expected === 'number' && Number.isFinite(expected));

      expect(computeFormula(text)).toBeCloseTo(expected as number, 6);
    }),
  );
});
