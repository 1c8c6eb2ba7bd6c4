import { describe, expect, it } from 'vitest';
import { status } from '../../cli/commands/status.ts';
import type { Context } from '../../cli/context.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { type Asked, command } from './command-world.ts';

/** What `status` says, and that it stays true where something cannot be asked. */

const MINUTE = 60_000;
const no = async (): Promise<never> => {
  throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
};

/** A deployment with one instance, a minute after its first full run. */
async function deployed(): Promise<Shop> {
  const world = shop();
  world.task(32_768);
  await world.run({ trigger: 'schedule' });
  await later(world, 1);
  return world;
}
const later = ({ clock }: Shop, minutes: number) => clock.run(clock.sleep(minutes * MINUTE));
const json = async (world: Shop, asked: Asked = {}) => {
  const { code, lines } = await command(world, status, { flags: ['json'], ...asked });
  return { code, ...JSON.parse(lines.join('\n')) };
};
const within = (apart: number): Asked => ({ schedule: `rate(${apart} minutes)` });

describe('status', () => {
  it('begins with one sentence, and has the age of the last full run', async () => {
    const world = await deployed();

    const { code, lines } = await command(world, status, within(5));

    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^in sync: 1 instance of 1 name, by the full run of \S+ \S+ UTC, 6\d s ago$/);
    expect(lines.join('\n')).toMatch(/^last full run: \S+ \S+ UTC, 6\d s ago; one every 5 min$/m);
  });

  it('says that a full run is late, and from when', async () => {
    const world = await deployed();
    await later(world, 20);

    const { lines } = await command(world, status, within(5));

    expect(lines[0]).toMatch(/^no full run has ended for 21 min, .* every 5 min, since .* UTC; next: ecssd reconcile$/);
    expect(lines.join('\n')).toMatch(/^! last full run: .*; one every 5 min, so it is late$/m);
  });

  it('shows what is held with its cause and hash, since the run that held it first', async () => {
    const world = await deployed();
    const orphans = Array.from({ length: 22 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(world, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [value('10.0.1.23', 32_768), ...orphans]) }]);
    await world.run({ trigger: 'schedule' });
    const heldAt = world.clock.now();
    await later(world, 5);
    await world.run({ trigger: 'schedule' });

    const { lines } = await command(world, status);
    const report = await json(world);

    const text = lines.join('\n');
    expect(lines[0]).toMatch(/^22 removals held: .*, since \S+ \S+ UTC; next: ecssd approve [0-9a-f]{16}$/);
    expect(text).toMatch(/^held removals [0-9a-f]{16}$/m);
    expect(text).toContain(
      'nothing explains its removal, which waits for approval; if they are really gone: ecssd approve',
    );
    expect(text).toContain('… and 2 more, see --json');
    expect(report.verdict).toMatchObject({ case: 'held', next: `ecssd approve ${report.heldHash}` });
    expect(report.held).toHaveLength(22);
    expect(Math.abs(report.verdict.since.at - heldAt)).toBeLessThan(MINUTE);
  });

  it('finds the first run in a row that shows it, where nobody has kept since when', async () => {
    const world = shop();
    await world.run({ trigger: 'schedule' });
    const set = srv(CALC, ['1 1 32768 ip-10-0-1-9.ec2.internal']);
    const SetIdentifier = `ip-10-0-1-9.ec2.internal:${'a'.repeat(64)}`;
    await edit(world, [{ Action: 'CREATE', ResourceRecordSet: { ...set, SetIdentifier, Weight: 1 } }]);
    world.task(32_768);
    await later(world, 5);
    await world.run({ trigger: 'schedule' });
    const firstAt = world.clock.now();
    for (let run = 0; run < 3; run += 1) {
      await later(world, 5);
      await world.run({ trigger: 'schedule' });
    }

    const { verdict } = await json(world);

    expect(verdict).toMatchObject({ case: 'conflict', next: 'ecssd adopt' });
    expect(Math.abs(verdict.since.at - firstAt)).toBeLessThan(MINUTE);
  });
});

describe('what cannot be asked is said, and nothing is concluded from it', () => {
  const broken: readonly { readonly what: string; readonly around: (context: Context) => Context }[] = [
    { what: 'the zone', around: (context) => ({ ...context, zone: { ...context.zone, all: no } }) },
    { what: 'what runs have kept', around: (context) => ({ ...context, listing: { list: no } }) },
    {
      what: 'the list of runs',
      around: (context) => ({ ...context, machines: { ...context.machines, executions: no } }),
    },
  ];

  it.each(broken)('$what', async ({ what, around }) => {
    const world = await deployed();

    const { code, lines } = await command(world, status, { around });
    const report = await json(world, { around });

    expect([code, report.code]).toEqual([1, 1]);
    expect(lines[0]).toBe(
      `cannot tell whether all is in sync: ${what} cannot be read (AccessDenied: not allowed); next: ecssd status --watch`,
    );
    expect(lines).toContain(`! not known: ${what}: AccessDenied: not allowed`);
    expect(report.notKnown).toEqual([{ what, why: 'AccessDenied: not allowed' }]);
    if (what === 'the zone') expect(report).toMatchObject({ marker: 'not known', names: [] });
  });

  it('all of it: then the fault itself is told', async () => {
    const world = await deployed();
    const around = (context: Context) => broken.reduce((before, one) => one.around(before), context);

    await expect(command(world, status, { around })).rejects.toThrow('not allowed');
  });
});

describe('--watch', () => {
  /** Watches for some looks; between them the world goes on. */
  async function watched(
    world: Shop,
    {
      looks,
      between = () => {},
      ...asked
    }: Asked & { readonly looks: number; readonly between?: (look: number) => unknown },
  ) {
    const screens: (readonly string[])[] = [];
    let count = 0;
    const calls = { all: 0, executions: 0 };
    const answer = await command(world, status, {
      ...asked,
      flags: ['watch', ...(asked.flags ?? [])],
      around: (context) => {
        const given = asked.around?.(context) ?? context;
        const { io, zone, machines } = given;
        return {
          ...given,
          zone: {
            ...zone,
            all: () => {
              calls.all += 1;
              return zone.all();
            },
          },
          machines: {
            ...machines,
            executions: (arn, most) => {
              calls.executions += 1;
              return machines.executions(arn, most);
            },
          },
          io: {
            ...io,
            ...(asked.texts?.screen !== undefined && {
              redraw: (lines: readonly string[]) => void screens.push(lines),
            }),
            closed: () => count >= looks,
            pause: async (milliseconds) => {
              await io.pause(milliseconds);
              count += 1;
              await between(count);
            },
          },
        };
      },
    });
    return { ...answer, screens, calls };
  }

  it('has a line for each change where nobody sees it redraw, and says how often it looks', async () => {
    const world = await deployed();

    const { code, lines, told } = await watched(world, {
      looks: 20,
      between: async (look) => {
        if (look !== 3) return;
        await edit(world, [{ Action: 'CREATE', ResourceRecordSet: srv('_x._tcp', [value('10.9.9.9', 1)]) }]);
      },
    });

    expect(code).toBe(0);
    expect(told[0]).toBe('looks every 10 s, says what changes; Ctrl-C ends it');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}in sync: [12] instance/);
  });

  it('asks little: which runs there are each time, the zone once in a minute', async () => {
    const world = await deployed();

    const { calls } = await watched(world, { looks: 30, texts: { interval: '2' } });

    expect(calls.all).toBeLessThanOrEqual(3);
    expect(calls.executions).toBeLessThanOrEqual(30 + 3);
  });

  it('redraws a terminal with the sentence first and its ages going on', async () => {
    const world = await deployed();

    const { screens, lines } = await watched(world, { looks: 3, texts: { screen: 'yes' } });

    expect(lines).toEqual([]);
    expect(screens).toHaveLength(3);
    expect(screens.map(([first]) => /(\d+) s ago$/.exec(first ?? '')?.[1])).toEqual(['60', '70', '80'].map(String));
    expect(screens[0]?.[1]).toMatch(/UTC, looks every 10 s; Ctrl-C ends it$/);
  });

  it('shows a fault and goes on', async () => {
    const world = await deployed();
    let asked = 0;
    const around = (context: Context): Context => ({
      ...context,
      machines: {
        ...context.machines,
        executions: async () => {
          asked += 1;
          return asked === 3 ? no() : [];
        },
      },
    });

    const { lines, told } = await watched(world, { looks: 5, around });

    expect(told.filter((line) => line.includes('could not look: '))).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });

  it('has a line of JSON for each change', async () => {
    const world = await deployed();

    const { lines } = await watched(world, { looks: 3, flags: ['json'] });

    expect(lines.map((line) => JSON.parse(line).verdict.case)).toEqual(['in-sync']);
  });
});

it.each([{ interval: '0' }, { interval: '1' }, { interval: 'often' }, { interval: '3601' }])(
  '--interval $interval is refused before anything',
  async (texts) => {
    await expect(command(shop(), status, { flags: ['watch'], texts })).rejects.toMatchObject({ name: 'UsageError' });
  },
);

it('--interval is for --watch', async () => {
  await expect(command(shop(), status, { texts: { interval: '5' } })).rejects.toThrow(
    'got --interval, want --watch with it',
  );
});
