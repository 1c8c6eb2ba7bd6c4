import { describe, expect, it } from 'vitest';
import type { RememberedName } from '../../../functions/domain/reading/inventory.ts';
import { isOldNews } from '../../../functions/domain/reading/old-news.ts';
import type { ScopedTask } from '../../../functions/domain/reading/scope.ts';
import {
  CALC,
  CLUSTER,
  DEPLOYMENT,
  entryOf,
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

const HOST = '10.0.1.1';
const runs = (id: string): ScopedTask => ({ cluster: CLUSTER, task: taskArn(id), version: 1 });
const stops = (id: string, endpoints = 1): ScopedTask => ({ ...runs(id), stops: { endpoints } });
const of = (id: string) => entryOf(id, { task: taskArn(id) });
const at = (name: string, ...ports: readonly number[]) =>
  srvSet(
    name,
    ports.map((port) => ourValue(HOST, port)),
  );

interface Row {
  readonly row: string;
  readonly tasks: readonly ScopedTask[];
  readonly standing?: readonly ReturnType<typeof at>[];
  readonly remembered?: readonly RememberedName[];
  readonly withdrawn?: boolean;
  readonly old: boolean;
}

/** Task `1` was at port 81, task `2` is at port 82 of the same host. */
const known = rememberedAt(CALC, { [keyOf(HOST, 81)]: of('1'), [keyOf(HOST, 82)]: of('2') });

describe('the events of a run are old news', () => {
  it.each<Row>([
    { row: 'none', tasks: [], old: true },
    { row: 'none, and whatever stands', tasks: [], standing: [at(CALC, 81)], old: true },
    { row: 'one may run, and nothing stands', tasks: [runs('1')], old: false },
    { row: 'one of two may run', tasks: [stops('1'), runs('2')], remembered: [known], old: false },
    { row: 'it stops, and nothing stands', tasks: [stops('1')], old: true },
    {
      row: 'it stops, and only what others have made stands',
      tasks: [stops('1')],
      standing: [srvSet(CALC, [srvValue('1 1 1 x.y.')])],
      old: true,
    },
    { row: 'it has left', tasks: [stops('1')], standing: [at(CALC, 82)], remembered: [known], old: true },
    { row: 'it stands', tasks: [stops('1')], standing: [at(CALC, 81, 82)], remembered: [known], old: false },
    {
      row: 'both have left',
      tasks: [stops('1'), stops('2')],
      standing: [at(CALC, 83)],
      remembered: [known],
      old: true,
    },
    {
      row: 'one of both stands',
      tasks: [stops('1'), stops('2')],
      standing: [at(CALC, 82)],
      remembered: [known],
      old: false,
    },
    {
      row: 'another claims what was its own, and stands',
      tasks: [stops('1')],
      standing: [at(CALC, 81)],
      remembered: [rememberedAt(CALC, { [keyOf(HOST, 81)]: of('3') })],
      old: false,
    },
    {
      row: 'one of its two endpoints is not known, and something stands',
      tasks: [stops('1', 2)],
      standing: [at(CALC, 82)],
      remembered: [known],
      old: false,
    },
    {
      row: 'one of its two endpoints is known under another name',
      tasks: [stops('1', 2)],
      standing: [at(CALC, 82)],
      remembered: [known, rememberedAt(TIME, { [keyOf(HOST, 91)]: of('1') })],
      old: true,
    },
    {
      row: 'one of its two endpoints stands under another name',
      tasks: [stops('1', 2)],
      standing: [at(CALC, 82), at(TIME, 91)],
      remembered: [known, rememberedAt(TIME, { [keyOf(HOST, 91)]: of('1') })],
      old: false,
    },
    {
      row: 'its endpoint stands, but under a name at which another was',
      tasks: [stops('1')],
      standing: [at(TIME, 81)],
      remembered: [known],
      old: true,
    },
    { row: 'nothing is remembered', tasks: [stops('1')], standing: [at(CALC, 82)], old: false },
    {
      row: 'the deployment is withdrawn',
      tasks: [stops('1')],
      standing: [at(CALC, 82)],
      remembered: [known],
      withdrawn: true,
      old: false,
    },
  ])('$row: $old', ({ tasks, standing = [], remembered = [], withdrawn, old }) => {
    const zone = snapshot(standing, withdrawn ? { marker: { deployment: DEPLOYMENT, withdrawn } } : {});

    expect(isOldNews({ tasks }, { snapshot: zone, remembered }, NAMING)).toBe(old);
  });
});
