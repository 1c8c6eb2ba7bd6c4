import { describe, expect, it } from 'vitest';
import { pause } from '../../cli/commands/pause.ts';
import { status } from '../../cli/commands/status.ts';
import type { Context } from '../../cli/context.ts';
import type { ListedExecution } from '../../cli/state-machine.ts';
import { ThrottledError } from '../../functions/domain/words/errors.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { command, listedRun } from './command-world.ts';

/** `ecssd status --wait`: which run it waits for, and how it ends. */

const MINUTE = 60_000;
const FIVE = 'rate(5 minutes)';

interface Begins {
  /** Milliseconds after the call. */
  readonly after: number;
  readonly input?: unknown;
  readonly name: string;
}

/** Waits in a world in which runs begin meanwhile, each as long after the call as it says. */
async function waiting(
  around: Shop,
  runs: readonly Begins[],
  {
    timeout,
    schedule = FIVE,
    flags = ['wait'],
    before = () => {},
    around: changed = (context) => context,
  }: {
    timeout?: string;
    schedule?: string;
    flags?: string[];
    before?: (call: string) => void;
    around?: (context: Context) => Context;
  } = {},
) {
  const { clock } = around;
  const begin = async ({ after, input = { trigger: 'schedule' }, name }: Begins) => {
    await clock.sleep(after);
    await listedRun(around, input, name);
  };
  const all = Promise.all(runs.map(begin));
  const texts = timeout === undefined ? {} : { timeout };
  const began = clock.now();
  const answer = await command(around, status, { flags, texts, schedule, before, around: changed });
  const took = clock.now() - began;
  await clock.run(all);
  return { ...answer, took };
}

/** A deployment with an instance that is not published yet. */
function deployed(options: Parameters<typeof shop>[0] = {}): Shop {
  const around = shop(options);
  around.task(32_768);
  return around;
}

/** What a list of executions says otherwise than the world does. */
const listing =
  (said: (all: readonly ListedExecution[]) => readonly ListedExecution[]) =>
  (context: Context): Context => ({
    ...context,
    machines: {
      ...context.machines,
      executions: async (arn, most) => said(await context.machines.executions(arn, most)),
    },
  });

describe('status --wait', () => {
  it('waits for a full run that begins after the call, and says how it has ended', async () => {
    const around = deployed();

    const { code, lines, told, took } = await waiting(around, [{ after: 4 * MINUTE, name: 'the-next' }]);

    expect({ code, lines }).toEqual({ code: 0, lines: ['the-next has ended in ZoneInSync: 1 value published'] });
    expect(told).toEqual([
      expect.stringMatching(/^waiting for a full run that begins from now on: the schedule, rate/),
    ]);
    expect(took).toBeGreaterThan(4 * MINUTE);
    expect(took).toBeLessThan(5 * MINUTE);
  });

  it('takes neither runs of events, nor dry ones, nor those of some clusters', async () => {
    const around = deployed();

    const { code, lines } = await waiting(around, [
      { after: 1_000, name: 'events-1', input: { window: '2026-01-01T00:00:00Z', first: 'one' } },
      { after: 20_000, name: 'dry', input: { dryRun: true } },
      { after: 40_000, name: 'partly', input: { clusters: ['shop'] } },
      { after: MINUTE, name: 'full', input: {} },
    ]);

    expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringMatching(/^full has ended in ZoneInSync/)] });
  });

  it('does not take a run that is under way already', async () => {
    const somebody = { calls: false };
    const around: Shop = deployed({
      beforeStep: (step) => (step === 'PlanChanges' && !somebody.calls ? around.clock.sleep(MINUTE) : undefined),
    });
    const before = listedRun(around, { trigger: 'schedule' }, 'under-way');
    await around.clock.run(around.clock.sleep(30_000));
    somebody.calls = true;

    const { code, lines } = await waiting(around, [{ after: 2 * MINUTE, name: 'the-next' }]);
    await around.clock.run(before);

    expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringMatching(/^the-next has ended/)] });
  });

  it('does not take one that is there already, though its clock is ahead', async () => {
    const around = deployed();
    await around.clock.run(listedRun(around, { trigger: 'schedule' }, 'there-already'));

    const ahead = await waiting(around, [{ after: 2 * MINUTE, name: 'the-next' }], {
      around: listing((all) => all.map((one) => ({ ...one, startedAt: one.startedAt + 10 * MINUTE }))),
    });

    expect(ahead.lines).toEqual([expect.stringMatching(/^the-next has ended/)]);
  });

  it('does not take one that began before and is listed late', async () => {
    const around = deployed();
    await around.clock.run(listedRun(around, { trigger: 'schedule' }, 'listed-late'));
    await around.clock.run(around.clock.sleep(1_000));
    const began = around.clock.now();

    const late = await waiting(around, [{ after: 2 * MINUTE, name: 'the-next' }], {
      around: listing((all) => (around.clock.now() === began ? [] : all)),
    });

    expect(late.lines).toEqual([expect.stringMatching(/^the-next has ended/)]);
  });

  it('takes the first of two that begin between two looks', async () => {
    const { lines } = await waiting(deployed(), [
      { after: MINUTE + 500, name: 'first' },
      { after: MINUTE + 1_000, name: 'second' },
    ]);

    expect(lines).toEqual([expect.stringMatching(/^first has ended/)]);
  });

  it('waits for the next one where an update has overtaken a run', async () => {
    const overtaken = { yet: false };
    const around: Shop = deployed({
      beforeStep: (step) => {
        if (step !== 'PlanChanges' || overtaken.yet) return;
        overtaken.yet = true;
        around.update('2');
      },
    });
    around.update('1');

    const { code, lines, told } = await waiting(around, [
      { after: MINUTE, name: 'overtaken' },
      { after: 6 * MINUTE, name: 'the-next' },
    ]);

    expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringMatching(/^the-next has ended in ZoneInSync/)] });
    expect(told).toContainEqual(expect.stringMatching(/^overtaken was overtaken by an update/));
  });

  it('fails where removals are held, and names the command that approves them', async () => {
    const around = deployed();
    await around.run({});
    const orphans = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [value('10.0.1.23', 32_768), ...orphans]) }]);

    const { code, lines, told } = await waiting(around, [{ after: MINUTE, name: 'holding' }]);

    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(told.at(-1)).toMatch(
      /^holding has not ended in ZoneInSync: RemovalsHeldError: 12 of 13 values .*: ecssd approve [0-9a-f]{16}$/,
    );
  });

  it('fails where the deployment is paused, and names what ends that', async () => {
    const around = deployed();
    await command(around, pause);

    const { code, lines, told } = await waiting(around, [{ after: MINUTE, name: 'idle' }]);

    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(told.at(-1)).toMatch(/^idle has .*paused.*; next: ecssd resume$/);
  });

  it('fails where the run fails, with its cause and the next command', async () => {
    const around = deployed({
      beforeStep: (step) => {
        if (step === 'PlanChanges') throw new Error('no plan today');
      },
    });

    const { code, told } = await waiting(around, [{ after: MINUTE, name: 'failing' }]);

    expect(code).toBe(1);
    expect(told.at(-1)).toMatch(
      /^failing has not ended in ZoneInSync: .*no plan today \(nothing changed, 0 values stand\); next: ecssd status$/,
    );
  });

  it('fails where none begins in time, and names the command that starts one', async () => {
    const { code, told, took } = await waiting(deployed(), [], { timeout: '90s' });

    expect({ code, took }).toEqual({ code: 1, took: 90_000 });
    expect(told.at(-1)).toMatch(/^no full run has begun within 90 s: ecssd reconcile starts one/);
  });

  it('fails where one does not end in time, and names it', async () => {
    const around: Shop = deployed({
      beforeStep: (step) => (step === 'PlanChanges' ? around.clock.sleep(80_000) : undefined),
    });

    const { code, told } = await waiting(around, [{ after: 30_000, name: 'slow' }], { timeout: '1m' });

    expect(code).toBe(1);
    expect(told.at(-1)).toMatch(/^slow, which began at .* UTC, has not ended within 60 s: /);
  });

  it('has it for programs', async () => {
    const { code, lines } = await waiting(deployed(), [{ after: MINUTE, name: 'one' }], { flags: ['wait', 'json'] });

    expect(code).toBe(0);
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ ended: 'in-sync', execution: 'one', error: '', cause: '' });
  });
});

describe('who starts the run is said at once', () => {
  it.each<{ row: string; schedule: string; timeout?: string; says: RegExp }>([
    { row: 'in time', schedule: FIVE, says: /: the schedule, rate\(5 minutes\), starts one by 20\d\d-\S+ \S+ UTC$/ },
    {
      row: 'too rare',
      schedule: 'rate(1 hour)',
      says: /need not start one in time, maybe only at .* UTC; ecssd reconcile starts one now$/,
    },
    {
      row: 'a timeout that is too short',
      schedule: FIVE,
      timeout: '1m',
      says: /need not start one in time.*; ecssd reconcile starts one now$/,
    },
    {
      row: 'of the calendar',
      schedule: 'cron(0 9 L * ? *)',
      says: /by the schedule, cron\(0 9 L \* \? \*\); ecssd reconcile/,
    },
  ])('$row', async ({ schedule, timeout = '15m', says }) => {
    const around = deployed();
    await around.clock.run(listedRun(around, { trigger: 'schedule' }, 'the-last'));

    const { told } = await waiting(around, [{ after: 30_000, name: 'the-next' }], { schedule, timeout });

    expect(told[0]).toMatch(says);
  });

  it('late', async () => {
    const around = deployed();
    await around.clock.run(listedRun(around, { trigger: 'schedule' }, 'the-last'));
    await around.clock.run(around.clock.sleep(20 * MINUTE));

    const { told } = await waiting(around, [{ after: 30_000, name: 'the-next' }]);

    expect(told[0]).toMatch(
      /has started none since .* UTC: see whether it is enabled; ecssd reconcile starts one now$/,
    );
  });
});

describe('errors of use', () => {
  it.each<{ row: string; timeout: string; flags?: string[] }>([
    { row: 'no unit', timeout: '90' },
    { row: 'no number', timeout: 'm' },
    { row: 'nothing', timeout: '' },
    { row: 'another unit', timeout: '1d' },
    { row: 'too short', timeout: '0s' },
    { row: 'too long', timeout: '25h' },
    { row: 'negative', timeout: '-5m' },
    { row: 'a part of one', timeout: '1.5m' },
  ])('$row', async ({ timeout }) => {
    await expect(waiting(deployed(), [], { timeout })).rejects.toThrow(
      `--timeout: got ${JSON.stringify(timeout)}, want a duration from 1s to 24h, like 90s, 15m or 1h`,
    );
  });

  it('--timeout alone', async () => {
    await expect(waiting(deployed(), [], { timeout: '1m', flags: [] })).rejects.toThrow(
      'got --timeout, want --wait with it',
    );
  });
});

describe('faults while it waits', () => {
  /** The second look, at 5 s, fails. */
  const failing = (fault: Error) => {
    const looks = { made: 0 };
    return (call: string) => {
      if (call === 'executions') looks.made += 1;
      if (call === 'executions' && looks.made === 4) throw fault;
    };
  };

  it('that pass are waited out', async () => {
    const before = failing(new ThrottledError('states:ListExecutions: Rate exceeded'));

    const { code } = await waiting(deployed(), [{ after: MINUTE, name: 'the-next' }], { before });

    expect(code).toBe(0);
  });

  it('that do not pass end it', async () => {
    const before = failing(new Error('AccessDenied'));

    await expect(waiting(deployed(), [], { before })).rejects.toThrow('AccessDenied');
  });
});
