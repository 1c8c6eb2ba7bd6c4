import { expect, it } from 'vitest';
import type { Shift } from '../../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { findingsOf } from '../../../functions/domain/telling/findings.ts';
import { CALC, FAILING, instance, ourValue, reading, SETTINGS, snapshot, srvSet } from '../../support/builders.ts';

const at = (id: number, share: Shift['share'], service = 'web', state = 'IN_PROGRESS'): Judged =>
  instance(String(id), {
    port: 32_000 + id,
    service,
    shift: { share, service: `arn:aws:ecs:eu-west-1:1:service/main/${service}`, deployment: 'dep', state },
  });
const failing = (one: Judged): Judged => ({ ...one, verdict: { state: 'failing', cause: FAILING.cause } });

/** What is found of deployments where all of `stands` are published. */
function found(judged: readonly Judged[], stands: readonly number[]) {
  const values = stands.map((id) => ourValue('10.0.0.1', 32_000 + id));
  const zone = snapshot(values.length > 0 ? [srvSet(CALC, values)] : []);
  const read = reading({ judged });
  const plan = planZone({
    snapshot: zone,
    reading: read,
    coverage: { kind: 'full', retry: false },
    settings: SETTINGS,
  });
  return findingsOf(plan, read).filter((finding) => finding.includes('deployment'));
}

it('says of a service once that its old revision stays, and why', () => {
  expect(found([at(1, 'none'), at(2, 'none'), failing(at(3, 'all')), failing(at(4, 'all'))], [1, 2])).toEqual([
    'service web waits in its deployment: 2 held-shift (of 2 instances that are to serve 0 pass here: IN_PROGRESS)',
  ]);
});

it('says of a service that its new revision waits at a name where the old one has died', () => {
  expect(found([at(3, 'none'), at(4, 'none')], [])).toEqual([
    'service web waits in its deployment: nothing stands at _calc._tcp.shop.internal., 2 awaiting-shift (IN_PROGRESS)',
  ]);
  expect(found([at(3, 'none'), instance('9', { port: 32_009 })], [])).toEqual([]);
});

it('says of a service that tasks of it fit no revision, whether they stand or not', () => {
  expect(found([at(1, 'unknown', 'web', 'no revision'), at(2, 'unknown', 'web', 'no revision')], [1])).toEqual([
    'service web waits in its deployment: nobody can tell whether 2 of its tasks serve (no revision)',
  ]);
});

it('says nothing where the shift can be made, or has been', () => {
  expect(found([at(1, 'none'), at(2, 'all')], [1])).toEqual([]);
  expect(found([at(1, 'none'), at(2, 'all')], [2])).toEqual([]);
});

it('spells ten services out, and counts the others', () => {
  const all = Array.from({ length: 12 }, (_, index) => at(index, 'unknown', `s${10 + index}`));

  expect(found(all, [])).toHaveLength(11);
  expect(found(all, []).at(-1)).toBe('2 more services wait in their deployments');
});
