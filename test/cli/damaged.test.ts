import { expect, it } from 'vitest';
import type { Command } from '../../cli/command.ts';
import { adopt } from '../../cli/commands/adopt.ts';
import { approve } from '../../cli/commands/approve.ts';
import { explaining } from '../../cli/commands/explain.ts';
import { history } from '../../cli/commands/history.ts';
import { plan } from '../../cli/commands/plan.ts';
import { replay } from '../../cli/commands/replay.ts';
import { status } from '../../cli/commands/status.ts';
import { faultLines } from '../../cli/view/fault.ts';
import { CALC, edit, hashIn, type Shop, shop, srv, value } from '../support/shop.ts';
import { type Asked, command, listedRun } from './command-world.ts';

/** Each command over a run bucket in which somebody else, a later version or a fault has written: no stack, no flood. */

const HUGE = `\u001b]0;x\u0007<img src=x>\u202e${'y'.repeat(100_000)}`;
/** Characters that a command prints of a small deployment, whatever stands in its run bucket; of a thousand entries, a line for each. */
const MOST = 100_000;
const MOST_OF_THOUSANDS = 500_000;

/** Twelve values that nothing explains beside one that a task claims, after a full run. */
async function deployed() {
  const around = shop();
  const gone = Array.from({ length: 12 }, (_, at) => value('10.9.9.9', 1_000 + at));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.task(32_768);
  const run = await around.clock.run(listedRun(around, {}, 'run'));
  return { around, hash: hashIn(run) };
}

type Change = (text: string, key: string) => string;
const inJson =
  (change: (value: unknown, key: string) => unknown): Change =>
  (text) =>
    JSON.stringify(JSON.parse(text, (key, given) => (['kind', 'version'].includes(key) ? given : change(given, key))));

const FREE = ['name', 'detail', 'cause', 'error', 'message', 'target', 'value', 'task', 'service', 'cluster', 'reason'];
const TIMES = ['endedAt', 'startedAt', 'plannedAt', 'since', 'nextTry', 'at'];
const LISTS = ['dispositions', 'held', 'findings', 'judged'];
const DAMAGES: Readonly<Record<string, Change>> = {
  'cut off': (text) => text.slice(0, text.length / 2),
  empty: () => '',
  'no object': () => 'null',
  'of somebody else': () => '{"kind":"outcome","version":1,"body":{"__proto__":1,"constructor":[]}}',
  'of a later version': (text) => JSON.stringify({ ...JSON.parse(text), version: 99 }),
  'said otherwise': inJson((given, key) => (FREE.includes(key) ? HUGE : given)),
  'a list where a text belongs': inJson((given, key) => (FREE.includes(key) ? [given] : given)),
  'at no time': inJson((given, key) => (TIMES.includes(key) ? 1e300 : given)),
  'before all time': inJson((given, key) => (TIMES.includes(key) ? -1 : given)),
  'in a far future': inJson((given, key) => (TIMES.includes(key) ? 8e15 : given)),
  'a thousand times as much': inJson((given, key) =>
    LISTS.includes(key) && Array.isArray(given) && given.length > 0
      ? Array.from({ length: 1_000 }, () => given[0])
      : given,
  ),
  'nothing in it': inJson((given) => (Array.isArray(given) ? [] : given)),
};

const COMMANDS: Readonly<Record<string, { readonly what: Command; readonly asked?: (hash: string) => Asked }>> = {
  status: { what: status },
  'status --json': { what: status, asked: () => ({ flags: ['json'] }) },
  history: { what: history },
  'history <name>': { what: history, asked: () => ({ operands: [CALC] }) },
  explain: { what: explaining, asked: () => ({ operands: [CALC] }) },
  'explain <task>': { what: explaining, asked: () => ({ operands: ['0123abcd'] }) },
  replay: { what: replay },
  plan: { what: plan },
  approve: { what: approve, asked: (hash) => ({ operands: [hash] }) },
  adopt: { what: adopt },
};

/** What the command says, its faults in the words that a person reads. */
async function said(around: Shop, what: Command, asked: Asked): Promise<string> {
  const listing = {
    list: async (prefix: string) =>
      [...around.bucket.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ key, writtenAt: around.clock.now() })),
  };
  try {
    const { lines, told } = await command(around, what, { ...asked, around: (context) => ({ ...context, listing }) });
    return [...lines, ...told].join('\n');
  } catch (fault) {
    if (!(fault instanceof Error) || /^(Type|Range|Reference|Syntax|Zod)Error$/.test(fault.name)) throw fault;
    return faultLines(fault, {}).join('\n');
  }
}

it.each(Object.keys(COMMANDS).flatMap((name) => Object.keys(DAMAGES).map((damage) => ({ name, damage }))))(
  '$name, where everything kept is $damage',
  async ({ name, damage }) => {
    const { around, hash } = await deployed();
    const change = DAMAGES[damage];
    const { what = status, asked = () => ({}) } = COMMANDS[name] ?? {};
    for (const [key, text] of around.bucket) around.bucket.set(key, change?.(text, key) ?? text);
    around.bucket.set(`outcomes/${new Date(around.clock.now()).toISOString().slice(0, 10)}/x\u001b[2J.json`, '{');
    around.bucket.set(`index/${new Date(around.clock.now()).toISOString().slice(0, 10)}/x/\u001b[2J/y.json`, '{');
    around.bucket.set('runs/run/99999999999999999999/plan.json', '{');
    around.bucket.set('definitions/\u001b[2J.json', '[]');

    const text = await said(around, what, asked(hash));

    expect(text.length).toBeLessThan(damage.startsWith('a thousand') ? MOST_OF_THOUSANDS : MOST);
    expect(text).not.toMatch(/^\s+at /m);
    expect(text).not.toMatch(/(?<!received )undefined/);
  },
);
