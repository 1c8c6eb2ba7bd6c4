import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables } from '../../examples/local/cloud/place.ts';
import { soon } from '../examples/local/ecs/world.ts';
import { expectShown, shownOn } from './page.ts';
import { type Answer, ecssd } from './terminal.ts';

const shown = shownOn('docs/drill.md');

/** One run for the whole page, and for what follows it: its parts take seconds to start. */
let run: LocalRun;
beforeAll(async () => {
  run = await boot({ replacementDelayMs: 500 });
  for (const [name, value] of Object.entries(awsVariables(run.cloud.endpointUrl))) vi.stubEnv(name, value);
  for (const service of Object.values(run.services)) run.cluster.scheduler.put(service);
  await soon(async () => expect(await healthy()).toBe(6));
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await run.close();
});

async function healthy(): Promise<number> {
  const { names } = JSON.parse((await ecssd(['status', '--json'])).lines.join('\n'));
  const instances: { why: string }[] = names.flatMap(({ instances }: { instances: { why: string }[] }) => instances);
  return instances.filter(({ why }) => why === 'healthy').length;
}

/** The first line beside each answer, as the page says; its outputs leave it out. */
const elsewhere = () => `at ${run.cloud.endpointUrl}, which is not AWS's`;

/** Runs a command of the page as a shell would; both outputs in one, as a terminal shows them. */
async function perform(command: string): Promise<readonly string[]> {
  if (command.startsWith('kill -USR2 ')) {
    const calc = run.cluster.tasks().find(({ family }) => family === 'calc');
    process.kill(calc?.pid ?? 0, 'SIGUSR2');
    return [];
  }
  const [line = '', afterwards] = command.split('; echo ');
  const args = line.split(' ');
  if (args[1] === 'node') {
    const { stdout } = await promisify(execFile)(process.execPath, args.slice(2));
    return stdout.trimEnd().split('\n');
  }
  const { code, lines, told } = await ecssd(args.slice(2));
  expect(told[0]).toBe(elsewhere());
  return [...lines, ...told.slice(1), ...(afterwards === undefined ? [] : [`exit code ${code}`])].flatMap((one) =>
    one.split('\n'),
  );
}

describe('the operator’s drill', { timeout: 120_000 }, () => {
  it('has a page', () => {
    expect(shown.length).toBeGreaterThan(12);
  });

  it.each(shown)('$command', async ({ command, lines }) => {
    const actual = await perform(command);

    expectShown(actual, lines);
  });
});

/** The deployment itself is CloudFormation's; what is waited for somebody starts meanwhile, as the schedule would: until one is seen. */
async function update(command: string): Promise<readonly string[]> {
  if (command === 'npx cdk deploy') return [];
  if (!command.includes('--wait')) return perform(command);
  let ended = false;
  const waiting = perform(command).finally(() => {
    ended = true;
  });
  while (!ended) await ecssd(['reconcile']);
  return waiting;
}

/** How many runs there were by then differs. */
const uncounted = (line: string) => line.replace(/as \d+ runs? did \(\d+ pass(es)?\)/, 'as <some> runs did');

describe('the page about updates', { timeout: 120_000 }, () => {
  it.each(shownOn('docs/updating.md'))('$command', async ({ command, lines }) => {
    const actual = await update(command);

    expectShown(actual.map(uncounted), lines.map(uncounted));
  });
});

/** An SRV record set of the zone, written past all of our code. */
async function write(sets: readonly object[]): Promise<void> {
  await run.cloud.clients.route53.changeResourceRecordSets({
    HostedZoneId: run.zone.id,
    ChangeBatch: { Changes: sets.map((set) => ({ Action: 'CREATE' as const, ResourceRecordSet: set as never })) },
  });
}
const setsAt = (name: string) =>
  run.cloud.route53.recordSets(run.zone.id).filter((set) => set.Name === `${name}.${run.zone.name}.`);
const valuesAt = (name: string) =>
  setsAt(name).flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value));
const json = ({ lines }: Answer) => JSON.parse(lines.join('\n'));

describe('the command', { timeout: 120_000 }, () => {
  it('plans for programs and for pull requests', async () => {
    const plan = await ecssd(['plan', '--json']);
    const markdown = await ecssd(['plan', '--markdown']);

    expect(plan.code).toBe(0);
    expect(json(plan)).toMatchObject({ changes: [], published: 6 });
    expect(markdown.lines[0]).toMatch(/^\*\*no changes; 6 values published\*\* \(`ecssd-/);
  });

  it('takes the state machine that it is given, and only its own', async () => {
    const { arn } = run.deployment.stateMachine;

    const given = await ecssd(['status', '--json', '--state-machine', arn]);
    const byVariable = await ecssd(['status', '--json'], { variables: { ECSSD_STATE_MACHINE: arn } });
    const wrong = await ecssd(['status', '--state-machine', `${arn}x`]);

    expect([given.code, byVariable.code, wrong.code]).toEqual([0, 0, 1]);
    expect(wrong.told.join('\n')).toMatch(/State Machine Does Not Exist.*\n.*look at --state-machine/);
  });

  it('reads only the clusters that it is told to', async () => {
    const answer = await ecssd(['reconcile', '--cluster', run.cluster.name, '--dry-run']);

    expect(answer.code).toBe(0);
    expect(answer.lines.at(-1)).toBe('in-sync: 6 values would be published');
  });

  it('keeps dry runs out of the history, and has it for programs', async () => {
    const { code, lines } = await ecssd(['history', '_calc._tcp', '--json', '--limit', '2']);

    const entries = lines.map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(entries).toHaveLength(2);
    const names = entries.flatMap(({ changes }) => changes.map(({ name }: { name: string }) => name));
    expect(new Set(names)).toEqual(new Set([`_calc._tcp.${run.zone.name}.`]));
  });

  it('explains a task by the beginning of its id, and says when it knows nothing', async () => {
    const [task] = run.cluster.tasks().filter(({ family }) => family === 'time');

    const known = await ecssd(['explain', task?.id.slice(0, 8) ?? '']);
    const unknown = await ecssd(['explain', 'nowhere']);

    expect(known.lines).toEqual([
      expect.stringMatching(/^_time\._tcp\.\S+ {2}\S+ {2}\S+ {2}published: it passes/),
      expect.stringMatching(/^ {2}check http \/health, /),
    ]);
    expect(unknown.code).toBe(1);
    expect(unknown.told[1]).toContain('nothing is known of "nowhere"');
  });

  it('explains what stands at a name and is not ours', async () => {
    await write([
      {
        Name: `mine.${run.zone.name}`,
        Type: 'SRV',
        TTL: 60,
        ResourceRecords: [{ Value: '1 1 80 elsewhere.example.' }],
      },
    ]);

    const { lines } = await ecssd(['explain', 'mine']);

    expect(lines).toEqual([expect.stringContaining('other owner: its target is not below our owner label')]);
  });

  it('does nothing without an answer, and nothing after a no', async () => {
    const before = run.cloud.route53.recordSets(run.zone.id);

    const nobody = await ecssd(['remove']);
    const no = await ecssd(['remove'], { answer: false });

    expect([nobody.code, no.code]).toEqual([1, 1]);
    expect(nobody.told.join()).toContain('give --yes');
    expect(no.told).toContain('nothing was done');
    expect(run.cloud.route53.recordSets(run.zone.id)).toEqual(before);
  });

  it('takes over what the predecessor wrote, and leaves the names of others', async () => {
    await ecssd(['remove', '--yes']);
    const calc = run.cluster.tasks().filter(({ family }) => family === 'calc');
    const weighted = (id: string, Value: string) => ({
      Name: `_calc._tcp.${run.zone.name}`,
      Type: 'SRV',
      TTL: 0,
      SetIdentifier: id,
      Weight: 1,
      ResourceRecords: [{ Value }],
    });
    const hosts = calc.map(({ address, port }) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.ec2.internal`);
    const container = (index: number) => String(index).repeat(64);
    await write(
      [...hosts, '1 1 9 ip-10-9-9-9.ec2.internal'].map((value, index) =>
        weighted(`${value.split(' ')[3]}:${container(index)}`, value),
      ),
    );
    await ecssd(['remove', '--undo', '--yes']);
    const inTheWay = await ecssd(['explain', '_calc._tcp']);

    const adopted = await ecssd(['adopt', '--yes']);
    const again = await ecssd(['adopt', '--yes']);

    expect(inTheWay.lines.join('\n')).toContain('other owner: a CNAME, a record set of another routing policy');
    expect(adopted.code).toBe(0);
    expect(adopted.lines.filter((line) => line.startsWith('>'))).toHaveLength(2);
    const end = adopted.lines.findIndex((line) => line.startsWith('arn:'));
    expect(adopted.lines.slice(0, end).filter((line) => line.startsWith('-'))).toEqual([
      expect.stringContaining('no task claims it'),
    ]);
    expect(setsAt('_calc._tcp')).toEqual([expect.not.objectContaining({ SetIdentifier: expect.anything() })]);
    expect(valuesAt('_calc._tcp')).toHaveLength(2);
    expect(valuesAt('_calc._tcp').every((value) => value.includes('.ecs.servicediscovery.internal'))).toBe(true);
    expect(valuesAt('mine')).toEqual(['1 1 80 elsewhere.example.']);
    expect(again.lines).toEqual(['nothing to take over']);
  });

  it('removes everything of ours for good, its marker too', async () => {
    const removed = await ecssd(['remove', '--marker', '--yes']);

    const left = run.cloud.route53.recordSets(run.zone.id).map(({ Type, Name }) => `${Type} ${Name}`);
    expect(removed.code).toBe(0);
    expect(left.filter((set) => !/^(NS|SOA) /.test(set))).toEqual([`SRV mine.${run.zone.name}.`]);
  });

  it('ends what it has begun when nobody reads its answer any more', async () => {
    const undone = await piped('remove --undo --yes');
    const back = valuesAt('_calc._tcp').length;
    const old = ['_old._tcp', '_older._tcp', '_oldest._tcp'];
    await write(
      old.map((name, at) => ({
        Name: `${name}.${run.zone.name}`,
        Type: 'SRV',
        TTL: 0,
        SetIdentifier: `ip-10-9-9-9.ec2.internal:${String(at).repeat(64)}`,
        Weight: 1,
        ResourceRecords: [{ Value: '1 1 9 ip-10-9-9-9.ec2.internal' }],
      })),
    );
    const adopted = await piped('adopt --yes');
    const dropped = old.flatMap(valuesAt);
    const removed = await piped('remove --marker --yes');

    const left = run.cloud.route53.recordSets(run.zone.id).filter(({ Type }) => Type === 'A' || Type === 'TXT');
    expect([undone, adopted, removed]).toEqual(Array(3).fill({ code: 0, told: '' }));
    expect(back).toBe(2);
    expect(dropped).toEqual([]);
    expect(left).toEqual([]);
    expect(valuesAt('_calc._tcp')).toEqual([]);
  });

  it('stops reading for nobody, with the exit code of what it did', async () => {
    await ecssd(['remove', '--undo', '--yes']);

    const answers = await Promise.all(['history --json', 'status', 'cost --help', 'nonsense'].map(piped));

    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
    expect(answers.map(({ told }) => told).join('')).not.toMatch(/EPIPE|Error|at .*:\d+/);
  });
});

/** A command line in a process of its own, behind a pipe whose reader has gone; what it says beside, and its exit code. */
async function piped(args: string): Promise<{ readonly code: number; readonly told: string }> {
  const script = `{ { sleep 0.3; "${process.execPath}" bin/ecssd.mjs ${args}; echo "code $?" >&2; } | true; }`;
  const { stderr } = await promisify(execFile)('sh', ['-c', script]);
  const [, told = '', code = ''] = /^(.*?)code (\d+)\n$/s.exec(stderr) ?? [];
  return { code: Number(code), told: told.replace(`${elsewhere()}\n`, '') };
}

describe('all of this', () => {
  it('has been within what the roles of the template allow', () => {
    expect(run.cloud.denied).toEqual([]);
  });
});
