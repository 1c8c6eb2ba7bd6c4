import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { srvText } from '../../../functions/domain/dns/srv.ts';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { AbsenceFacts } from '../../../functions/domain/judging/absent.ts';
import { judgeName } from '../../../functions/domain/judging/judge-name.ts';
import type { JudgeContext, NameJudgement } from '../../../functions/domain/judging/judgement.ts';
import type { InventoryEntry } from '../../../functions/domain/reading/inventory.ts';
import { eachOnce, ourValues } from '../../../functions/domain/zone/routing.ts';
import {
  absenceFacts,
  CALC,
  claim,
  entryOf,
  FAILING,
  formerEntryOf,
  instance,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  ourText,
  rememberedAt,
  srvSet,
  taskArn,
  UNPROBED,
} from '../../support/builders.ts';

const ONE = ourText('10.0.0.1', 32_768);
const TWO = ourText('10.0.0.2', 32_768);
const THREE = ourText('10.0.0.3', 32_768);
const KEY = keyOf('10.0.0.1', 32_768);
const KEY_TWO = keyOf('10.0.0.2', 32_768);

interface Case {
  readonly zone?: readonly string[];
  readonly sets?: readonly RecordSet[];
  readonly claims?: readonly Judged[];
  readonly remembered?: Readonly<Record<string, InventoryEntry>>;
  readonly facts?: Partial<AbsenceFacts>;
  readonly context?: Partial<JudgeContext>;
}

function judge({ zone = [], sets, claims = [], remembered = {}, facts, context }: Case): NameJudgement {
  const standing = sets ?? (zone.length > 0 ? [srvSet(CALC, zone)] : []);
  return judgeName(
    {
      name: CALC,
      sets: standing,
      ours: eachOnce(standing.flatMap((set) => ourValues(set, NAMING))),
      judged: claims,
      remembered: rememberedAt(CALC, remembered),
    },
    {
      naming: NAMING,
      routing: 'simple',
      facts: absenceFacts(facts),
      listed: new Set(claims.map(({ claim: { task } }) => task)),
      minimumHealthyShare: 0.5,
      undefinedTasks: new Set(),
      proberSuspected: false,
      ...context,
    },
  );
}

/** A judgement as a list of lines, so that each test sees all of it. */
const told = ({ stays, leaves, leftOut }: NameJudgement) => [
  ...stays.map(({ value, reason, isNew }) => `${isNew ? 'new' : 'keep'} ${srvText(value)} ${reason}`),
  ...leaves.map(({ value, reason }) => `leave ${srvText(value)} ${reason}`),
  ...leftOut.map(({ claim: { task }, reason }) => `left out ${task.split('/').at(-1)} ${reason}`),
];

describe('an instance that passes', () => {
  it.each([
    { row: 'is published because it runs', one: instance('1'), zone: [], told: [`new ${ONE} running`] },
    {
      row: 'is published because it is healthy',
      one: instance('1', { probe: { state: 'passing' } }),
      zone: [],
      told: [`new ${ONE} healthy`],
    },
    {
      row: 'is published because its container is healthy',
      one: instance('1', { containerHealth: 'HEALTHY' }),
      zone: [],
      told: [`new ${ONE} healthy`],
    },
    { row: 'stays', one: instance('1'), zone: [ONE], told: [`keep ${ONE} running`] },
  ])('$row', ({ one, zone, told: lines }) => {
    const judgement = judge({ zone, claims: [one] });

    expect(told(judgement)).toEqual(lines);
  });

  it('takes over an endpoint from a task that is gone, without any removal', () => {
    const judgement = judge({ zone: [ONE], claims: [instance('2')], remembered: { [KEY]: entryOf('1') } });

    expect(told(judgement)).toEqual([`keep ${ONE} running`]);
    expect(judgement.stays[0]?.claim?.task).toBe(taskArn('2'));
  });

  it('replaces another spelling of its endpoint: priority or weight have changed', () => {
    const old = ourText('10.0.0.1', 32_768, 1, 9);

    const judgement = judge({ zone: [old], claims: [instance('1')], remembered: { [KEY]: entryOf('1') } });

    expect(told(judgement)).toEqual([`new ${ONE} running`, `leave ${old} replaced`]);
  });

  it('keeps one spelling of its endpoint, word for word as it stands, and drops the others', () => {
    const standing = ONE.toUpperCase();
    const old = ourText('10.0.0.1', 32_768, 7, 7);

    const judgement = judge({ zone: [old, standing], claims: [instance('1')] });

    expect(told(judgement)).toEqual([`keep ${standing} running`, `leave ${old} replaced`]);
  });
});

describe('two tasks claim one endpoint', () => {
  const at = (id: string, about: Parameters<typeof instance>[1] = {}) => instance(id, about);

  it.each([
    {
      row: 'the one that passes has it',
      claims: [at('1', { startedAt: 1 }), at('2', { startedAt: 2, probe: FAILING })],
      has: '1',
    },
    { row: 'the newer of two that pass', claims: [at('1', { startedAt: 1 }), at('2', { startedAt: 2 })], has: '2' },
    { row: 'the first by ARN of two alike', claims: [at('1', { startedAt: 1 }), at('2', { startedAt: 1 })], has: '1' },
  ])('$row, in whatever order they come', ({ claims, has }) => {
    const judgements = [claims, claims.toReversed()].map((claims) => judge({ claims }));

    for (const judgement of judgements) {
      expect(told(judgement)).toEqual([`new ${ONE} running`]);
      expect(judgement.stays[0]?.claim?.task).toBe(taskArn(has));
    }
  });

  it('several declarations of one name on one port are one value', () => {
    const judgement = judge({ claims: [instance('1'), instance('1', { container: 'side', containerPort: 9 })] });

    expect(told(judgement)).toEqual([`new ${ONE} running`]);
  });

  it('neither passes: both wait, each with its reason', () => {
    const claims = [
      at('1', { startedAt: 1, probe: FAILING }),
      at('2', { startedAt: 2, probe: UNPROBED, graceEndsAt: NOW + MINUTE }),
      at('2', { startedAt: 2, probe: UNPROBED, container: 'side' }),
    ];

    expect(told(judge({ claims }))).toEqual(['left out 2 starting', 'left out 1 unhealthy']);
  });

  it('neither passes: it stays that of the task that is published, by the health policy', () => {
    const claims = [
      at('1', { startedAt: 1, probe: FAILING }),
      at('2', { startedAt: 2, probe: FAILING, graceEndsAt: NOW + MINUTE }),
    ];

    const judgement = judge({ zone: [ONE], claims, remembered: { [KEY]: entryOf('1') } });

    expect(told(judgement)).toEqual([`keep ${ONE} held-panic`, 'left out 2 starting']);
    expect(judgement.stays[0]?.claim?.task).toBe(taskArn('1'));
  });
});

describe('an instance that does not pass yet', () => {
  it.each([
    { row: 'failing, in its grace', probe: FAILING, grace: 1, reason: 'starting' },
    { row: 'failing, its grace over', probe: FAILING, grace: 0, reason: 'unhealthy' },
    { row: 'not probed, in its grace', probe: UNPROBED, grace: 1, reason: 'starting' },
    { row: 'not probed, its grace over', probe: UNPROBED, grace: -1, reason: 'unprobed' },
  ])('$row → $reason, with the cause', ({ probe, grace, reason }) => {
    const judgement = judge({ claims: [instance('1', { probe, graceEndsAt: NOW + grace })] });

    expect(told(judgement)).toEqual([`left out 1 ${reason}`]);
    expect(judgement.leftOut[0]?.detail).toBe(probe.cause);
  });

  it('container health not reported, its grace over → unprobed', () => {
    const judgement = judge({ claims: [instance('1', { containerHealth: 'UNKNOWN' })] });

    expect(told(judgement)).toEqual(['left out 1 unprobed']);
  });

  it('beside the value of a task that has stopped at the same endpoint', () => {
    const judgement = judge({
      zone: [ONE],
      claims: [instance('2', { probe: FAILING })],
      remembered: { [KEY]: entryOf('1') },
      facts: { taskFate: () => 'stopped' },
    });

    expect(told(judgement)).toEqual([`leave ${ONE} task-stopped`, 'left out 2 unhealthy']);
  });
});

describe('an instance whose task ECS calls UNHEALTHY', () => {
  const sick = (about: Parameters<typeof instance>[1] = {}) => instance('1', { taskUnhealthy: true, ...about });
  const waits = (reason: string) => `left out 1 ${reason}`;

  it.each([
    { row: 'enters late: it waits within its grace', one: sick({ graceEndsAt: NOW + 1 }), told: [waits('starting')] },
    { row: 'and after it', one: sick(), told: [waits('unhealthy')] },
    { row: 'whatever its own check says', one: sick({ containerHealth: 'HEALTHY' }), told: [waits('unhealthy')] },
    {
      row: 'stays where it is published',
      one: sick(),
      zone: [ONE],
      known: entryOf('1'),
      told: [`keep ${ONE} running`],
    },
    { row: 'stays where nothing is known of its value', one: sick(), zone: [ONE], told: [`keep ${ONE} running`] },
    {
      row: 'leaves for its own failing check',
      one: sick({ probe: FAILING }),
      zone: [ONE, TWO],
      known: entryOf('1'),
      told: [`keep ${TWO} running`, `leave ${ONE} unhealthy`],
    },
    {
      row: "does not take over another task's endpoint",
      one: sick({ graceEndsAt: NOW + 1 }),
      zone: [ONE],
      known: entryOf('3'),
      told: [`leave ${ONE} task-stopped`, waits('starting')],
    },
  ])('$row', ({ one, zone = [], known, told: lines }) => {
    for (const kind of ['full', 'event'] as const) {
      if (kind === 'event' && lines.some((line) => line.endsWith('unhealthy') && line.startsWith('leave'))) continue;
      const judgement = judge({
        zone,
        claims: zone.length > 1 ? [one, instance('2', { address: '10.0.0.2' })] : [one],
        remembered: known ? { [KEY]: known } : {},
        facts: { kind, taskFate: () => 'stopped' },
      });

      expect(told(judgement)).toEqual(lines);
    }
  });

  it('the other task that claims the endpoint has it', () => {
    const judgement = judge({ claims: [sick({ startedAt: NOW }), instance('2')] });

    expect(told(judgement)).toEqual([`new ${ONE} running`]);
    expect(judgement.stays[0]?.claim?.task).toBe(taskArn('2'));
  });

  it('says why it waits', () => {
    expect(judge({ claims: [sick()] }).leftOut[0]?.detail).toContain('ECS calls its task UNHEALTHY');
  });
});

describe('a claim that has no endpoint keeps its own reason', () => {
  it.each(['ignored', 'no-binding', 'no-address', 'starting', 'stopping', 'host-gone'] as const)('%s', (reason) => {
    const judgement = judge({ claims: [judged(claim('1', { leftOut: { reason, detail: 'why' } }))] });

    expect(told(judgement)).toEqual([`left out 1 ${reason}`]);
    expect(judgement.leftOut[0]?.detail).toBe('why');
  });
});

describe('a value whose task is listed leaves only for what that task says', () => {
  const left = (reason: NonNullable<Claim['leftOut']>['reason'], about = {}) =>
    judged(claim('1', { leftOut: { reason, ...about } }));

  it.each([
    { row: 'stopping', says: [left('stopping')], full: 'task-stopped', event: 'task-stopped' },
    {
      row: "stopping, its address another's by now",
      says: [left('stopping')],
      taken: true,
      full: 'task-stopped',
      event: 'held-until-full',
    },
    {
      row: 'runs on a host that is gone',
      says: [left('host-gone')],
      full: 'host-gone',
      event: 'held-until-full',
    },
    {
      row: 'serves the name at another endpoint',
      says: [instance('1', { address: '10.0.0.2' })],
      full: 'replaced',
      event: 'held-until-full',
      others: [`new ${TWO} running`],
    },
    { row: 'no host address', says: [left('no-address')], full: 'held-no-address', event: 'held-until-full' },
    { row: 'not running yet', says: [left('starting')], full: 'held-contradiction', event: 'held-until-full' },
    { row: 'without its binding', says: [left('no-binding')], full: 'held-contradiction', event: 'held-until-full' },
    { row: 'ignored', says: [left('ignored')], full: 'ignored', event: 'held-until-full' },
    { row: 'nothing of it', says: [], full: 'held-contradiction', event: 'held-until-full' },
  ] as const)('$row', ({ says, full, event, ...about }) => {
    const others = 'others' in about ? about.others : [];
    for (const [kind, reason] of [
      ['full', full],
      ['event', event],
    ] as const) {
      const judgement = judge({
        zone: [ONE],
        claims: says,
        remembered: { [KEY]: entryOf('1') },
        facts: { kind, addressTaken: () => 'taken' in about },
        context: { listed: new Set([taskArn('1')]) },
      });

      // A claim that explains what became of its value has its reason there; what explains nothing is left out.
      const explains = kind === 'full' || reason === 'task-stopped';
      const own = says.flatMap(({ claim: one }) =>
        one.leftOut && !explains ? [`left out 1 ${one.leftOut.reason}`] : [],
      );
      const fate = `${reason.startsWith('held-') ? 'keep' : 'leave'} ${ONE} ${reason}`;
      expect(told(judgement).toSorted()).toEqual([fate, ...others, ...own].toSorted());
      expect(judgement.absent).toEqual([]);
    }
  });
});

describe('a value whose task is not listed', () => {
  it.each([
    { kind: 'full', fate: 'stopped', reason: 'task-stopped' },
    { kind: 'event', fate: 'stopped', reason: 'task-stopped' },
    { kind: 'full', fate: 'missing', reason: 'unexplained' },
    { kind: 'event', fate: 'missing', reason: 'held-until-full' },
  ] as const)('$fate, $kind run → $reason, and it is absent', ({ kind, fate, reason }) => {
    const judgement = judge({
      zone: [ONE],
      remembered: { [KEY]: entryOf('1') },
      facts: { kind, taskFate: () => fate },
    });

    expect(told(judgement)).toEqual([`${reason.startsWith('held-') ? 'keep' : 'leave'} ${ONE} ${reason}`]);
    expect(judgement.absent).toEqual([KEY]);
  });

  it('nothing known of it', () => {
    expect(told(judge({ zone: [ONE] }))).toEqual([`leave ${ONE} unexplained`]);
    expect(told(judge({ zone: [ONE], facts: { anyClusterUnread: true } }))).toEqual([`keep ${ONE} held-unattributed`]);
  });

  it('nothing known of it, and a claim of the name runs nobody tells where', () => {
    const left = { reason: 'no-address', unplaced: true } as const;
    const lost = judged(claim('1', { leftOut: left }));
    const told = (kind: 'full' | 'event', claims: readonly Judged[]) =>
      judge({ zone: [ONE], claims, facts: { kind } }).stays.map(({ reason }) => reason);

    expect(told('full', [lost])).toEqual(['held-unattributed']);
    expect(told('event', [lost])).toEqual(['held-until-full']);
    expect(told('full', [judged(claim('1', { leftOut: { reason: 'no-address' } }))])).toEqual([]);
  });

  it('all spellings of an endpoint share its fate', () => {
    const other = ourText('10.0.0.1', 32_768, 2, 2);

    const judgement = judge({
      zone: [ONE, other],
      remembered: { [KEY]: entryOf('1') },
      facts: { taskFate: () => 'stopped' },
    });

    expect(told(judgement)).toEqual([`leave ${ONE} task-stopped`, `leave ${other} task-stopped`]);
  });
});

describe('published instances that do not pass (L7)', () => {
  const failing = instance('1', { probe: FAILING });
  const passing = instance('2', { address: '10.0.0.2' });
  const unprobed = instance('3', { address: '10.0.0.3', probe: UNPROBED });
  const zone = [ONE, TWO, THREE];

  it.each([
    {
      row: 'enough others pass',
      claims: [failing, passing],
      zone: [ONE, TWO],
      told: [`keep ${TWO} running`, `leave ${ONE} unhealthy`],
    },
    {
      row: 'too few others pass',
      claims: [failing, passing, unprobed],
      zone,
      told: [`keep ${ONE} held-panic`, `keep ${TWO} running`, `keep ${THREE} held-prober`],
    },
    {
      row: 'not enough for the configured share',
      claims: [failing, passing],
      zone: [ONE, TWO],
      context: { minimumHealthyShare: 0.6 },
      told: [`keep ${ONE} held-panic`, `keep ${TWO} running`],
    },
    {
      row: 'what could not be probed stays while others leave',
      claims: [failing, passing, unprobed],
      zone,
      context: { minimumHealthyShare: 0.3 },
      told: [`keep ${TWO} running`, `keep ${THREE} held-prober`, `leave ${ONE} unhealthy`],
    },
    { row: 'none passes', claims: [failing], zone: [ONE], told: [`keep ${ONE} held-panic`] },
    {
      row: 'a new one passes: it does not count yet',
      claims: [failing, passing],
      zone: [ONE],
      told: [`keep ${ONE} held-panic`, `new ${TWO} running`],
    },
    {
      row: 'the prober is suspected',
      claims: [failing, passing],
      zone: [ONE, TWO],
      context: { proberSuspected: true },
      told: [`keep ${ONE} held-prober`, `keep ${TWO} running`],
    },
    {
      row: 'an event run leaves it to the next full one',
      claims: [failing, passing, unprobed],
      zone,
      facts: { kind: 'event' as const },
      told: [`keep ${ONE} held-until-full`, `keep ${TWO} running`, `keep ${THREE} held-until-full`],
    },
  ])('$row', ({ row: _, told: lines, ...about }) => {
    const remembered = { [KEY]: entryOf('1'), [KEY_TWO]: entryOf('2'), [keyOf('10.0.0.3', 32_768)]: entryOf('3') };

    const judgement = judge({ ...about, remembered });

    expect(told(judgement)).toEqual(lines);
  });

  it('without an entry the value is that of the task which claims it', () => {
    expect(told(judge({ zone: [ONE], claims: [failing] }))).toEqual([`keep ${ONE} held-panic`]);
  });

  it('names the last cause', () => {
    const judgement = judge({ zone: [ONE], claims: [failing] });

    expect(judgement.stays[0]?.detail).toBe(FAILING.cause);
  });

  it('what ECS says has stopped leaves even where none passes', () => {
    const stopped = judged(claim('2', { leftOut: { reason: 'stopping' } }));

    const judgement = judge({
      zone: [ONE, TWO],
      claims: [failing, stopped],
      remembered: { [KEY]: entryOf('1'), [KEY_TWO]: entryOf('2') },
    });

    expect(told(judgement)).toEqual([`keep ${ONE} held-panic`, `leave ${TWO} task-stopped`]);
  });
});

describe('a name that others hold (design, section 7)', () => {
  it.each([
    { row: 'a CNAME', set: srvSet(CALC, ['x.example.'], { type: 'CNAME' }), detail: 'CNAME' },
    {
      row: 'a weighted set',
      set: srvSet(CALC, ['1 1 80 db.example.'], { policy: 'weighted', setIdentifier: 'blue', weight: 1 }),
      detail: 'weighted routing (blue)',
    },
    { row: 'an alias', set: srvSet(CALC, [], { policy: 'other' }), detail: 'other routing (alias)' },
  ])('$row: conflict, and nothing is touched', ({ set, detail }) => {
    const stopping = judged(claim('2', { leftOut: { reason: 'stopping' } }));

    const judgement = judge({
      sets: [set],
      claims: [instance('1'), stopping],
      remembered: { [KEY_TWO]: entryOf('2') },
    });

    expect(told(judgement)).toEqual(['left out 2 stopping', 'left out 1 conflict']);
    expect(judgement.leftOut[1]?.detail).toContain(detail);
  });

  it('sets of other types at the name are no concern', () => {
    const txt = srvSet(CALC, ['"x"'], { type: 'TXT' });

    expect(told(judge({ sets: [txt, srvSet(CALC, [ONE])], claims: [instance('1')] }))).toEqual([`keep ${ONE} running`]);
  });
});

describe('does not mind in which order things come', () => {
  const bothWays = (about: Case) => [
    judge(about),
    judge({ ...about, zone: about.zone?.toReversed() ?? [], claims: about.claims?.toReversed() ?? [] }),
  ];

  it('claims and values', () => {
    const claims = ['1', '2', '3'].map((id) => instance(id, { address: `10.0.0.${id}` }));

    const [one, other] = bothWays({ zone: [ONE, TWO, ourText('10.0.0.1', 1)], claims });

    expect(other && told(other)).toEqual(one && told(one));
  });

  it('containers of one task that claim the same endpoint', () => {
    const claims = [instance('1', { probe: FAILING }), instance('1', { container: 'side', probe: UNPROBED })];

    const [one, other] = bothWays({ claims });

    expect(other?.leftOut).toEqual(one?.leftOut);
  });

  it('containers of one task that say why its value leaves', () => {
    const claims = ['app', 'side'].map((container, index) =>
      judged(claim('1', { container, containerPort: index, leftOut: { reason: 'stopping' } })),
    );

    const [one, other] = bothWays({ zone: [ONE], claims, remembered: { [KEY]: formerEntryOf('1') } });

    expect(one?.leftOut).toHaveLength(1);
    expect(other?.leftOut).toEqual(one?.leftOut);
  });
});
