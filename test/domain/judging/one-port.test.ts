import { expect, it } from 'vitest';
import { addressNameOf } from '../../../functions/domain/dns/address-name.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import { withOnePort } from '../../../functions/domain/judging/one-port.ts';
import { claim, endpoint, entryOf, judged, keyOf, NAMING, ourValue, taskArn } from '../../support/builders.ts';

const SET = addressNameOf('calc', NAMING);
const at = (id: string, servesAt: number): Judged =>
  judged(claim(id, { name: SET, endpoint: endpoint(`10.0.0.${id}`, 0, { servesAt }) }));
const stopping = (id: string): Judged => ({
  claim: claim(id, { name: SET, leftOut: { reason: 'stopping', taskStops: true } }),
});
const remembered = (ports: Readonly<Record<string, number | undefined>>) => ({
  name: SET,
  values: Object.fromEntries(
    Object.entries(ports).map(([id, servesAt]) => [
      keyOf(`10.0.0.${id}`, 0),
      { ...entryOf(id), ...(servesAt !== undefined && { servesAt }) },
    ]),
  ),
});

it.each<{
  row: string;
  judged: readonly Judged[];
  /** Addresses that stand, with the port that is remembered. */
  stands?: Readonly<Record<string, number | undefined>>;
  stopped?: string;
  out: readonly string[];
}>([
  { row: 'all alike', judged: [at('1', 80), at('2', 80)], out: [] },
  { row: 'most of them', judged: [at('1', 90), at('2', 80), at('3', 90)], out: ['2'] },
  { row: 'the lower one of two that are as frequent', judged: [at('1', 90), at('2', 80)], out: ['1'] },
  { row: 'that which stands', judged: [at('2', 90), at('3', 90)], stands: { 1: 80 }, out: ['2', '3'] },
  { row: 'most of what stands', judged: [at('1', 80)], stands: { 1: 80, 2: 90, 3: 90 }, out: ['1'] },
  { row: 'not that of one that stops', judged: [stopping('1'), at('2', 90)], stands: { 1: 80 }, out: [] },
  { row: 'not that of one that has stopped', judged: [at('2', 90)], stands: { 1: 80 }, stopped: '1', out: [] },
  {
    row: 'of what stands and is not remembered: its own',
    judged: [at('1', 90), at('2', 80)],
    stands: { 1: undefined },
    out: ['2'],
  },
  { row: 'nothing to tell', judged: [stopping('1')], out: [] },
])('the port of an address name: $row', ({ judged, stands = {}, stopped, out }) => {
  const ours = Object.keys(stands).map((id) => ({ key: keyOf(`10.0.0.${id}`, 0), value: ourValue(`10.0.0.${id}`, 0) }));
  const view = { name: SET, sets: [], ours, judged, remembered: remembered(stands) };
  const taskFate = (task: string) => (stopped && task === taskArn(stopped) ? ('stopped' as const) : undefined);

  const found = withOnePort(view, { taskFate });

  const varying = found.filter(({ claim: { leftOut } }) => leftOut?.reason === 'port-varies');
  expect(varying.map(({ claim: { task } }) => task)).toEqual(out.map(taskArn));
  expect(varying.every(({ verdict }) => verdict === undefined)).toBe(true);
});
