import { describe, expect, it } from 'vitest';
import { CASES } from '../../../cli/verdict/cases.ts';
import type { Facts, Standing, Told } from '../../../cli/verdict/facts.ts';
import { judge, verdictText } from '../../../cli/verdict/verdict.ts';
import type { KeptOutcome } from '../../../functions/contracts/outcome.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, NOW } from '../../support/builders.ts';

const MINUTE = 60_000;
const ago = (minutes: number) => NOW - minutes * MINUTE;

const outcome = (minutes: number, about: object = {}): KeptOutcome => ({
  execution: `run-${minutes}`,
  state: 'in-sync',
  trigger: 'schedule',
  dryRun: false,
  endedAt: ago(minutes),
  error: '',
  cause: '',
  dispositions: [],
  refused: [],
  held: [],
  findings: [],
  ...about,
});

const told = (outcomes: readonly KeptOutcome[], about: Partial<Told> = {}): Told => {
  const full = outcomes.find(({ trigger, state }) => trigger !== 'events' && state !== 'failed');
  return {
    outcomes,
    ...(full && { full }),
    dispositions: outcomes.flatMap(({ dispositions }) => dispositions),
    executions: new Set(outcomes.map(({ execution }) => execution)),
    days: 2,
    heldSince: [],
    ...about,
  };
};

const STANDING: Standing = { marker: 'present', names: 2, instances: 4, predecessors: new Set() };
const run = (name: string, status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED', minutes: number) => ({
  name,
  status,
  startedAt: ago(minutes + 1),
  ...(status !== 'RUNNING' && { endedAt: ago(minutes) }),
});

/** A deployment in sync, a minute after a full run. */
const facts = (about: Partial<Facts> = {}): Facts => ({
  now: NOW,
  owner: 'ecs.shop.internal.',
  apart: 5 * MINUTE,
  standing: STANDING,
  told: told([outcome(1)]),
  runs: [run('run-1', 'SUCCEEDED', 1)],
  notKnown: [],
  ...about,
});

const published = (reason: 'held-panic' | 'held-prober' | 'held-shift'): Disposition => ({
  outcome: 'published',
  reason,
  name: CALC,
});
const leftOut = (reason: 'over-capacity' | 'invalid-name'): Disposition => ({
  outcome: 'left-out',
  reason,
  name: CALC,
});
const failed = (minutes: number, about: object = {}) =>
  outcome(minutes, { state: 'failed', error: 'AccessDenied', cause: 'no', ...about });
const HELD = [{ name: CALC, value: '1 1 80 a', key: 'a' }];
const UNREAD = [{ cluster: 'arn:aws:ecs:eu-west-1:1:cluster/shop', error: 'AccessDeniedException', cause: 'no' }];

interface Row {
  readonly row: string;
  readonly id: (typeof CASES)[number]['id'];
  readonly given: Partial<Facts>;
  readonly says: RegExp;
  readonly next: string | undefined;
  readonly since?: number;
}

const ROWS: readonly Row[] = [
  {
    row: 'the label of another deployment',
    id: 'owner-taken',
    given: { standing: { ...STANDING, marker: 'of another deployment' } },
    says: /^the owner label ecs\.shop\.internal\. is taken by another deployment/,
    next: 'ecssd reconcile',
  },
  {
    row: 'a pause',
    id: 'paused',
    given: { paused: { since: ago(60) } },
    says: /^paused by order of a person/,
    next: 'ecssd resume',
    since: ago(60),
  },
  {
    row: 'a withdrawal',
    id: 'withdrawn',
    given: { standing: { ...STANDING, marker: 'withdrawn', instances: 0, names: 0 } },
    says: /^withdrawn by order of a person/,
    next: 'ecssd remove --undo',
  },
  {
    row: 'a full run that failed',
    id: 'failing',
    given: { told: told([failed(1), outcome(6)]) },
    says: /^the last full run has failed, what is published stands: AccessDenied: no$/,
    next: 'ecssd reconcile',
    since: ago(1),
  },
  {
    row: 'full runs that fail while event runs go through',
    id: 'failing',
    given: { told: told([outcome(1, { trigger: 'events' }), failed(2), failed(7), outcome(12)]) },
    says: /^the last 2 full runs have failed/,
    next: 'ecssd reconcile',
    since: ago(7),
  },
  {
    row: 'event runs that fail',
    id: 'failing',
    given: { told: told([failed(1, { trigger: 'events' }), failed(2, { trigger: 'events' }), outcome(3)]) },
    says: /^the last 2 runs have failed/,
    next: 'ecssd reconcile',
    since: ago(2),
  },
  {
    row: 'rounds that were not enough',
    id: 'failing',
    given: { told: told([outcome(1, { state: 'contended', error: 'ZoneContendedError', cause: 'rounds' })]) },
    says: /ZoneContendedError: rounds$/,
    next: 'ecssd reconcile',
    since: ago(1),
  },
  {
    row: 'a run that left nothing behind',
    id: 'failing',
    given: { runs: [run('new', 'TIMED_OUT', 0), run('run-1', 'SUCCEEDED', 1)] },
    says: /^the last run ended as TIMED_OUT, and has kept no outcome: new/,
    next: 'ecssd reconcile',
    since: NOW,
  },
  {
    row: 'a run of which nobody may read the outcome',
    id: 'failing',
    given: {
      told: undefined,
      runs: [run('new', 'FAILED', 0)],
      notKnown: [{ what: 'what runs have kept', why: 'no' }],
    } as never,
    says: /^the last run ended as FAILED, and its outcome cannot be read: new/,
    next: 'ecssd reconcile',
    since: NOW,
  },
  {
    row: 'a deployment that has never run',
    id: 'never-run',
    given: { told: told([]), runs: [], standing: { ...STANDING, marker: 'absent', instances: 0, names: 0 } },
    says: /^no run has ever started/,
    next: 'ecssd reconcile',
  },
  {
    row: 'the first run',
    id: 'first-run',
    given: { told: told([]), runs: [run('first', 'RUNNING', 0)] },
    says: /^the first run is under way/,
    next: 'ecssd status --watch',
    since: ago(1),
  },
  {
    row: 'a full run that stays away',
    id: 'late',
    given: { told: told([outcome(16)]) },
    says: /^no full run has ended for 16 min, and the schedule wants one every 5 min/,
    next: 'ecssd reconcile',
    since: ago(11),
  },
  {
    row: 'no full run at all',
    id: 'late',
    given: { told: told([outcome(1, { trigger: 'events' }), outcome(16, { trigger: 'events' })]) },
    says: /^no full run has ended well in 2 days/,
    next: 'ecssd reconcile',
  },
  {
    row: 'the first runs, several at once',
    id: 'first-run',
    given: { told: told([]), runs: [run('second', 'RUNNING', 0), run('first', 'RUNNING', 1)] },
    says: /^the first runs are under way/,
    next: 'ecssd status --watch',
    since: ago(2),
  },
  {
    row: 'first runs of which one has ended and kept nothing',
    id: 'first-run',
    given: { told: told([]), runs: [run('second', 'RUNNING', 0), run('first', 'SUCCEEDED', 1)] },
    says: /^no full run has ended yet, runs are under way/,
    next: 'ecssd status --watch',
    since: ago(2),
  },
  {
    row: 'an event run that has overtaken the first full run',
    id: 'first-run',
    given: {
      told: told([outcome(1, { trigger: 'events' })]),
      runs: [run('first', 'RUNNING', 0), run('run-1', 'SUCCEEDED', 1)],
    },
    says: /^no full run has ended yet, runs are under way/,
    next: 'ecssd status --watch',
    since: ago(2),
  },
  {
    row: 'event runs before the first full run has started',
    id: 'first-run',
    given: { told: told([outcome(1, { trigger: 'events' })]) },
    says: /^no full run has ended yet: the schedule wants one every 5 min/,
    next: 'ecssd status --watch',
    since: ago(2),
  },
  {
    row: 'runs of a listing that go further back than one pause of the schedule',
    id: 'late',
    given: { told: told([outcome(1, { trigger: 'events' })]), runs: [run('run-1', 'SUCCEEDED', 15)] },
    says: /^no full run has ended well in 2 days/,
    next: 'ecssd reconcile',
  },
  {
    row: 'held removals',
    id: 'held',
    given: {
      told: told([outcome(1, { state: 'held', held: HELD, heldHash: 'abcdefabcdef' })], {
        heldSince: [
          { name: CALC, value: '1 1 80 a', since: ago(30) },
          { name: CALC, value: '1 1 80 b', since: ago(90) },
        ],
      }),
    },
    says: /^1 removal held: nothing explains it/,
    next: 'ecssd approve abcdefabcdef',
    since: ago(30),
  },
  {
    row: 'removals held since different runs, by the first',
    id: 'held',
    given: {
      told: told(
        [outcome(1, { held: [...HELD, { name: CALC, value: '1 1 80 b', key: 'b' }], heldHash: 'abcdefabcdef' })],
        {
          heldSince: [
            { name: CALC, value: '1 1 80 a', since: ago(30) },
            { name: CALC, value: '1 1 80 b', since: ago(90) },
          ],
        },
      ),
    },
    says: /^2 removals held: nothing explains them/,
    next: 'ecssd approve abcdefabcdef',
    since: ago(90),
  },
  {
    row: 'held removals of an earlier version, which named no hash',
    id: 'held',
    given: { told: told([outcome(1, { state: 'held', held: HELD })]) },
    says: /held/,
    next: 'ecssd plan',
  },
  {
    row: 'a cluster that cannot be read',
    id: 'unread',
    given: { told: told([outcome(1, { unread: UNREAD })]) },
    says: /^1 cluster not read, what it has published stands: shop \(AccessDeniedException: no\)$/,
    next: 'ecssd reconcile --cluster shop',
  },
  {
    row: 'checks that fail for most',
    id: 'checks-suspected',
    given: { told: told([outcome(1, { dispositions: [published('held-panic'), published('held-panic')] })]) },
    says: /^2 × held-panic, _calc\._tcp\.shop\.internal\.: held: it fails, but too few others/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'a change that Route 53 refuses',
    id: 'quarantined',
    given: {
      told: told([
        outcome(1, {
          trigger: 'events',
          quarantined: [{ name: CALC, reason: 'protected', since: ago(9), nextTry: NOW }],
        }),
        outcome(2),
      ]),
    },
    says: /^Route 53 refuses the change of 1 name: _calc\._tcp\.shop\.internal\. \(protected\)$/,
    next: `ecssd explain ${CALC}`,
    since: ago(9),
  },
  {
    row: 'a refused address name, which people know by what clients ask for',
    id: 'quarantined',
    given: {
      told: told([
        outcome(2, {
          quarantined: [{ name: 'calc._address.ecs.shop.internal.', reason: 'protected', since: ago(9), nextTry: NOW }],
        }),
      ]),
    },
    says: /^Route 53 refuses the change of 1 name: /,
    next: 'ecssd explain calc.shop.internal.',
    since: ago(9),
  },
  {
    row: 'somebody who writes against us',
    id: 'contended',
    given: { told: told([outcome(1, { contended: [{ name: CALC, corrections: 3, since: ago(40), nextTry: NOW }] })]) },
    says: /^somebody else keeps rewriting 1 name: _calc\._tcp\.shop\.internal\., corrected 3 times$/,
    next: `ecssd explain ${CALC}`,
    since: ago(40),
  },
  {
    row: "the predecessor's sets",
    id: 'conflict',
    given: {
      told: told([outcome(1, { conflicts: ['other.shop.internal. CNAME', `${CALC} weighted`] })]),
      standing: { ...STANDING, predecessors: new Set([CALC]) },
    },
    says: /^2 names are held by others: other\.shop\.internal\. CNAME; 1 of them has sets of service-discovery-ecs-dns$/,
    next: 'ecssd adopt',
  },
  {
    row: 'a CNAME in the way',
    id: 'conflict',
    given: { told: told([outcome(1, { conflicts: [`${CALC} a CNAME stands there`] })]) },
    says: /^1 name is held by others: _calc\._tcp\.shop\.internal\. a CNAME stands there$/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'a full record set',
    id: 'over-capacity',
    given: { told: told([outcome(1, { dispositions: [leftOut('over-capacity')] })]) },
    says: /^1 × over-capacity/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'a deployment that cannot shift yet',
    id: 'shift-held',
    given: {
      told: told([outcome(1, { dispositions: [{ ...published('held-shift'), detail: 'of 2 1 passes' }] })]),
    },
    says: /^a deployment waits for DNS: 1 value held, _calc\._tcp\.shop\.internal\. \(of 2 1 passes\)$/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'a declaration that cannot be used',
    id: 'declarations',
    given: { told: told([outcome(1, { dispositions: [leftOut('invalid-name')] })]) },
    says: /^1 × invalid-name, _calc\._tcp\.shop\.internal\.: bad name/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'more than a run could send',
    id: 'waiting',
    given: { told: told([outcome(1, { waiting: 7 })]) },
    says: /^the changes of 7 names wait for another run/,
    next: 'ecssd status --watch',
  },
  {
    row: 'a quota that is nearly used up',
    id: 'quota-near',
    given: {
      told: told([outcome(1, { nearQuotas: [{ quota: 'values of a set', name: CALC, used: 330, limit: 400 }] })]),
    },
    says: /^82 % of a quota: 330 of 400 values of a set, _calc\._tcp\.shop\.internal\.$/,
    next: `ecssd explain ${CALC}`,
  },
  {
    row: 'a zone that cannot be read',
    id: 'not-known',
    given: { standing: undefined, notKnown: [{ what: 'the zone', why: 'AccessDenied: no' }] } as never,
    says: /^cannot tell whether all is in sync: the zone cannot be read \(AccessDenied: no\)$/,
    next: 'ecssd status --watch',
  },
  {
    row: 'nothing to publish',
    id: 'nothing-published',
    given: { standing: { ...STANDING, marker: 'absent', names: 0, instances: 0 } },
    says: /^nothing is published: no running task declares a name/,
    next: 'ecssd explain <service>',
  },
  {
    row: 'everything as it should be',
    id: 'in-sync',
    given: {},
    says: /^in sync: 4 instances of 2 names, by the full run of .* UTC, 60 s ago$/,
    next: undefined,
  },
];

describe('the sentence that status begins with', () => {
  it.each(ROWS)('tells of $row', ({ id, given, says, next, since }) => {
    const [first] = judge(facts(given));

    expect(first.case).toBe(id);
    expect(first.says).toMatch(says);
    expect(first.next).toBe(next);
    if (since !== undefined) expect(first.since?.at).toBe(since);
    else expect(first.since).toBeUndefined();
  });

  it('has a row here for each case', () => {
    expect(new Set(ROWS.map(({ id }) => id))).toEqual(new Set(CASES.map(({ id }) => id)));
  });

  it('is the worst of all that holds, and the others follow in their order', () => {
    const everything = facts({
      told: told([failed(1), outcome(30, { held: HELD, unread: UNREAD, dispositions: [leftOut('over-capacity')] })]),
      notKnown: [{ what: 'the zone', why: 'x' }],
    });

    const all = judge(everything).map((one) => one.case);

    expect(all).toEqual(['failing', 'late', 'held', 'unread', 'over-capacity', 'not-known']);
  });

  it('never says in sync where something is not known', () => {
    for (const { given } of ROWS) {
      const [first, ...more] = judge(facts({ ...given, notKnown: [{ what: 'the runs', why: 'x' }] }));

      expect([first, ...more].map((one) => one.case)).not.toContain('in-sync');
    }
  });

  it('has what is, since when and the next command in one line', () => {
    const since = { at: NOW, atLeast: true } as const;

    expect(verdictText({ case: 'held', says: 'held', since, next: 'ecssd plan' })).toBe(
      'held, since at least 2026-11-22 20:00:00 UTC; next: ecssd plan',
    );
    expect(verdictText({ case: 'in-sync', says: 'in sync' })).toBe('in sync');
  });

  it('names a command that a shell takes for one word each', () => {
    const [first] = judge(facts({ told: told([outcome(1, { unread: [{ ...UNREAD[0], cluster: 'a; rm -rf ~' }] })]) }));

    expect(first.next).toBe("ecssd reconcile --cluster 'a; rm -rf ~'");
  });
});

it.each([
  { apart: 1, late: 12, row: 'ten minutes of grace at least' },
  { apart: 5, late: 16, row: 'three periods, as the alarm has it' },
  { apart: 60, late: 121, row: 'an hour of grace at most' },
  { apart: 1_440, late: 1_501, row: 'an hour after a day' },
])('a full run every $apart min is late after $late min: $row', ({ apart, late }) => {
  const of = (minutes: number) => judge(facts({ apart: apart * MINUTE, told: told([outcome(minutes)]) }))[0].case;

  expect([of(late - 1), of(late)]).toEqual(['in-sync', 'late']);
});
