import { describe, expect, it } from 'vitest';
import { replay } from '../../cli/commands/replay.ts';
import { define } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { command, listedRun } from './command-world.ts';

/** `ecssd replay`: what this version decides of what the last runs have read. */

const DAY = 86_400_000;

type Body = Record<string, unknown>;

/** A deployment with an instance that passes, another that fails, and what nothing explains. */
async function deployed(options: Parameters<typeof shop>[0] = {}) {
  const around: Shop = shop(options);
  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'HTTP 500' });
  around.task(32_768);
  around.task(32_769);
  const run = (name: string, input: unknown = {}) => around.clock.run(listedRun(around, input, name));
  return { around, run };
}

/** Changes an object that a run has kept, as another version would have planned or written it. */
function edited({ bucket }: Shop, key: string, change: (body: Body, envelope: Body) => void): void {
  const envelope = JSON.parse(bucket.get(key) ?? '{}');
  change(envelope.body, envelope);
  bucket.set(key, JSON.stringify(envelope));
}

/** As if the deployed version had taken what fails for healthy. */
const otherHealth = (around: Shop, run: string) =>
  edited(around, `runs/${run}/1/plan.json`, ({ dispositions }) => {
    for (const one of dispositions as Body[]) {
      if (one.port === 32_769) Object.assign(one, { outcome: 'published', reason: 'healthy', isNew: true });
    }
  });

const flat = (lines: readonly string[]) => lines.map((line) => line.trim().replaceAll(/ +/g, ' '));

describe('replay', () => {
  it('says that nothing would differ where nothing would, of every pass', async () => {
    const { around, run } = await deployed();
    await run('one');
    await run('two', { dryRun: true });

    const { code, lines, told } = await command(around, replay);

    expect({ code, lines }).toEqual({
      code: 0,
      lines: [expect.stringMatching(/^this version decides everything as 2 runs did \(\d passes\)$/)],
    });
    expect(told).toEqual([expect.stringMatching(/^replayed with the settings that each run had/)]);
  });

  it('shows each decision that would differ, with reason codes and their sentences, and has 2 for its exit code', async () => {
    const { around, run } = await deployed();
    await run('one');
    otherHealth(around, 'one');

    const { code, lines } = await command(around, replay);

    expect(code).toBe(2);
    expect(flat(lines)).toEqual([
      expect.stringMatching(/^20\S+ \S+ full pass 1 manual one$/),
      expect.stringMatching(
        /^_calc\S+ ip-10-0-1-23\S+:32769 \w{8} \+ published: it passes its checks \(healthy\) → (starting: .* \(starting\)|failing check: .* \(unhealthy\))$/,
      ),
      expect.stringMatching(/^this version decides otherwise in 1 of \d pass(es)? of 1 run$/),
    ]);
  });

  it.each([
    { text: 'false', told: true },
    { text: ' FALSE ', told: true },
    { text: '0', told: true },
    { text: 'true', told: false },
    { text: 'no', told: false },
  ])(
    'shows what SERVICE_<port>_IGNORE "$text" has left out of earlier runs and does no more: $told',
    async ({ text, told }) => {
      const { around, run } = await deployed();
      const environment = { SERVICE_8081_CHECK_HTTP: '/health', SERVICE_8081_IGNORE: 'yes' };
      around.task(32_770, { definition: define(around, 'shop', { names: { 8081: '_shop._tcp, shop' }, environment }) });
      await run('one');
      // As a version has kept it that took any text for yes, and said no more of it.
      for (const [key, kept] of around.bucket) {
        const earlier = kept.replaceAll(/,"detail":"as SERVICE_8081_IGNORE says"/g, '');
        around.bucket.set(key, earlier.replace('"SERVICE_8081_IGNORE":"yes"', `"SERVICE_8081_IGNORE":"${text}"`));
      }

      const { code, lines } = await command(around, replay);

      expect(code).toBe(told ? 2 : 0);
      const rows = flat(lines).filter((line) => line.includes('container port 8081'));
      expect(rows).toEqual(
        (told ? ['_shop._tcp', 'shop'] : []).map((name) =>
          expect.stringMatching(
            `^${name}\\.\\S+ container port 8081 \\w{8} left out on purpose: .* \\(ignored\\) → ` +
              `\\+ published once it is healthy: shop:1 has SERVICE_8081_IGNORE "${text.trim()}"$`,
          ),
        ),
      );
    },
  );

  it('says nothing of what this version has ignored itself', async () => {
    const { around, run } = await deployed();
    const environment = { SERVICE_8081_IGNORE: 'true' };
    around.task(32_770, { definition: define(around, 'shop', { names: { 8081: '_shop._tcp' }, environment }) });
    await run('one');

    const { code } = await command(around, replay);

    expect(code).toBe(0);
  });

  it('shows changes, addresses and held removals', async () => {
    const { around, run } = await deployed();
    await run('one');
    edited(around, 'runs/one/1/plan.json', (plan) => {
      Object.assign(plan, { held: (plan.held as unknown[]).slice(1), beside: undefined });
      const [name] = plan.names as { created: unknown[] }[];
      name?.created.pop();
    });

    const { code, lines } = await command(around, replay);

    const told = flat(lines);
    expect(code).toBe(2);
    expect(told).toContainEqual(expect.stringMatching(/^_calc\S+ .*→ \+ 1 1 32768 ip-10-0-1-23/));
    expect(told).toContainEqual(expect.stringMatching(/^ip-10-0-1-23\S+ nothing → \+ address of a host$/));
    expect(told).toContainEqual(expect.stringMatching(/^ecs\S+ nothing → \+ marker of the deployment$/));
    expect(told).toContainEqual(
      expect.stringMatching(
        /^_calc\S+ 1 1 \d+ ip-10-9-9-9\S+ nothing → ! held: nothing explains its removal, .* \(held-guard\)$/,
      ),
    );
  });

  it('shows what is the same in several runs once', async () => {
    const { around, run } = await deployed();
    for (const name of ['zero', 'one', 'two']) await run(name, { dryRun: true });
    for (const name of ['one', 'two']) otherHealth(around, name);

    const { code, lines } = await command(around, replay, { texts: { runs: '2' } });

    expect(code).toBe(2);
    expect(flat(lines)).toHaveLength(4);
    expect(flat(lines)[2]).toMatch(/one the same as in two$/);
  });

  it('has it for programs, a line for each pass', async () => {
    const { around, run } = await deployed();
    await run('one');
    otherHealth(around, 'one');

    const { code, lines } = await command(around, replay, { flags: ['json'] });

    const [pass] = lines.map((line) => JSON.parse(line));
    expect(code).toBe(2);
    expect(pass).toMatchObject({ execution: 'one', pass: 1, kind: 'full', trigger: 'manual' });
    expect(pass.differences).toEqual([
      expect.objectContaining({
        about: 'instance',
        before: [{ sign: '+', reason: 'healthy', text: 'published: it passes its checks' }],
      }),
    ]);
  });

  it('uses the settings that the run had', async () => {
    const { around, run } = await deployed({ environment: { RECORD_TTL: '17', GUARD_MINIMUM: '100' } });
    await run('one');

    const { code } = await command(around, replay);

    expect(code).toBe(0);
  });

  it('changes nothing and starts nothing', async () => {
    const { around, run } = await deployed();
    await run('one');
    const was = [new Map(around.bucket), around.values(CALC), around.called.get('StartExecution')];

    await command(around, replay);

    expect([around.bucket, around.values(CALC), around.called.get('StartExecution')]).toEqual(was);
  });
});

describe('runs that say nothing are named, with why', () => {
  it.each<{ row: string; spoil: (around: Shop) => void; why: RegExp }>([
    {
      row: 'before settings were kept',
      spoil: (around) => edited(around, 'runs/silent/1/plan.json', (plan) => delete plan.from),
      why: /since an earlier version has planned it, which did not keep with what settings: silent$/,
    },
    {
      row: 'ended before it planned',
      spoil: ({ bucket }) => void bucket.delete('runs/silent/1/plan.json'),
      why: /since it ended before it had planned: silent$/,
    },
    {
      row: 'without its reading',
      spoil: ({ bucket }) => void bucket.delete('runs/silent/1/reading.json'),
      why: /since what it has read is not kept any more: silent$/,
    },
    {
      row: 'of another shape',
      spoil: (around) => edited(around, 'runs/silent/1/snapshot.json', (zone) => delete zone.takenAt),
      why: /since this version cannot read its snapshot: it has another shape: .*takenAt.*: silent$/,
    },
    {
      row: 'of a later version',
      spoil: (around) =>
        edited(around, 'runs/silent/1/plan.json', (_, envelope) => Object.assign(envelope, { version: 9 })),
      why: /since this version cannot read its plan: version 9 wrote it, this one knows 1: silent$/,
    },
    {
      row: 'that kept nothing',
      spoil: ({ bucket }) => {
        for (const key of bucket.keys()) if (key.startsWith('runs/silent/')) bucket.delete(key);
      },
      why: /since it has kept nothing: it ended before it had read anything: silent$/,
    },
  ])('$row', async ({ spoil, why }) => {
    const { around, run } = await deployed();
    await run('telling', { dryRun: true });
    await run('silent', { dryRun: true });
    spoil(around);

    const { code, lines, told } = await command(around, replay);

    expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringContaining('as 1 run did')] });
    expect(told[0]).toMatch(why);
  });

  it('one that an update has overtaken, and one that is under way', async () => {
    const at = { step: '' };
    const { around, run } = await deployed({
      beforeStep: (step) => {
        if (at.step === 'pause' && step === 'PlanChanges') return around.clock.sleep(DAY / 2);
        if (at.step === step) around.update('2');
        return undefined;
      },
    });
    around.update('1');
    await run('telling', { dryRun: true });
    at.step = 'VerifyChanges';
    await run('overtaken');
    at.step = 'pause';
    const underWay = listedRun(around, {}, 'under-way');
    await around.clock.run(around.clock.sleep(30_000));

    const { code, told } = await command(around, replay);
    await around.clock.run(underWay);

    expect(code).toBe(0);
    expect(told).toContain('says nothing, since it is under way: under-way');
    expect(told).toContain('says nothing, since an update or a rollback has overtaken it: overtaken');
  });

  it('looks no further than what is kept, and says what to do where no run is left', async () => {
    const { around, run } = await deployed();
    for (const name of ['a', 'b', 'c']) await run(name, { dryRun: true });
    await around.clock.run(around.clock.sleep(8 * DAY));
    for (const key of around.bucket.keys()) if (key.startsWith('runs/')) around.bucket.delete(key);

    const { code, lines, told } = await command(around, replay);

    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(told).toEqual([
      'says nothing, since what it has read was kept for 7 days, and is gone: c',
      expect.stringMatching(/^no run could be replayed: start one of the deployed version with ecssd reconcile, then/),
    ]);
  });

  it('counts runs that can be replayed, not those in between', async () => {
    const { around, run } = await deployed();
    for (const name of ['z', 'a', 'b', 'c', 'd']) await run(name, { dryRun: true });
    for (const name of ['c', 'd']) around.bucket.delete(`runs/${name}/1/plan.json`);

    const { lines, told } = await command(around, replay, { texts: { runs: '2' } });

    expect(lines).toEqual([expect.stringContaining('as 2 runs did')]);
    expect(told[0]).toBe('says nothing, since it ended before it had planned: d; c');
  });
});

it.each(['0', '-1', 'many', '1001', '1.5', ''])('refuses --runs %j', async (runs) => {
  const { around } = await deployed();

  await expect(command(around, replay, { texts: { runs } })).rejects.toThrow(
    `--runs: got ${JSON.stringify(runs)}, want a whole number from 1 to 1000`,
  );
});
