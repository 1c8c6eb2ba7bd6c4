/** Thrown for a formula that cannot be computed. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}

/** What a formula may hold; for messages. */
export const FORMULA_SYNTAX = 'numbers, + - * / % ^ and parentheses, like (2+2)*3';

/** Parentheses, signs and powers inside one another. */
const MAX_DEPTH = 50;
/** Digits that a double holds for certain: 0.1+0.2 is 0.3, not 0.30000000000000004. */
const SIGNIFICANT_DIGITS = 15;

/** Other characters for an operator, as texts, phones and word processors write them. */
const OPERATORS: Readonly<Record<string, string>> = {
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\ufe58\ufe63\uff0d',
  '+': '\u2795\ufb29\uff0b',
  '*': '\u00b7\u00d7\u2217\u22c5\u2715\u2716\uff0a',
  '/': '\u00f7\u2044\u2215\u2797\uff0f',
  '%': '\ufe6a\uff05',
};
const OPERATOR_OF = new Map(
  Object.entries(OPERATORS).flatMap(([operator, others]) => [...others].map((other) => [other, operator] as const)),
);

interface Token {
  /** As it is computed with; another character for an operator is that operator. */
  readonly text: string;
  /** As it was given; for messages. */
  readonly written: string;
  /** 1 is the first character. */
  readonly position: number;
}

/**
 * Computes a formula: `+ - * / %` from left to right, `^` from right to left and before a sign (`-2^2` is -4),
 * parentheses, decimals. Any minus is a minus, and so with the other operators. There are no names, so nothing can be called or reached; depth is bounded, length by the caller.
 *
 * @throws FormulaError that names the character and what is allowed there
 */
export function computeFormula(formula: string): number {
  const tokens = tokenize(formula);
  let next = 0;
  let depth = 0;

  const take = (...allowed: readonly string[]): Token | undefined => {
    const token = tokens[next];
    if (!token || !allowed.includes(token.text)) return undefined;
    next += 1;
    return token;
  };

  const deeper = (compute: () => number): number => {
    depth += 1;
    if (depth > MAX_DEPTH) throw new FormulaError(`nested more than ${MAX_DEPTH} deep`);
    const value = compute();
    depth -= 1;
    return value;
  };

  const sum = (): number => {
    let value = product();
    for (let operator = take('+', '-'); operator; operator = take('+', '-')) {
      const right = product();
      value = operator.text === '+' ? value + right : value - right;
    }
    return value;
  };

  const product = (): number => {
    let value = signed();
    for (let operator = take('*', '/', '%'); operator; operator = take('*', '/', '%')) {
      const right = signed();
      if (operator.text === '*') value *= right;
      else if (right === 0) throw new FormulaError(`division by zero at position ${operator.position}`);
      else value = operator.text === '/' ? value / right : value % right;
    }
    return value;
  };

  const signed = (): number => {
    const sign = take('-', '+');
    if (!sign) return power();
    const value = deeper(signed);
    return sign.text === '-' ? -value : value;
  };

  const power = (): number => {
    const base = operand();
    const operator = take('^');
    if (!operator) return base;
    const value = base ** deeper(signed);
    // A root of a negative number, or zero to a negative power.
    if (!Number.isFinite(value))
      throw new FormulaError(`the power at position ${operator.position} is no finite number`);
    return value;
  };

  const operand = (): number => {
    if (take('(')) {
      const value = deeper(sum);
      if (!take(')')) throw unexpected(tokens[next], 'an operator or ")"');
      return value;
    }
    const token = tokens[next];
    if (!token || !/^[\d.]/.test(token.text)) throw unexpected(token, 'a number, a sign or "("');
    next += 1;
    return Number(token.text);
  };

  const value = sum();
  if (next < tokens.length) throw unexpected(tokens[next], 'an operator');
  if (!Number.isFinite(value)) throw new FormulaError('the result is too large');
  // Adding 0 turns -0 into 0.
  return Number(value.toPrecision(SIGNIFICANT_DIGITS)) + 0;
}

function tokenize(formula: string): Token[] {
  const tokens = [...formula.matchAll(/\d+\.?\d*|\.\d+|\S/gu)];
  return tokens.map(([written], index) => {
    const text = OPERATOR_OF.get(written) ?? written;
    const position = [...formula.slice(0, tokens[index]?.index)].length + 1;
    if (/^(?:\d|\.\d|[-+*/%^()]$)/.test(text)) return { text, written, position };
    throw new FormulaError(
      `unexpected ${JSON.stringify(written)} at position ${position}: ${FORMULA_SYNTAX} are allowed`,
    );
  });
}

function unexpected(token: Token | undefined, allowed: string): FormulaError {
  const found = token ? `unexpected ${JSON.stringify(token.written)} at position ${token.position}` : 'unexpected end';
  return new FormulaError(`${found}: ${allowed} is allowed here`);
}
