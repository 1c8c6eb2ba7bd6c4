import { describe, expect, it } from 'vitest';
import type { RememberedName } from '../../../functions/domain/reading/inventory.ts';
import { isOldNews } from '../../../functions/domain/reading/old-news.ts';
import type { ScopedTask } from '../../../functions/domain/reading/scope.ts';
import {
  CALC,
  CLUSTER,
  DEPLOYMENT,
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

const GONE = '10.0.1.1';
const ELSEWHERE = '10.0.1.2';
const stops = (id: string): ScopedTask => ({ cluster: CLUSTER, task: taskArn(id), version: 1, stops: true });
const runs = (id: string): ScopedTask => ({ cluster: CLUSTER, task: taskArn(id), version: 1 });
const on = (id: string, host: string) => entryOf(id, { task: taskArn(id), containerInstance: instanceArn(host) });
const at = (...places: readonly (readonly [string, number])[]) => [
  srvSet(
    CALC,
    places.map(([address, port]) => ourValue(address, port)),
  ),
];

interface Row {
  readonly row: string;
  readonly tasks: readonly ScopedTask[];
  readonly standing?: ReturnType<typeof at>;
  readonly remembered?: readonly RememberedName[];
  readonly withdrawn?: boolean;
  readonly old: boolean;
}

/** Task `1` was at port 80 of the address GONE, on the host `1`; task `2` is elsewhere. */
const known = rememberedAt(CALC, { [keyOf(GONE, 80)]: on('1', '1'), [keyOf(ELSEWHERE, 80)]: on('2', '2') });

describe('the events of a run are old news', () => {
  it.each<Row>([
    { row: 'none', tasks: [], old: true },
    { row: 'none, and whatever stands', tasks: [], standing: at([GONE, 80]), old: true },
    { row: 'one may run, and nothing stands', tasks: [runs('1')], old: false },
    { row: 'one of two may run', tasks: [stops('1'), runs('2')], old: false },
    { row: 'it stops, and nothing stands', tasks: [stops('1')], old: true },
    {
      row: 'it stops, and only others stand',
      tasks: [stops('1')],
      standing: [srvSet(CALC, [srvValue('1 1 1 x.y.')])],
      old: true,
    },
    { row: 'it has left', tasks: [stops('1')], standing: at([ELSEWHERE, 80]), remembered: [known], old: true },
    {
      row: 'it stands',
      tasks: [stops('1')],
      standing: at([GONE, 80], [ELSEWHERE, 80]),
      remembered: [known],
      old: false,
    },
    {
      row: 'another claims what stands at its address',
      tasks: [stops('1')],
      standing: at([GONE, 81]),
      remembered: [rememberedAt(CALC, { [keyOf(GONE, 80)]: on('1', '1'), [keyOf(GONE, 81)]: on('3', '2') })],
      old: false,
    },
    {
      row: 'one of its container instance stands, at whatever address',
      tasks: [stops('1')],
      standing: at([ELSEWHERE, 81]),
      remembered: [rememberedAt(CALC, { [keyOf(GONE, 80)]: on('1', '1'), [keyOf(ELSEWHERE, 81)]: on('3', '1') })],
      old: false,
    },
    {
      row: 'nobody knows whose it is that stands',
      tasks: [stops('1')],
      standing: at([ELSEWHERE, 81]),
      remembered: [known],
      old: false,
    },
    {
      row: 'nobody knows where it was',
      tasks: [stops('3')],
      standing: at([ELSEWHERE, 80]),
      remembered: [known],
      old: false,
    },
    {
      row: 'nobody knows where one of two was',
      tasks: [stops('1'), stops('3')],
      standing: at([ELSEWHERE, 80]),
      remembered: [known],
      old: false,
    },
    {
      row: 'it was at an address that stands under another name',
      tasks: [stops('1')],
      standing: [srvSet(TIME, [ourValue(GONE, 90)])],
      remembered: [known, rememberedAt(TIME, { [keyOf(GONE, 90)]: on('3', '2') })],
      old: false,
    },
    { row: 'nothing is remembered', tasks: [stops('1')], standing: at([ELSEWHERE, 80]), old: false },
    {
      row: 'the deployment is withdrawn',
      tasks: [stops('1')],
      standing: at([ELSEWHERE, 80]),
      remembered: [known],
      withdrawn: true,
      old: false,
    },
  ])('$row: $old', ({ tasks, standing = [], remembered = [], withdrawn, old }) => {
    const scope = { tasks, hosts: [{ cluster: CLUSTER, containerInstance: instanceArn('1') }] };
    const zone = snapshot(standing, withdrawn ? { marker: { deployment: DEPLOYMENT, withdrawn } } : {});

    expect(isOldNews(scope, { snapshot: zone, remembered }, NAMING)).toBe(old);
  });
});
