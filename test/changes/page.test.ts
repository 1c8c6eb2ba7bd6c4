import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changesOf, edited } from './page.ts';

const CHANGES = changesOf();

describe('docs/change-one-thing.md', () => {
  it('makes three changes, each with tests, and for each some edit that is missed where it is left out', () => {
    expect(CHANGES.map(({ title }) => title)).toEqual(['A new reason code', 'A new setting', 'A new check']);
    for (const { tests, steps } of CHANGES) {
      expect(tests.length).toBeGreaterThan(0);
      expect(steps.filter(({ noticedBy }) => noticedBy !== undefined).length).toBeGreaterThan(0);
    }
  });

  const steps = CHANGES.flatMap(({ title, steps }) => steps.map((step) => ({ title, ...step })));

  it('has places that stand in the files of today', () => {
    const texts = new Map<string, string>();
    for (const { does } of steps) {
      if (!('file' in does)) continue;
      const { file, edits } = does;
      for (const edit of edits) {
        const before = texts.get(file) ?? readFileSync(file, 'utf8');
        expect(() => edited(before, edit), `${file}: ${edit.find}`).not.toThrow();
        texts.set(file, edited(before, edit));
      }
    }
    expect(texts.size).toBeGreaterThan(15);
  });

  it('names tests that are there', () => {
    const named = [
      ...CHANGES.flatMap(({ tests }) => tests),
      ...steps.flatMap(({ noticedBy }) => (noticedBy === undefined ? [] : [noticedBy])),
    ];

    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('an edit', () => {
  it('replaces whole lines that stand there once', () => {
    expect(edited('a\nb\nc\n', { find: 'b\n', replace: 'x\ny\n' })).toBe('a\nx\ny\nc\n');
    expect(edited('a\nb\n', { find: 'a\n', replace: '' })).toBe('b\n');
  });

  it.each([{ find: 'b\n' }, { find: 'a\n' }, { find: '' }])('$find stands not once in the text', ({ find }) => {
    expect(() => edited('a\na\nbb\n', { find, replace: '' })).toThrow(
      /stands there (nowhere|more than once), want once/,
    );
  });
});

describe('a block that cannot be done', () => {
  it.each([
    {
      row: 'another command',
      block: '```sh\nrm -rf x\n```\n',
      says: 'got the command "rm -rf x", want npx vitest run',
    },
    { row: 'a diff of no file', block: '```diff\n+ x\n```\n', says: 'got a diff without "--- <file>"' },
  ])('$row', ({ block, says }) => {
    expect(() => changesOf(`## x\n\n${block}`)).toThrow(says);
  });
});
