import { describe, expect, it } from 'vitest';
import { judge } from '../../../cli/verdict/verdict.ts';
import { adoptionLines } from '../../../cli/view/adoption-lines.ts';
import { explain, explainOthers, explainUntold, explanationLines } from '../../../cli/view/explanation.ts';
import { failureText } from '../../../cli/view/failure.ts';
import { historyEntry, historyLines } from '../../../cli/view/history-lines.ts';
import { outcomeLines } from '../../../cli/view/outcome-lines.ts';
import { changeLines, heldRow, planMarkdown, planReport, planText } from '../../../cli/view/plan-report.ts';
import { nameStatuses } from '../../../cli/view/status-report.ts';
import { type StatusReport, statusReport, statusText } from '../../../cli/view/status-text.ts';
import { painter } from '../../../cli/view/style.ts';
import { readableOutcome } from '../../../functions/contracts/outcome.ts';
import type { PlanRecord } from '../../../functions/domain/telling/plan-record.ts';
import { type Disposition, reasonText } from '../../../functions/domain/words/reason.ts';
import { CALC, NAMING, NOW, ourValue, planRecord, srvSet, task, taskArn } from '../../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';

const plain = painter(false);

/** What an earlier version could have kept: every text of it as somebody gave it. */
const said = (text: string) =>
  [
    { outcome: 'left-out', reason: 'invalid-name', name: text, detail: text, task: taskArn('1') },
    { outcome: 'published', reason: text, name: CALC, target: text, port: 80, detail: text, isNew: true },
    { outcome: 'removed', reason: 'unhealthy', name: CALC, target: `${text}.`, port: 80, detail: text },
  ] as unknown as readonly Disposition[];

const kept = (text: string) =>
  readableOutcome({
    execution: 'run',
    state: 'failed',
    endedAt: NOW,
    error: 'RemovalsHeldError',
    cause: text,
    dispositions: said(text),
    refused: [{ name: CALC, message: text }],
    held: [{ name: text, value: text }],
    findings: [text],
  });

const plan = (text: string): PlanRecord =>
  planRecord({
    names: [{ name: text, created: [], removed: [], declined: [] }],
    dispositions: said(text),
    held: [{ name: text, key: text, value: text }],
    findings: [text],
  });

/** The status of a deployment whose last full run has met this text wherever a text may stand. */
function status(text: string): StatusReport {
  const full = {
    ...kept(text),
    trigger: 'schedule',
    heldHash: text,
    unread: [{ cluster: text, error: text, cause: text }],
    quarantined: [{ name: text, reason: text, since: NOW, nextTry: NOW }],
    contended: [{ name: text, corrections: 3, since: NOW, nextTry: NOW }],
    conflicts: [text],
  };
  const told = { outcomes: [full], full, dispositions: full.dispositions, executions: new Set<string>(), days: 2 };
  const notKnown = [{ what: 'the zone', why: readableOutcome({ ...full, cause: text }).cause }];
  const facts = { now: NOW, owner: 'ecs', told: { ...told, heldSince: [] }, notKnown };
  const names = nameStatuses(
    { recordSets: [srvSet(CALC, [`1 1 80 ${text}.ecs.shop.internal.`])], dispositions: full.dispositions },
    NAMING,
  );
  const deployment = { id: 'd', naming: NAMING, stateMachine: '', zoneId: '', bucket: '', definition: '' };
  return statusReport({ facts, names, verdicts: judge(facts), faults: [] }, deployment);
}

const VIEWS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  explain: (text) => explanationLines(said(text).map(explain), plain),
  'explain, others': (text) =>
    explanationLines(
      explainOthers(CALC, [srvSet(CALC, [text], { policy: 'weighted', setIdentifier: text })], NAMING),
      plain,
    ),
  'explain, untold': (text) => explanationLines(explainUntold([{ task: task({ group: text }), names: [] }], []), plain),
  plan: (text) => planText(planReport('run', plan(text)), plain),
  'plan, markdown': (text) => planMarkdown(planReport('run', plan(text))),
  approve: (text) => changeLines([heldRow({ name: text, value: text })], plain),
  reconcile: (text) => outcomeLines(kept(text), plain),
  history: (text) => {
    const entry = historyEntry(kept(text), undefined);
    return entry ? historyLines(entry, plain) : [];
  },
  status: (text) => statusText(status(text), plain),
  adopt: (text) =>
    adoptionLines(
      {
        adoptions: [{ name: text, from: text, fate: 'taken', to: { ...ourValue('10.0.0.1', 80), spelled: text } }],
        units: [],
      },
      plain,
    ),
  'the end of a run': (text) => [failureText(text, text)],
  reasons: (text) => [reasonText({ outcome: 'published', reason: text } as never)].map((line) => line.slice(0, 11)),
};

describe.each(Object.entries(VIEWS))('%s', (_, view) => {
  it.each(HOSTILE_TEXTS.map((text) => [text]))('shows %j as text', (text) => {
    const lines = view(text);

    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toMatch(UNFIT);
  });
});

it('bounds what earlier versions have kept without bounds', () => {
  const text = 'x'.repeat(60_000);
  const [only] = said(text).map(explain);
  const { findings, dispositions, cause } = kept(text);

  expect([only?.name.length, only?.detail?.length]).toEqual([1_024, 200]);
  expect([findings[0]?.length, dispositions[0]?.detail?.length, cause.length]).toEqual([300, 200, 2_000]);
});

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'takes the reason "%s" for a word like any other',
  (reason) => {
    const one = { outcome: 'published', reason, name: CALC, target: 'ip-10-0-0-1.ecs.shop.internal.', port: 80 };
    const recordSets = [srvSet(CALC, ['1 1 80 ip-10-0-0-1.ecs.shop.internal.'])];
    const names = nameStatuses({ recordSets, dispositions: [one as unknown as Disposition] }, NAMING);

    const lines = statusText({ ...status('x'), names }, painter(true));

    expect(reasonText(one as unknown as Disposition)).toBe(`published: ${reason}`);
    expect(lines.join('\n')).toContain(reason);
  },
);

it.each([
  { name: CALC, word: CALC },
  { name: 'x; rm -rf ~', word: "'x; rm -rf ~'" },
  { name: "it's $(id)", word: "'it'\\''s $(id)'" },
])('a command that somebody may paste has $name as one word', ({ name, word }) => {
  const dispositions = [{ outcome: 'left-out', reason: 'invalid-name', name }] as const;
  const names = nameStatuses({ recordSets: [], dispositions }, NAMING);

  const lines = statusText({ ...status('x'), names }, plain);

  expect(lines.join('\n')).toContain(`; ecssd explain ${word} says why`);
});

it('neither links nor markup reach a pull request', () => {
  const text = '[click](https://x.example) <img src=x> `code` \\| a|b &amp;';

  const [line] = planMarkdown(planReport('run', plan(text))).filter((one) => one.startsWith('* '));

  expect(line).toBe('* \\[click](https://x.example) \\<img src=x> \\`code\\` \\\\\\| a\\|b \\&amp;');
});
