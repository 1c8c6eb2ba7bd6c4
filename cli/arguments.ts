import { parseArgs } from 'node:util';
import { meant } from '../functions/domain/words/near.ts';
import { quoted } from '../functions/domain/words/text.ts';
import type { Command, Given } from './command.ts';
import { UsageError } from './errors.ts';

/** Options of every command. */
export const EVERYWHERE = { 'state-machine': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

/** What is asked where a word is like one of ours. */
export const didYouMean = (given: string, words: readonly string[], before = ''): string => {
  const word = meant(given, words);
  return word === undefined ? '' : `; did you mean ${before}${word}?`;
};

/**
 * What stands behind the name of a command.
 *
 * @throws UsageError for what cannot be understood: it says what was given, what is allowed and what may have been meant
 */
export function readArguments(name: string, { options }: Pick<Command, 'options'>, args: readonly string[]): Given {
  const all = { ...options, ...EVERYWHERE };
  // Not strict: what is wrong is said in our words, of Node's there are none.
  const { tokens } = parseArgs({ args: [...args], options: all, allowPositionals: true, strict: false, tokens: true });
  const operands: string[] = [];
  const values = new Map<string, readonly string[]>();
  const known = Object.keys(all);
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(all, token.name) ? all[token.name as keyof typeof all] : undefined;
    if (!option) {
      const near = didYouMean(token.name, known, '--');
      throw new UsageError(
        `unknown option ${quoted(token.rawName)}${near}${near === '' ? ';' : ''} ${name} knows ${known.map((one) => `--${one}`).join(', ')}`,
      );
    }
    const before = values.get(token.name);
    if (before && !('multiple' in option && option.multiple) && option.type === 'string') {
      throw new UsageError(`--${token.name} is given twice, want it once`);
    }
    values.set(token.name, [...(before ?? []), givenValue(option.type, token)]);
  }
  return {
    operands,
    flag: (option) => values.has(option) && all[option as keyof typeof all]?.type === 'boolean',
    text: (option) => values.get(option)?.[0],
    texts: (option) => values.get(option) ?? [],
  };
}

interface OptionToken {
  readonly name: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function givenValue(type: 'string' | 'boolean', { name, value, inlineValue }: OptionToken): string {
  if (type === 'boolean') {
    if (value !== undefined) throw new UsageError(`--${name} takes no value, got ${quoted(value)}`);
    return '';
  }
  if (value === undefined || value === '') {
    throw new UsageError(`--${name} wants a value, got ${value === undefined ? 'nothing' : '""'}`);
  }
  if (!inlineValue && value.startsWith('-')) {
    throw new UsageError(
      `--${name} wants a value, got ${quoted(value)}; one that begins with - is written --${name}=<value>`,
    );
  }
  return value;
}
