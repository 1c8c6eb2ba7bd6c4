import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import type { Shift } from '../../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { plannedShifts } from '../../../functions/domain/telling/planned-shifts.ts';
import {
  CALC,
  CLUSTER,
  FAILING,
  instance,
  OTHER_CLUSTER,
  ourValue,
  reading,
  SETTINGS,
  snapshot,
  srvSet,
} from '../../support/builders.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/web';
const TEST = '_test._tcp.shop.internal.';

/** Task `id` at a port of its own, started by `blue` or `green`. */
const at = (
  id: string,
  startedBy: string,
  share: Shift['share'],
  about: Partial<Shift> & { name?: string } = {},
): Judged => {
  const { name = CALC, ...rest } = about;
  const shift: Shift = { share, service: SERVICE, deployment: 'dep', direction: 'forward', ...rest };
  return instance(id, { port: 32_000 + Number(id), name, service: 'web', startedBy, shift });
};
const failing = (one: Judged): Judged => ({ ...one, verdict: { state: 'failing', cause: FAILING.cause } });
const stands = (...ids: readonly number[]): RecordSet =>
  srvSet(
    CALC,
    ids.map((id) => ourValue('10.0.0.1', 32_000 + id)),
    { ttl: 30 },
  );

function planned(
  judged: readonly Judged[],
  sets: readonly RecordSet[],
  about: { soa?: RecordSet; negativeTtl?: number; share?: number } = {},
) {
  const { negativeTtl, soa, share: minimumHealthyShare = SETTINGS.minimumHealthyShare } = about;
  const settings = { ...SETTINGS, minimumHealthyShare };
  const zone = snapshot(sets, soa ? { soa } : {});
  const read = reading({ judged, clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } });
  const plan = planZone({
    snapshot: zone,
    reading: read,
    coverage: { kind: 'full', retry: false },
    settings,
  });
  return plannedShifts(plan, { reading: read, snapshot: zone, settings: { ...settings, negativeTtl } });
}

const BLUE = [at('1', 'blue', 'none'), at('2', 'blue', 'none')];
const GREEN = [at('3', 'green', 'all'), at('4', 'green', 'all')];

describe('what a pass makes of a deployment', () => {
  it('is that green serves, once blue leaves', () => {
    expect(planned([...BLUE, ...GREEN], [stands(1, 2)])).toEqual([
      {
        service: SERVICE,
        cluster: CLUSTER,
        deployment: 'dep',
        direction: 'forward',
        names: [CALC],
        serving: ['green'],
        tested: [],
        moved: [{ name: CALC, published: 2, removed: 2 }],
        ttl: 30,
      },
    ]);
  });

  it.each<{ row: string; judged: readonly Judged[]; sets?: readonly RecordSet[] }>([
    { row: 'too few of green pass, so that blue stays', judged: [...BLUE, ...GREEN.map(failing)] },
    { row: 'ECS wants more of green than there are', judged: [...BLUE, at('3', 'green', 'all', { requested: 4 })] },
    { row: 'nothing serves yet', judged: BLUE, sets: [] },
    {
      row: 'a value stands that nobody has read, and one that is not to serve',
      judged: [...BLUE, ...GREEN.map(failing)],
      sets: [stands(1, 2, 9)],
    },
    {
      row: 'a value stands that nobody has read, and blue leaves',
      judged: [...BLUE, ...GREEN],
      sets: [stands(1, 2, 9)],
    },
    {
      row: 'nobody can tell of one that stands',
      judged: [at('1', 'other', 'unknown'), ...GREEN],
      sets: [stands(1, 3, 4)],
    },
  ])('says nothing of what serves where $row', ({ judged, sets = [stands(1, 2)] }) => {
    const [shift] = planned(judged, sets);

    expect(shift).toMatchObject({ service: SERVICE, deployment: 'dep' });
    expect(shift).not.toHaveProperty('serving');
  });

  it.each([
    { row: 'all that were seen serve', judged: GREEN },
    { row: 'only some of them were seen', judged: [at('3', 'green', 'all', { requested: 3 })] },
  ])('leaves what is known of it where values stand that nobody has read, and $row', ({ judged }) => {
    expect(planned(judged, [stands(3, 4, 9)])).toEqual([]);
  });

  it.each([
    { row: 'one of those that serve', judged: [...GREEN, at('5', 'green', 'all')], entered: ['green'] },
    { row: 'one that was to serve when it looked', judged: [at('1', 'blue', 'all')], entered: ['blue'] },
  ])('says what enters where values stand that nobody has read: $row', ({ judged, entered }) => {
    const [shift] = planned(judged, [stands(3, 4, 9)]);

    expect(shift).toMatchObject({ entered, moved: [{ published: 1, removed: 0 }] });
    expect(shift).not.toHaveProperty('serving');
  });

  it('says nothing by a plan that leaves its name out, as that of an event run for others does', () => {
    const judged = [...BLUE, ...GREEN];
    const grounds = { reading: { judged }, snapshot: snapshot([]), settings: SETTINGS };

    expect(plannedShifts({ names: [] }, grounds)).toEqual([]);
  });

  it('is that green serves with exactly as many as the plan lets blue leave for', () => {
    const green = Array.from({ length: 25 }, (_, index) => at(String(index + 3), 'green', 'all'));
    const judged = [...BLUE, ...green.map((one, index) => (index < 7 ? one : failing(one)))];

    const [shift] = planned(judged, [stands(1, 2)], { share: 0.28 });

    expect(shift).toMatchObject({ serving: ['green'], moved: [{ removed: 2 }] });
  });

  it('does not mind the instances of other services at its names', () => {
    const other = instance('7', { port: 32_007, service: 'other' });

    expect(planned([...BLUE, ...GREEN, other], [stands(1, 2, 7)])).toMatchObject([{ serving: ['green'] }]);
  });

  it('tells the test name by itself', () => {
    const test = (share: Shift['share']) => at('3', 'green', share, { name: TEST, isTest: true });
    const before = [at('1', 'blue', 'all'), at('3', 'green', 'none')];

    expect(planned([...before, test('all')], [stands(1)])).toMatchObject([
      { serving: ['blue'], tested: ['green'], names: [CALC, TEST] },
    ]);
    expect(planned([...before, failing(test('all'))], [stands(1)])[0]).not.toHaveProperty('tested');
    expect(planned([...before, test('none')], [stands(1)])).toMatchObject([{ tested: [] }]);
  });

  it.each([
    { row: 'as a zone is made', about: {}, ttl: 900 },
    { row: 'by the setting', about: { negativeTtl: 20 }, ttl: 20 },
    {
      row: 'by the SOA',
      about: {
        soa: {
          ownerName: 'shop.internal.',
          type: 'SOA',
          ttl: 60,
          values: ['ns. mail. 1 7200 900 1209600 40'],
          policy: 'simple' as const,
        },
      },
      ttl: 40,
    },
  ])('waits for the memory of a name that was not there, $row', ({ about, ttl }) => {
    expect(planned(GREEN, [], about)).toMatchObject([{ ttl, serving: ['green'] }]);
  });

  it('is nothing where no deployment is under way', () => {
    expect(planned([instance('1', { service: 'web' })], [])).toEqual([]);
  });
});
