import { expect, it } from 'vitest';
import { adopt } from '../../cli/commands/adopt.ts';
import { approve } from '../../cli/commands/approve.ts';
import { pause } from '../../cli/commands/pause.ts';
import { plan } from '../../cli/commands/plan.ts';
import { reconcile } from '../../cli/commands/reconcile.ts';
import { remove } from '../../cli/commands/remove.ts';
import { resume } from '../../cli/commands/resume.ts';
import { status } from '../../cli/commands/status.ts';
import type { Context } from '../../cli/context.ts';
import type { ListedExecution } from '../../cli/state-machine.ts';
import { ThrottledError } from '../../functions/domain/words/errors.ts';
import { CALC, edit, hashIn, type Shop, shop, srv, value } from '../support/shop.ts';
import { type StillWorld, ZONE_ID } from '../support/world.ts';
import { command, listedRun } from './command-world.ts';

const texts = ({ aws }: StillWorld) =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Type }) => Type === 'TXT')
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value));

/** A deployment with one value in the zone, and a second task since. */
async function published() {
  const around = shop();
  around.task(32_768);
  await around.run({});
  around.task(32_769);
  return around;
}

it('pauses, tells everywhere that it is, and resumes with a run that makes what has waited', async () => {
  const around = await published();

  const paused = await command(around, pause, { texts: { reason: 'the database moves' } });
  const again = await command(around, pause);
  const looked = await command(around, status);
  const ran = await command(around, reconcile);
  const planned = await command(around, plan);
  const before = around.values(CALC);
  const resumed = await command(around, resume);

  expect(paused.code).toBe(0);
  expect(paused.lines.at(-1)).toMatch(/ is paused since .* UTC \(the database moves\): runs plan and report only/);
  expect([again.code, again.lines.join()]).toEqual([0, expect.stringContaining('already; nothing was done')]);
  expect(looked.lines.join('\n')).toContain('(the database moves): runs plan and report only; ecssd resume ends that');
  expect([ran.code, ran.told.join()]).toEqual([1, expect.stringContaining('ecssd resume ends that')]);
  expect(ran.lines.at(-1)).toBe('paused: nothing changed, 1 value stands');
  expect(planned.code).toBe(2);
  expect(before).toHaveLength(1);
  expect(resumed.code).toBe(0);
  expect(around.values(CALC)).toHaveLength(2);
  expect(texts(around)).toHaveLength(1);
});

it('waits for what runs already, which sends what it has planned, and for nothing that begins after it', async () => {
  const slow = { now: false };
  const around: Shop = shop({
    beforeStep: async (step) => {
      if (slow.now && step === 'ApplyBatch') await around.clock.sleep(7_000);
    },
  });
  around.task(32_768);
  await around.run({});
  around.task(32_769);
  slow.now = true;
  const underWay = listedRun(around, {}, 'under-way');
  await around.clock.run(around.clock.sleep(1_000));
  const before = around.values(CALC).length;
  const pauses: number[] = [];
  let looks = 0;

  const paused = await command(around, pause, {
    pauses,
    before: (call) => {
      looks += call === 'executions' ? 1 : 0;
      const window = new Date(around.clock.now() + 3_600_000).toISOString();
      if (looks === 2) void listedRun(around, { trigger: 'events', window }, 'later');
    },
  });

  expect(before).toBe(1);
  expect(paused.lines[0]).toBe(
    '1 run began before and may still send what it has planned; waiting for its end (Ctrl-C leaves the pause as it is)',
  );
  expect(pauses).toEqual([2_000, 2_000, 2_000, 2_000]);
  expect((await underWay).end).toBe('ZoneInSync');
  expect(around.values(CALC)).toHaveLength(2);
  expect((await around.run({})).end).toBe('Paused');
});

it('makes the marker where nothing is published yet', async () => {
  const around = shop();
  around.task(32_768);

  await command(around, pause);
  const run = await around.run({});

  expect(run.end).toBe('Paused');
  expect(texts(around)).toHaveLength(2);
  expect((await command(around, resume)).code).toBe(0);
  expect(around.values(CALC)).toHaveLength(1);
});

it.each([
  { row: 'remove', what: remove },
  { row: 'adopt', what: adopt },
])('$row is refused while it is paused, and says what to do', async ({ what }) => {
  const around = await published();
  await command(around, pause);

  const fault = await command(around, what).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining('ecssd resume ends that') });
  expect(around.values(CALC)).toHaveLength(1);
});

it('a withdrawn deployment can be paused, and be withdrawn no more while it is', async () => {
  const around = await published();
  await command(around, remove);
  await command(around, pause);

  const undone = await command(around, remove, { flags: ['undo'] });

  expect(undone.lines.at(-1)).toMatch(/is withdrawn no more, and paused since/);
  expect(texts(around).join()).not.toContain('withdrawn');
  expect(texts(around)).toHaveLength(2);
});

it('does nothing where nobody says yes, nor for a reason that is too long', async () => {
  const around = await published();

  const refused = await command(around, pause, { answer: false });
  const long = await command(around, pause, { texts: { reason: 'ü'.repeat(101) } }).catch((thrown: unknown) => thrown);
  const unpaused = await command(around, resume);

  expect(refused.code).toBe(1);
  expect(long).toMatchObject({
    message: expect.stringMatching(/^--reason: got "ü+…", 202 octets long, want at most 200$/),
  });
  expect([unpaused.code, unpaused.lines.join()]).toEqual([
    0,
    expect.stringContaining('is not paused; nothing was done'),
  ]);
  expect(texts(around)).toHaveLength(1);
});

it('measures a reason as it will stand in the zone, where a line feed is written as two characters', async () => {
  const around = await published();
  const lines = (many: number) => ({ texts: { reason: `${'x\n'.repeat(many)}x` } });

  const long = await command(around, pause, lines(67)).catch((thrown: unknown) => thrown);
  const fits = await command(around, pause, lines(66));

  expect(long).toMatchObject({
    message: expect.stringMatching(/^--reason: got ".*", 202 octets long as it is written, want at most 200$/),
  });
  expect(fits.code).toBe(0);
});

/** The same deployment, one call of whose state machine is refused. */
function refusing(operation: 'executions' | 'start', told: string[]) {
  return (context: Context): Context => ({
    ...context,
    io: { ...context.io, tell: (line) => void told.push(line) },
    machines: {
      ...context.machines,
      [operation]: async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      },
    },
  });
}

it('says that the pause stands where runs that began before cannot be asked for', async () => {
  const around = await published();
  const told: string[] = [];

  const fault = await command(around, pause, { around: refusing('executions', told) }).catch((thrown) => thrown);

  expect(fault).toMatchObject({ name: 'AccessDeniedException' });
  expect(told.join()).toMatch(/ is paused since .*; whether runs that began before .* could not be asked:$/);
  expect(texts(around)).toHaveLength(2);
});

it('waits for a run that began before a thousand others that have ended', async () => {
  const around = await published();
  const ended = Array.from({ length: 1_000 }, (_, index) => ({
    name: `e-${index}`,
    status: 'SUCCEEDED',
    startedAt: 1,
  }));
  let old: 'RUNNING' | 'SUCCEEDED' = 'RUNNING';
  const { lines } = await command(around, pause, {
    around: (context) => ({
      ...context,
      io: {
        ...context.io,
        pause: async () => {
          old = 'SUCCEEDED';
        },
      },
      machines: {
        ...context.machines,
        executions: async (_, most, only) =>
          ([...ended, { name: 'old', status: old, startedAt: 0 }] as ListedExecution[])
            .filter(({ status }) => (only ?? status) === status)
            .slice(0, most),
      },
    }),
  });

  expect(lines.join()).toContain('1 run began before and may still send what it has planned');
});

it('goes on waiting for runs while Step Functions is busy', async () => {
  const around = await published();
  let asked = 0;
  const waiting = command(around, pause, {
    around: (context) => ({
      ...context,
      machines: {
        ...context.machines,
        executions: async () => {
          asked += 1;
          if (asked === 2) throw new ThrottledError('slow down');
          return asked < 4 ? [{ name: 'run-1', status: 'RUNNING', startedAt: 0 }] : [];
        },
      },
    }),
  });

  expect((await waiting).lines.at(-1)).toContain('runs plan and report only');
  expect(asked).toBe(4);
});

it('says that the pause has ended where no run can be started, and how to get one', async () => {
  const around = await published();
  await command(around, pause);
  const told: string[] = [];

  const fault = await command(around, resume, { around: refusing('start', told) }).catch((thrown) => thrown);
  const again = await command(around, resume);

  expect(fault).toMatchObject({ name: 'AccessDeniedException' });
  expect(told.join()).toContain('is paused no more: the next full run changes the zone');
  expect(again.lines.join()).toContain('nothing was done (ecssd reconcile starts a full run)');
});

it('leaves the label of another deployment alone', async () => {
  const around = shop();
  const Name = 'ecs.shop.internal.';
  const other = [{ Value: '"ecs-service-discovery-dns deployment=9/eu/other"' }];
  await edit(around, [
    { Action: 'CREATE', ResourceRecordSet: { Name, Type: 'TXT', TTL: 300, ResourceRecords: other } },
  ]);

  const fault = await command(around, pause).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining('is not that of') });
});

/** Twelve values that nothing explains, beside one that runs. */
async function held() {
  const around = shop();
  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.task(30_000);
  return { around, hash: hashIn(await around.run({})) };
}

it('an approval is refused while it is paused', async () => {
  const { around, hash } = await held();
  await command(around, pause);

  const fault = await command(around, approve, { operands: [hash] }).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ message: expect.stringContaining(`after that ecssd approve ${hash}`) });
  expect(around.values(CALC)).toHaveLength(13);
});

it('approving a used hash says that all of it was made, and that nothing is held', async () => {
  const { around, hash } = await held();
  await command(around, approve, { operands: [hash] });
  const runs = around.called.get('GetHostedZone');

  const again = await command(around, approve, { operands: [hash] });

  expect(again.code).toBe(0);
  expect(again.lines[0]).toBe(`12 removals under ${hash}: all made, none of these values stands any more`);
  expect(again.lines[1]).toMatch(/^nothing is held now, by the full run of .* UTC$/);
  expect(around.called.get('GetHostedZone')).toBe(runs);
});

it('approving a partly used hash shows what still stands, and what is held now under which hash', async () => {
  const { around, hash } = await held();
  const some = Array.from({ length: 4 }, (_, index) => value('10.9.9.9', 1_000 + index));
  const rest = around.values(CALC).filter((one) => !some.includes(one));
  await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, rest, 5) }]);
  const next = hashIn(await around.run({}));

  const { lines } = await command(around, approve, { operands: [hash], answer: false });

  expect(lines[0]).toBe(`of 12 removals under ${hash} 4 were made; what still stands of it:`);
  expect(lines.filter((line) => line.startsWith('!'))).toHaveLength(8);
  expect(lines.join('\n')).toMatch(new RegExp(`of these 8 are still held; held now, .*: 8 values under ${next}`));
  expect(lines.at(-1)).toBe('remove these 8 values, as far as still held?');
});

it.each(['0123456789abcdef', 'yes please'])('of %s it says what is held now, and under which hash', async (given) => {
  const { around, hash } = await held();

  const fault = await command(around, approve, { operands: [given] }).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ message: expect.stringContaining(given) });
  expect(fault).toMatchObject({ message: expect.stringMatching(new RegExp(`held now, .*: 12 values under ${hash}$`)) });
});

it('a dry run that finds removals to hold is no failure, and says what lets them go', async () => {
  const around = shop();
  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.task(30_000);

  const dry = await command(around, reconcile, { flags: ['dry-run'] });
  const planned = await command(around, plan);

  expect(dry.code).toBe(0);
  expect(dry.lines.join('\n')).toMatch(/12 of 12 values would be removed .* until ecssd approve [0-9a-f]{16}/);
  expect(planned.code).toBe(2);
});
