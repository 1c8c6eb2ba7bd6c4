import { describe, expect, it } from 'vitest';
import { failureText } from '../../../cli/view/failure.ts';
import { historyEntry, historyLines } from '../../../cli/view/history-lines.ts';
import { outcomeLines } from '../../../cli/view/outcome-lines.ts';
import { changeLines, planMarkdown, planReport, planText } from '../../../cli/view/plan-report.ts';
import { markerState, nameStatuses } from '../../../cli/view/status-report.ts';
import { painter } from '../../../cli/view/style.ts';
import { payloadsIn } from '../../../functions/contracts/crossing.ts';
import { type KeptOutcome, type OutcomeRecord, readableOutcome } from '../../../functions/contracts/outcome.ts';
import { objectAt } from '../../../functions/contracts/payloads.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { markerSet } from '../../../functions/domain/zone/marker.ts';
import {
  CALC,
  DEPLOYMENT,
  NAMING,
  NOW,
  ourText,
  planRecord as plan,
  srvSet,
  TIME,
  taskArn,
} from '../../support/builders.ts';
import { mapped } from '../../support/inventory.ts';

const plain = painter(false);
const target = 'ip-10-0-0-1.ecs.shop.internal.';
const added: Disposition = { outcome: 'published', reason: 'healthy', isNew: true, name: CALC, target, port: 80 };
const removed: Disposition = {
  outcome: 'removed',
  reason: 'task-stopped',
  name: TIME,
  target,
  port: 81,
  task: taskArn('9'),
};
const stays: Disposition = { outcome: 'published', reason: 'running', name: TIME, target, port: 82 };
const left: Disposition = { outcome: 'left-out', reason: 'starting', name: CALC, target, port: 83 };

describe('a plan', () => {
  it('says what would change and why, and what would not', () => {
    const names = [{ name: 'api.shop.internal.', created: [], removed: [], declined: [] }];
    const held = [{ name: CALC, key: 'k', value: ourText('10.0.0.2', 80) }];
    const dispositions = [added, removed, stays, left];

    const report = planReport('run', plan({ dispositions, names, held, heldHash: 'abcdefabcdef', findings: ['look'] }));

    expect(planText(report, plain)).toEqual(
      [
        `+  ${CALC}          ${target}:80                 healthy`,
        `-  ${TIME}          ${target}:81                 task-stopped       9`,
        '~  api.shop.internal.                                                   time to live',
        `!  ${CALC}          ${ourText('10.0.0.2', 80)}  held-guard`,
        '1 to add, 1 to remove, 1 to rewrite, 1 held; then 2 values published',
        'left out: 1 starting',
        '! look',
        'if what is held is really gone: ecssd approve abcdefabcdef',
      ].map((line) => expect.stringMatching(new RegExp(`^${escaped(line)}$`))),
    );
  });

  it('shows addresses and the marker, which are changes too', () => {
    const beside = { made: ['ecs.shop.internal.', target], removed: ['ip-10-0-0-9.ecs.shop.internal.'] };

    const { changes } = planReport('run', plan({ beside }));

    expect(changes.map(({ change, name, why }) => `${change} ${name} ${why}`)).toEqual([
      'add ecs.shop.internal. marker of the deployment',
      `add ${target} address of a host`,
      'remove ip-10-0-0-9.ecs.shop.internal. address of a host',
    ]);
  });

  it('says that nothing would change', () => {
    const report = planReport('run', plan({ dispositions: [stays] }));

    expect(planText(report, plain)).toEqual(['no changes; 1 value published']);
    expect(planMarkdown(report)).toEqual(['**no changes; 1 value published** (`run`)', '']);
  });

  it('is a table in Markdown', () => {
    const lines = planMarkdown(planReport('run', plan({ dispositions: [added] })));

    expect(lines).toContain(`| + | ${CALC} | ${target}:80 | healthy |  |  |`);
  });
});

/** Blanks between columns do not matter here: the table's own test shows them. */
const escaped = (line: string) => line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ {2,}/g, ' +');

const outcome = (about: Partial<KeptOutcome> = {}): KeptOutcome => ({
  execution: 'run',
  state: 'in-sync',
  trigger: 'manual',
  endedAt: NOW,
  error: '',
  cause: '',
  dispositions: [added, removed, stays, left],
  refused: [],
  held: [],
  findings: [],
  ...about,
});

describe('the history', () => {
  it('has the changes of a run, and of one name only those', () => {
    const all = historyEntry(outcome(), undefined);
    const one = historyEntry(outcome(), { name: TIME, names: [TIME] });

    expect(all && historyLines(all, plain)[0]).toBe('2026-11-22 20:00:00  in-sync  manual  run');
    expect(all?.changes.map(({ change }) => change)).toEqual(['add', 'remove']);
    expect(one?.changes.map(({ name }) => name)).toEqual([TIME]);
  });

  it.each([
    { row: 'changed nothing', about: { dispositions: [stays] }, told: false },
    { row: 'was a dry run', about: { dryRun: true }, told: false },
    {
      row: 'failed',
      about: { dispositions: [], state: 'failed' as const, error: 'OwnerTakenError', cause: 'x' },
      told: true,
    },
    { row: 'was refused a name', about: { dispositions: [], refused: [{ name: CALC, message: 'no' }] }, told: true },
  ])('tells of a run that $row: $told', ({ about, told }) => {
    const entry = historyEntry(outcome(about), undefined);

    expect(entry !== undefined).toBe(told);
  });
});

describe('an approval', () => {
  const removal = (port: number, reason: string) => ({ name: CALC, value: ourText('10.0.0.1', port), reason });
  const told = (approval: KeptOutcome['approval'], about: Partial<KeptOutcome> = {}) =>
    outcomeLines(outcome({ dispositions: [], ...about, ...(approval && { approval }) }), plain);

  it('says what is gone, and what was left standing and why, a code of a newer version too', () => {
    const standing = [removal(80, 'held-contradiction'), removal(81, 'held-for-tea')];

    expect(told({ approved: 5, removed: 2, standing })).toEqual([
      'of 5 approved removals: 2 removed, 1 gone before, 2 left standing',
      expect.stringMatching(
        /^= _calc\._tcp\.shop\.internal\. 1 1 80 \S+ {2}held-contradiction: held: ECS contradicts itself/,
      ),
      expect.stringMatching(/^= .* 1 1 81 \S+ {2}held-for-tea: published: held-for-tea$/),
      'in-sync: 0 values are published',
    ]);
  });

  it('is one line where all of it has gone, and none where nothing was approved', () => {
    expect(told({ approved: 1, removed: 1, standing: [] })[0]).toBe('of 1 approved removal: 1 removed');
    expect(told(undefined)).toEqual(['in-sync: 0 values are published']);
  });

  it('shows twenty of many', () => {
    const standing = Array.from({ length: 23 }, (_, port) => removal(port, 'healthy'));

    const lines = told({ approved: 23, removed: 0, standing });

    expect(lines.filter((line) => line.startsWith('= '))).toHaveLength(20);
    expect(lines).toContain('… and 3 more, in `approval` of the outcome');
  });
});

const AT = objectAt('outcome', '2026-11-22', 'run');
it('reads every outcome that this version keeps', async () => {
  const kept: OutcomeRecord = {
    execution: 'run',
    state: 'held',
    trigger: 'manual',
    startedAt: NOW,
    dryRun: false,
    endedAt: NOW,
    passes: 1,
    error: '',
    cause: '',
    dispositions: [added],
    refused: [],
    held: [{ name: CALC, key: 'k', value: 'v' }],
    stopped: [{ name: CALC, task: 'arn:task', cluster: 'arn:cluster', cause: 'status 503' }],
    notStopped: [{ name: TIME, task: 'arn:other', cluster: 'arn:cluster', cause: 'timed out', error: 'AccessDenied' }],
    findings: [],
    unread: [],
    quarantined: [{ name: CALC, reason: 'protected', since: NOW, nextTry: NOW }],
    contended: [{ name: CALC, corrections: 3, since: NOW, nextTry: NOW }],
    conflicts: [],
    nearQuotas: [],
  };

  const { lasting } = payloadsIn(mapped(new Map()));
  await lasting.keep(AT, kept);

  const read = await lasting.read(AT, true);

  expect(read).toEqual({ state: 'found', body: kept });
  expect(readableOutcome(kept)).toEqual(kept);
});

describe('the status', () => {
  it('joins what stands with what runs have said', () => {
    const recordSets = [
      srvSet(TIME, [ourText('10.0.0.1', 82), ourText('10.0.0.1', 99), '1 1 1 other.example.']),
      srvSet('others.shop.internal.', ['1 1 1 other.example.']),
    ];

    const names = nameStatuses({ recordSets, dispositions: [stays, left] }, NAMING);

    expect(names).toEqual([
      { name: CALC, instances: [], others: 0, leftOut: { starting: 1 } },
      {
        name: TIME,
        instances: [
          { endpoint: `${target}:82`, why: 'running' },
          { endpoint: `${target}:99`, why: 'not in a run yet' },
        ],
        others: 1,
        leftOut: {},
      },
    ]);
  });

  it.each([
    { row: 'nothing', sets: [], state: 'absent' },
    { row: 'our marker', sets: [markerSet(NAMING, { deployment: DEPLOYMENT })], state: 'present' },
    {
      row: 'a withdrawn one',
      sets: [markerSet(NAMING, { deployment: DEPLOYMENT, withdrawn: true })],
      state: 'withdrawn',
    },
    { row: 'that of another', sets: [markerSet(NAMING, { deployment: 'a/b/c' })], state: 'of another deployment' },
  ])('tells $row at the owner label: $state', ({ sets, state }) => {
    const marker = markerState(sets, { id: DEPLOYMENT, naming: NAMING });

    expect(marker).toBe(state);
  });
});

it('colours a change only where colours are wanted', () => {
  const row = { change: 'add', name: CALC, endpoint: '', why: 'healthy' } as const;

  expect(changeLines([row], plain).join('')).not.toContain('\u001b');
  expect(changeLines([row], painter(true)).join('')).toContain('\u001b[32m');
});

it.each([
  { error: 'ThrottledError', cause: 'slow down', held: undefined, text: 'ThrottledError: slow down' },
  { error: 'TIMED_OUT', cause: '', held: undefined, text: 'TIMED_OUT' },
  {
    error: 'RemovalsHeldError',
    cause: 'what a console is told',
    held: { held: [{ name: CALC, value: 'a' }], heldHash: 'abcdefabcdef', ours: 14 },
    text: 'RemovalsHeldError: 1 of 14 values would be removed without an explanation and are held; everything else was applied. If they are really gone: ecssd approve abcdefabcdef',
  },
  {
    error: 'RemovalsHeldError',
    cause: 'of an earlier version {"approve":"abcdefabcdef"}',
    held: { held: [] },
    text: 'RemovalsHeldError: of an earlier version {"approve":"abcdefabcdef"}',
  },
  { error: 'RemovalsHeldError', cause: 'without a hash', held: undefined, text: 'RemovalsHeldError: without a hash' },
])('says why a run failed: $text', ({ error, cause, held, text }) => {
  expect(failureText(error, cause, held)).toBe(text);
});
