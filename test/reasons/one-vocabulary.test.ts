import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../functions/domain/words/reason.ts';

/** A reason is said in one sentence, that of `functions/domain/words/reason.ts`: whoever tells it takes it from there. */

const rows = Object.values(REASONS).flatMap((all) => Object.entries<{ readonly sentence: string }>(all));
const codes = [...new Set(rows.map(([code]) => code))];
const sentences = [...new Set(rows.map(([, { sentence }]) => sentence))];
/** What a sentence begins with, `<what it is>:`. */
const heads = [...new Set(sentences.map((sentence) => sentence.slice(0, sentence.indexOf(':') + 1)))];

/** Values and record sets of others have no reason: no run decides about them. */
const OF_OTHERS = [
  'other owner: its target is not below our owner label',
  `other owner: \${policy} routing`,
  `other owner: an \${type} record set of others`,
] as const;

const LITERAL = /'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;
/** Texts of a source file, its comments left out. */
const texts = (source: string) =>
  [...source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').matchAll(LITERAL)].map(
    ([, plain, template]) => plain ?? template ?? '',
  );

/** Texts that say of a reason what only its row says: its sentence, how that begins, or `<code>: …`. */
const ownSentences = (source: string): readonly string[] =>
  texts(source).filter(
    (text) =>
      !OF_OTHERS.some((one) => text.startsWith(one)) &&
      (sentences.some((sentence) => text.includes(sentence)) ||
        [...heads, ...codes.map((code) => `${code}:`)].some((head) => text.startsWith(`${head} `))),
  );

it.each(globSync(['cli/**/*.ts', 'functions/domain/telling/*.ts']).sort())(
  '%s has no sentence of its own for a reason',
  (file) => {
    expect(ownSentences(readFileSync(file, 'utf8'))).toEqual([]);
  },
);

describe('a sentence of its own', () => {
  it.each([
    "const text = 'held: nobody knows';",
    "const text = 'held-guard: it waits';",
    'const text = `withdrawn: ${name}`;',
    `const text = 'so ${REASONS.published.healthy.sentence}';`,
  ])('is found: %s', (source) => {
    expect(ownSentences(source)).toHaveLength(1);
  });

  it.each(["const why = 'held-guard';", '// held: as a comment', "const cells = ['held'];"])('is not: %s', (source) => {
    expect(ownSentences(source)).toEqual([]);
  });
});
