import { describe, expect, it } from 'vitest';
import { withoutPauses } from '../adapters/served.ts';
import { ZONE_ROLE_RIGHTS, ZONE_ROLE_TRUST } from '../infra/zone-role-template.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { CALC, eventRun, shop, told, value } from '../support/shop.ts';
import type { WorldOptions } from '../support/world.ts';
import { type ElsewhereOptions, elsewhere } from '../support/zone-elsewhere.ts';

/** A shop whose zone belongs to another account, reached by the role of docs/hosted-zone-role.yaml. */
function shopElsewhere(
  given: Partial<ElsewhereOptions> = {},
  beforeStep: NonNullable<WorldOptions['beforeStep']> = () => {},
) {
  withoutPauses();
  const zone = elsewhere({ trust: ZONE_ROLE_TRUST, rights: ZONE_ROLE_RIGHTS, ...given });
  const around = shop({ ...zone.options, beforeStep });
  return { ...around, zone, asked: () => zone.calls.filter((call) => call.startsWith('sts:')) };
}

const ROLE_SAYS =
  /^arn:aws:iam::222222222222:role\/zone, the role of the hosted zone, cannot be assumed \(AccessDenied: /;

describe('a zone of another account', () => {
  it('follows the tasks by the role, each run in a session of its own name', async () => {
    const around = shopElsewhere();
    const { task, run, zone, asked } = around;
    const first = task(32_768);

    const full = await run({}, 'by hand: ünïcode');
    const events = await eventRun(around, () => {
      around.aws.ecs.admin.stopTask(first);
      task(32_769);
    });

    expect([full.end, events.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(zone.calls.filter((call) => call.includes('Change')).length).toBeGreaterThan(1);
    // All functions of this world are one sandbox, so each run asks once.
    expect(asked().slice(0, 2)).toEqual(['sts:AssumeRole by-hand---n-code', `sts:AssumeRole ${events.name}`]);
  });

  it('goes on where the session ends in the middle of the run', async () => {
    const around = shopElsewhere();
    around.task(32_768);
    let refused = 0;
    // Called off, in the middle: Route 53 refuses what the function still takes for good.
    around.zone.intercept = ({ operation }) => {
      if (operation !== 'ChangeResourceRecordSets' || refused > 0) return undefined;
      refused += 1;
      return new ServiceFault('ExpiredToken', 'The security token included in the request is expired', {
        statusCode: 403,
      });
    };

    const run = await around.run({}, 'ends');

    expect(run.end).toBe('ZoneInSync');
    expect(refused).toBe(1);
    expect(around.asked()).toEqual(['sts:AssumeRole ends', 'sts:AssumeRole ends']);
  });

  it('goes on where the run lives longer than a session', async () => {
    const around = shopElsewhere({}, (step) => {
      if (step === 'ApplyBatch') around.zone.later(16 * 60_000);
    });
    around.task(32_768);

    const run = await around.run({}, 'long');

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.asked()).toEqual(['sts:AssumeRole long', 'sts:AssumeRole long']);
    expect(around.zone.refused).toEqual([]);
  });
});

describe('a role that cannot be had ends the run at once, and says why', () => {
  it('with another external id', async () => {
    const around = shopElsewhere({ role: { externalId: 'of-others' } });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({ error: 'AccessDenied', cause: expect.stringMatching(ROLE_SAYS) });
    expect(run.states.filter((one) => one === 'SnapshotZone')).toHaveLength(1);
    expect(around.zone.calls).toEqual([expect.stringContaining('sts:AssumeRole')]);
    expect(around.values(CALC)).toEqual([]);
  });

  it('gone before the change: nothing is changed, and the next run with the role publishes', async () => {
    let goes = true;
    const around = shopElsewhere({}, (step) => {
      if (step === 'ApplyBatch' && goes) around.zone.removeRole();
    });
    around.task(32_768);

    const run = await around.run({});
    const stood = around.values(CALC);
    goes = false;
    around.zone.putRole();
    const next = await around.run({});

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({ error: 'AccessDenied', cause: expect.stringMatching(ROLE_SAYS) });
    expect(told(run)).toEqual(['left-out quarantined 32768']);
    expect(run.states.filter((one) => one === 'ApplyBatch')).toHaveLength(1);
    expect(stood).toEqual([]);
    expect(next.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });
});

describe('STS that is throttled', () => {
  const throttled = new ServiceFault('Throttling', 'Rate exceeded');

  it('for a while is waited for by the state machine', async () => {
    const around = shopElsewhere();
    around.task(32_768);
    let left = 4;
    around.zone.intercept = ({ service }) => {
      if (service !== 'sts' || left === 0) return undefined;
      left -= 1;
      return throttled;
    };

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((one) => one === 'SnapshotZone')).toHaveLength(1);
    expect(around.asked()).toHaveLength(5);
    expect(run.history.filter(({ type }) => type === 'TaskFailed' || type === 'LambdaFunctionFailed')).toHaveLength(1);
  });

  it('for ever fails the run, and nothing is changed', async () => {
    const around = shopElsewhere();
    around.task(32_768);
    around.zone.intercept = ({ service }) => (service === 'sts' ? throttled : undefined);

    const run = await around.run({});

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({
      error: 'ThrottledError',
      cause: expect.stringContaining('sts:AssumeRole was throttled'),
    });
    expect(around.values(CALC)).toEqual([]);
  });
});
