import { expect, it } from 'vitest';
import { entriesWithin, namesOf, standingEntries } from '../../../functions/domain/reading/standing-entries.ts';
import {
  CALC,
  CLUSTER,
  claim,
  endpoint,
  entryOf,
  instanceArn,
  keyOf,
  NAMING,
  ourValue,
  rememberedAt,
  snapshot,
  srvSet,
  srvValue,
  TIME,
  taskArn,
} from '../../support/builders.ts';

const [ONE, TWO] = [ourValue('10.0.0.1', 80), ourValue('10.0.0.2', 80)];
const [ONE_KEY, TWO_KEY] = [keyOf('10.0.0.1', 80), keyOf('10.0.0.2', 80)];
const FOREIGN = srvValue('1 1 80 other.example.');
const view = snapshot([srvSet(CALC, [ONE, TWO, FOREIGN]), srvSet(TIME, [FOREIGN])]);

it('asks for names with values of ours and for those that tasks claim, each once', () => {
  const claims = [
    claim('a', { endpoint: endpoint('10.0.0.1', 80) }),
    claim('b', { name: '_new._tcp.shop.internal.', endpoint: endpoint('10.0.0.3', 80) }),
    claim('c', { name: '_no._tcp.shop.internal.', leftOut: { reason: 'invalid-name' } }),
  ];

  const names = namesOf(
    view,
    claims.map((one) => ({ claim: one })),
    NAMING,
  );

  expect(names).toEqual([CALC, '_new._tcp.shop.internal.']);
});

it('finds the entries of values of ours that stand at their name, and no others', () => {
  const remembered = [
    rememberedAt(CALC, { [ONE_KEY]: entryOf('a'), [keyOf('10.0.0.9', 80)]: entryOf('gone') }),
    rememberedAt(TIME, { [TWO_KEY]: entryOf('elsewhere') }),
  ];

  const found = standingEntries(view, remembered, NAMING);

  expect(found).toEqual([{ name: CALC, key: ONE_KEY, target: ONE.target, entry: entryOf('a') }]);
});

const host = instanceArn('1');
const entries = [
  { name: CALC, key: ONE_KEY, target: ONE.target, entry: entryOf('a', { containerInstance: host }) },
  { name: CALC, key: TWO_KEY, target: TWO.target, entry: entryOf('b', { containerInstance: instanceArn('2') }) },
];
const NOTHING = { names: [CALC], hosts: [], tasks: [] };
const at = (about: object) => [{ claim: claim('new', about) }];

it.each([
  { row: 'nothing of its scope', scope: NOTHING, judged: [], found: [] },
  { row: 'a task of its scope', scope: { ...NOTHING, tasks: [{ cluster: CLUSTER, task: taskArn('b') }] }, found: [1] },
  {
    row: 'a host of its scope',
    scope: { ...NOTHING, hosts: [{ cluster: CLUSTER, containerInstance: host }] },
    found: [0],
  },
  {
    row: 'a place that another task has',
    scope: NOTHING,
    judged: at({ endpoint: endpoint('10.0.0.2', 80) }),
    found: [1],
  },
  {
    row: 'a place that a stopping task had',
    scope: NOTHING,
    judged: at({ leftOut: { reason: 'stopping', at: ONE_KEY } }),
    found: [0],
  },
  {
    row: 'the same place of another name',
    scope: NOTHING,
    judged: at({ name: TIME, endpoint: endpoint('10.0.0.2', 80) }),
    found: [],
  },
])('an event run looks at $row', ({ scope, judged = [], found }) => {
  const within = entriesWithin(entries, judged, scope);

  expect(within.map((one) => entries.indexOf(one as never))).toEqual(found);
});
