import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { approvalFindings, approvalOf } from '../../../functions/domain/telling/approval-outcome.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { worlds } from '../../support/arbitrary-worlds.ts';
import { CALC, keyOf, ourText, SETTINGS, TIME, taskArn } from '../../support/builders.ts';

const HASH = '0123456789abcdef';
const ADDRESS = '10.0.0.1';
const target = 'ip-10-0-0-1.ecs.shop.internal.';
const approved = [80, 81, 82].map((port) => ({
  name: CALC,
  key: keyOf(ADDRESS, port),
  value: ourText(ADDRESS, port),
}));

const at = (port: number, about: Pick<Disposition, 'outcome' | 'reason'> & { detail?: string }, name = CALC) =>
  ({ name, target, port, task: taskArn('1'), ...about }) as Disposition;

const NOTHING = { held: [] };

describe('what became of an approved list', () => {
  it.each([
    { row: 'went as approved', said: at(80, { outcome: 'removed', reason: 'unexplained' }), removed: 1, standing: [] },
    {
      row: 'was explained by then',
      said: at(80, { outcome: 'removed', reason: 'task-stopped' }),
      removed: 1,
      standing: [],
    },
    {
      row: 'runs',
      said: at(80, { outcome: 'published', reason: 'held-contradiction' }),
      removed: 0,
      standing: ['held-contradiction'],
    },
    {
      row: 'is published again',
      said: at(80, { outcome: 'published', reason: 'healthy' }),
      removed: 0,
      standing: ['healthy'],
    },
    {
      row: 'was not accepted by Route 53',
      said: at(80, { outcome: 'published', reason: 'held-contended', detail: 'changed by others' }),
      removed: 0,
      standing: ['held-contended: changed by others'],
    },
    {
      row: 'of another name is another',
      said: at(80, { outcome: 'published', reason: 'healthy' }, TIME),
      removed: 0,
      standing: [],
    },
    { row: 'was left out', said: at(80, { outcome: 'left-out', reason: 'unhealthy' }), removed: 0, standing: [] },
  ])('$row', ({ said, removed, standing }) => {
    const approval = approvalOf({ hash: HASH, removals: approved }, [said]);

    expect(approval).toMatchObject({ hash: HASH, approved: 3, removed });
    const told = approval.standing.map(({ reason, detail }) =>
      detail === undefined ? reason : `${reason}: ${detail}`,
    );
    expect(told).toEqual(standing);
  });

  it('stands where another spelling of the endpoint stands', () => {
    const dispositions = [
      at(80, { outcome: 'removed', reason: 'replaced' }),
      at(80, { outcome: 'published', reason: 'healthy' }),
    ];

    expect(approvalOf({ hash: HASH, removals: approved }, dispositions)).toMatchObject({
      removed: 0,
      standing: [{ reason: 'healthy' }],
    });
  });

  it('is told to people: how many, why, and which is the first', () => {
    const dispositions = [
      at(80, { outcome: 'published', reason: 'held-contradiction' }),
      at(81, { outcome: 'removed', reason: 'unexplained' }),
      at(82, { outcome: 'published', reason: 'healthy' }),
    ];

    expect(approvalFindings(approvalOf({ hash: HASH, removals: approved }, dispositions), NOTHING)).toEqual([
      `of 3 removals approved as ${HASH} 2 were not made: 1 held-contradiction, 1 healthy; first ${CALC} ${approved[0]?.value}`,
    ]);
    const all = { ...approvalOf({ hash: HASH, removals: approved }, dispositions.slice(1, 2)), approved: 1 };
    expect(approvalFindings(all, NOTHING)).toEqual([]);
  });

  it.each([
    { row: 'nothing', still: { held: [] }, says: 'nothing is held any more' },
    { row: 'others', still: { held: [1, 2], heldHash: 'abc' }, says: 'held still: 2 under abc' },
  ])('of a used list people hear that it was used, and that $row is held now', ({ still, says }) => {
    expect(approvalFindings(approvalOf({ hash: HASH, removals: approved }, []), still)).toEqual([
      `of 3 removals approved as ${HASH} 3 had been made before this run; ${says}`,
    ]);
  });

  it('accounts for every approved removal that still stood: it leaves, or it stands with a reason', () => {
    fc.assert(
      fc.property(worlds(), worlds(), ({ snapshot, reading, coverage }, later) => {
        const settings = { ...SETTINGS, guardMinimum: 1, maxDeleteShare: 0.01 };
        const { held } = planZone({ snapshot, reading, coverage, settings });
        fc.pre(held.length > 0);

        const plan = planZone({
          snapshot,
          reading: { ...later.reading, remembered: reading.remembered },
          coverage,
          settings,
          approved: held,
        });

        const { removed, standing } = approvalOf({ hash: HASH, removals: held }, plan.dispositions);
        expect(removed + standing.length).toBe(held.length);
        expect(standing.filter(({ reason }) => reason === 'held-guard')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
