import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../../cli/commands/index.ts';
import type { Case } from '../../../cli/verdict/case.ts';
import { CASES } from '../../../cli/verdict/cases.ts';
import { ALARMS as GROUNDS } from '../../../infra/alarms.ts';

const ALARMS = new Set(Object.keys(GROUNDS));
const PAGE = readFileSync('docs/three-in-the-morning.md', 'utf8');

/** The rows of the page's table of cases, as it has them. */
const shown = [...PAGE.matchAll(/^\| `([a-z-]+)` \|.*\|$/gm)].map(([row]) => row);

/** The same of the table in the code. */
const row = ({ id, alarms, means, todo }: Case) =>
  `| \`${id}\` | ${alarms.map((alarm) => `\`${alarm}\``).join(', ')} | ${means} | ${todo} |`;

it('has every case of the command in its order, worst first, word for word', () => {
  expect(shown).toEqual(CASES.map(row));
});

it('says what status says of every alarm that somebody may be paged by', () => {
  const told = new Set(CASES.flatMap(({ alarms }: Case) => alarms));

  expect([...told].filter((alarm) => !ALARMS.has(alarm))).toEqual([]);
  expect([...ALARMS].filter((alarm) => !told.has(alarm) && !PAGE.includes(`\`${alarm}\``))).toEqual([]);
});

it('names commands that there are, with options that there are', () => {
  const commands = [...PAGE.matchAll(/ecssd ([a-z]+)((?: [^`\n|#]*)?)/g)].map(([, name = '', rest = '']) => ({
    name,
    options: [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option),
  }));

  expect(commands.length).toBeGreaterThan(10);
  for (const { name, options } of commands) {
    expect(Object.keys(COMMANDS)).toContain(name);
    expect(Object.keys({ ...COMMANDS[name]?.options, 'state-machine': {} })).toEqual(expect.arrayContaining(options));
  }
});
