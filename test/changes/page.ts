import { readFileSync } from 'node:fs';

export const PAGE = 'docs/change-one-thing.md';

/** One block of the page that changes something: a diff of one file, or a command that writes one. */
export interface Step {
  /** Replacements of one file, or the script that is run. */
  readonly does: { readonly file: string; readonly edits: readonly Edit[] } | { readonly script: string };
  /** The test that fails without it, where the page says so. */
  readonly noticedBy?: string;
}

export interface Edit {
  readonly find: string;
  readonly replace: string;
}

/** One change of the page, with the tests that show that it is done. */
export interface Change {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly tests: readonly string[];
}

const FENCE = /^```(?<kind>diff|sh)\n(?<text>[\s\S]*?)^```\n(?:\n+Left out, `(?<noticedBy>[^`]+)` fails)?/gm;

/**
 * The changes of the page, word for word.
 *
 * @throws Error where a block is none that can be done
 */
export function changesOf(page: string = readFileSync(PAGE, 'utf8')): readonly Change[] {
  const [, ...sections] = page.split(/^## /m);
  return sections.map((section) => {
    const [title = ''] = section.split('\n');
    const steps: Step[] = [];
    const tests: string[] = [];
    for (const { groups = {} } of section.matchAll(FENCE)) {
      const { kind, text = '', noticedBy } = groups;
      const noticed = noticedBy === undefined ? {} : { noticedBy };
      const run = kind === 'sh' ? commandOf(text) : undefined;
      if (run === undefined) steps.push({ does: editsOf(text), ...noticed });
      else if ('tests' in run) tests.push(...run.tests);
      else steps.push({ does: run, ...noticed });
    }
    return { title, steps, tests };
  });
}

function commandOf(text: string): { readonly tests: readonly string[] } | { readonly script: string } {
  const [, tests] = /^npx vitest run (.+)$/.exec(text.trim()) ?? [];
  if (tests !== undefined) return { tests: tests.split(' ') };
  const [, script] = /^npm run (\w+) -- --write$/.exec(text.trim()) ?? [];
  if (script !== undefined) return { script };
  throw new Error(`got the command "${text.trim()}", want npx vitest run <tests> or npm run <script> -- --write`);
}

function editsOf(text: string): { readonly file: string; readonly edits: readonly Edit[] } {
  const [, file, rest = ''] = /^--- (\S+)\n([\s\S]*)$/.exec(text) ?? [];
  if (file === undefined) throw new Error(`got a diff without "--- <file>" in its first line: ${text.slice(0, 60)}`);
  return { file, edits: rest.split(/^@@\n/m).map(editOf) };
}

/** One piece of a diff: what is kept and what goes is found, what is kept and what comes is put in its place. */
function editOf(piece: string): Edit {
  const lines = piece.replace(/\n$/, '').split('\n');
  const of = (signs: string) =>
    lines
      .filter((line) => line === '' || signs.includes(line[0] ?? ''))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  return { find: of(' -'), replace: of(' +') };
}

/**
 * The text with an edit done.
 *
 * @throws Error where what is to be replaced does not stand there exactly once
 */
export function edited(text: string, { find, replace }: Edit): string {
  const within = `\n${text}`;
  const first = within.indexOf(`\n${find}`);
  const times = first < 0 ? 0 : within.indexOf(`\n${find}`, first + 1) < 0 ? 1 : 2;
  if (find === '' || times !== 1) {
    throw new Error(`stands there ${times === 0 ? 'nowhere' : 'more than once'}, want once:\n${find}`);
  }
  return `${text.slice(0, first)}${replace}${text.slice(first + find.length)}`;
}
