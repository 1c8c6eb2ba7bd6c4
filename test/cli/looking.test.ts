import { describe, expect, it } from 'vitest';
import { explaining } from '../../cli/commands/explain.ts';
import { history } from '../../cli/commands/history.ts';
import { plan } from '../../cli/commands/plan.ts';
import { define } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { type WorldOptions, ZONE, ZONE_ID } from '../support/world.ts';
import { command } from './command-world.ts';

/** Commands that only look: what they start, how far back they go, and their exit codes. */

const DAY = 86_400_000;

/** A deployment with an instance that is not published yet; what runs are started with. */
function watched(options: Omit<WorldOptions, 'beside'> = {}) {
  const around = shop(options);
  around.task(32_768);
  const inputs: unknown[] = [];
  const world: Shop = {
    ...around,
    start: (input, name) => {
      inputs.push(input);
      return around.start(input, name);
    },
  };
  const changes: unknown[] = [];
  around.aws.route53.onChange((change) => changes.push(change));
  return { world, inputs, changes };
}

describe('plan', () => {
  it('changes nothing, and its exit code says that there is something to change', async () => {
    const { world, inputs, changes } = watched();

    const { code, lines } = await command(world, plan);

    expect(code).toBe(2);
    expect(lines.join('\n')).toContain('32768');
    expect([inputs, changes]).toEqual([[{ dryRun: true }], []]);
  });

  it('has 0 for its exit code where nothing is to be done', async () => {
    const { world } = watched();
    await world.run({});

    const { code } = await command(world, plan);

    expect(code).toBe(0);
  });

  it('shows what is held, with the hash, and 2 for its exit code', async () => {
    const { world } = watched();
    await world.run({});
    const orphans = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(world, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [value('10.0.1.23', 32_768), ...orphans]) }]);

    const { code, lines, told } = await command(world, plan);

    expect([code, told]).toEqual([2, []]);
    expect(lines.join('\n')).toMatch(/ecssd approve [0-9a-f]{16}/);
  });

  it('fails where its run does, and says why', async () => {
    const { world } = watched({
      beforeStep: (step) => {
        if (step === 'PlanChanges') throw new Error('no plan today');
      },
    });

    const { code, told } = await command(world, plan);

    expect(code).toBe(1);
    expect(told.join()).toContain('no plan today');
  });

  it('reads only the clusters that it is given', async () => {
    const { world, inputs } = watched();

    await command(world, plan, { texts: { cluster: ['shop', 'other'] } });

    expect(inputs).toEqual([{ dryRun: true, clusters: ['shop', 'other'] }]);
  });
});

describe('history', () => {
  /** Three runs that changed something and one that did not, a minute apart. */
  async function runs() {
    const { world } = watched();
    for (const port of [32_769, 32_770, 32_771]) {
      await world.run({});
      await world.clock.run(world.clock.sleep(60_000));
      world.task(port);
    }
    return {
      ...world,
      look: (texts: Record<string, string>, operands: readonly string[] = []) =>
        command(world, history, { operands, texts, flags: ['json'] }),
    };
  }
  const endsOf = (lines: readonly string[]) => lines.map((line): number => JSON.parse(line).endedAt);

  it('gives as many runs as it is asked for, the newest first', async () => {
    const { look } = await runs();

    const all = endsOf((await look({})).lines);
    const two = await look({ limit: '2' });

    expect(all).toHaveLength(3);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(endsOf(two.lines)).toEqual(all.slice(0, 2));
    expect(two.told).toEqual(['2 of 2 runs in 1 day changed something']);
  });

  it('goes back a day, and for a name ninety', async () => {
    const { look, clock } = await runs();
    await clock.run(clock.sleep(3 * DAY));

    const [ofToday, ofName, ofOther, ofDays] = [
      await look({}),
      await look({}, [CALC]),
      await look({}, ['_other._tcp']),
      await look({ days: '4' }),
    ];

    expect([ofToday, ofName, ofOther, ofDays].map(({ lines }) => lines.length)).toEqual([0, 3, 0, 3]);
    expect(ofName.told).toEqual([`3 of 3 runs in 90 days changed ${CALC}.${ZONE}`]);
  });

  it('stops reading where nobody takes the answer any more', async () => {
    const world = await runs();

    const answer = await command(world, history, { closed: true });

    expect(answer).toEqual({ code: 0, lines: [], told: [] });
  });
});

describe('explain', () => {
  it('--now looks by a dry run, which it names, and changes nothing', async () => {
    const { world, inputs, changes } = watched();

    const { code, lines, told } = await command(world, explaining, { operands: [CALC], flags: ['now'] });

    expect(code).toBe(0);
    expect(lines[0]).toContain('32768');
    expect(told).toEqual([expect.stringMatching(/^as of now, by the dry run ecssd-/)]);
    expect([inputs, changes]).toEqual([[{ dryRun: true }], []]);
  });

  it('tells below each endpoint what it declares of checks, grace and TTL', async () => {
    const { world } = watched();
    const environment = {
      SERVICE_8081_NAME: '_up._tcp',
      SERVICE_8081_CHECK_HTTPS: '/up',
      SERVICE_8081_CHECK_HOST: 'app.example.com',
      SERVICE_8081_CHECK_STATUS: '200-399',
      SERVICE_8081_CHECK_GRACE: '5m',
      SERVICE_8081_TTL: '10',
      SERVICE_8082_NAME: '_rpc._tcp',
      SERVICE_8082_CHECK_GRPC: 'app.Sums',
      SERVICE_8083_NAME: '_plain._tcp',
    };
    const taskDefinition = define(world, 'checked', { environment, networkMode: 'awsvpc' });
    world.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, address: '10.0.1.77' });
    await world.run({});

    const [https, grpc, none, now, forPrograms] = [
      await command(world, explaining, { operands: ['_up._tcp'] }),
      await command(world, explaining, { operands: ['_rpc._tcp'] }),
      await command(world, explaining, { operands: ['_plain._tcp'] }),
      await command(world, explaining, { operands: ['_up._tcp'], flags: ['now'] }),
      await command(world, explaining, { operands: ['_up._tcp'], flags: ['json'] }),
    ];

    const declared = 'check https /up as app.example.com, 200-399, 3 attempts of 2 s; grace 5 min; TTL 10 s';
    expect(https.lines).toEqual([expect.stringContaining(':8081'), `  ${declared}`]);
    expect(grpc.lines[1]).toBe('  check grpc app.Sums, 3 attempts of 2 s; grace 60 s');
    expect(none.lines).toEqual([expect.stringContaining(':8083')]);
    expect(now.lines).toEqual(https.lines);
    expect(JSON.parse(forPrograms.lines.join('\n'))).toEqual([expect.objectContaining({ declared })]);
  });

  it('starts nothing without it, and fails where it knows nothing', async () => {
    const { world, inputs } = watched();
    await world.run({});

    const known = await command(world, explaining, { operands: [CALC] });
    const unknown = await command(world, explaining, { operands: ['nowhere'] });

    expect([known.code, unknown.code]).toEqual([0, 1]);
    expect(unknown.told[0]).toContain('nothing is known of "nowhere"');
    expect(inputs).toEqual([]);
    expect(world.aws.route53.recordSets(ZONE_ID).length).toBeGreaterThan(2);
  });
});
