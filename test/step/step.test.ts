import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../cli/errors.ts';
import { watched } from '../support/kept-passes.ts';
import { CALC, edit, srv, value } from '../support/shop.ts';
import { runStep } from './run-step.ts';

let folder: string;
/** A run that publishes one instance, waits for another, and holds what nothing explains. */
let run: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'step-'));
  const { around, keepIn } = watched();
  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'HTTP 500' });
  around.task(32_768);
  around.task(32_769);
  await around.run({}, 'the-run');
  await around.run({}, 'another-run');
  keepIn(folder);
  run = join(folder, 'runs', 'the-run');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines, with blanks between cells as one. */
const told = async (...args: readonly string[]) =>
  (await runStep(args)).map((line) => line.trim().replaceAll(/ +/g, ' '));

/** A copy of the run with one of its objects changed. */
function runWith(
  what: string,
  change: (body: Record<string, unknown>, envelope: Record<string, unknown>) => void,
): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  mkdirSync(join(copy, '1'));
  for (const kind of ['snapshot', 'reading', 'plan']) {
    const envelope = JSON.parse(readFileSync(join(run, '1', `${kind}.json`), 'utf8'));
    if (kind === what) change(envelope.body, envelope);
    if (envelope.body !== undefined) writeFileSync(join(copy, '1', `${kind}.json`), JSON.stringify(envelope));
  }
  return copy;
}

describe('npm run step', () => {
  it('PlanChanges shows dispositions by name, change units, held removals and findings', async () => {
    const lines = await told('PlanChanges', run);

    expect(lines[0]).toBe('PlanChanges, pass 1 of 1, the-run');
    expect(lines).toContain(`${CALC}.shop.internal.`);
    expect(lines).toContainEqual(expect.stringMatching(/^published healthy ip-10-0-1-23\S+:32768 \w{8} new$/));
    expect(lines).toContainEqual(expect.stringMatching(/^left-out \w+ ip-10-0-1-23\S+:32769 \w{8} HTTP 500$/));
    expect(lines).toContainEqual(expect.stringMatching(/^name _calc\S+ DELETE SRV × 12, CREATE SRV × 13 needs ecs/));
    expect(lines.filter((line) => line.includes('1 1 1000 ip-10-9-9-9'))).toHaveLength(1);
    expect(lines).toContainEqual(expect.stringMatching(/^resolvers remember for 900 s/));
    expect(lines).toContain('otherwise than the run itself has decided: none');
  });

  it('PlanChanges shows what this version decides otherwise', async () => {
    const changed = runWith('reading', (reading) => {
      for (const one of reading.judged as { verdict: object }[]) one.verdict = { state: 'failing', cause: 'no' };
    });

    const lines = await told('PlanChanges', changed);

    const from = lines.indexOf('otherwise than the run itself has decided');
    expect(lines.slice(from)).toContainEqual(
      expect.stringMatching(/^_calc\S+ ip-10-0-1-23\S+:32768 published healthy → left-out \w+$/),
    );
  });

  it('CompleteReading shows what health check and probe come to', async () => {
    const lines = await told('CompleteReading', run);

    expect(lines).toContainEqual(
      expect.stringMatching(
        /^_calc\S+ \w{8} ip-10\S+:32769 container without check, probe failing → failing HTTP 500$/,
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^arn:\S+cluster\/shop read$/));
  });

  it('VerifyChanges shows what follows, and why', async () => {
    const lines = await told('VerifyChanges', run);

    expect(lines[2]).toBe('→ publish (of the run itself no other pass is kept)');
    expect(lines).toContain(`${CALC}.shop.internal.`);
    expect(lines).toContain('open: moved, stale, or without an answer: none');
  });

  it('VerifyChanges begins again where an answer is missing', async () => {
    const lines = await told(
      'VerifyChanges',
      runWith('', () => {}),
    );

    expect(lines[2]).toMatch(/^→ again/);
  });

  it('PublishOutcome shows what the run tells of its passes', async () => {
    const lines = await told('PublishOutcome', run);

    expect(lines).toContain('1 pass, 12 held removals');
    expect(lines).toContain('held-guard 12');
    expect(lines).toContainEqual(expect.stringMatching(/^\+ _calc\S+ ip-10-0-1-23\S+:32768 healthy/));
  });
});

describe('errors of use say what was given, what is allowed and what to do', () => {
  it.each<{ row: string; args: () => readonly string[]; says: RegExp }>([
    { row: 'nothing', args: () => [], says: /^got nothing, want: npm run step -- <CompleteReading\|PlanChanges\|/ },
    { row: 'no folder', args: () => ['PlanChanges'], says: /^got "PlanChanges", want: npm run step/ },
    { row: 'too much', args: () => ['PlanChanges', run, 'x'], says: /^got "PlanChanges" ".*" "x", want/ },
    { row: 'another option', args: () => ['PlanChanges', run, '--x'], says: /^Unknown option '--x'; want: npm run/ },
    {
      row: 'a state that asks AWS',
      args: () => ['SnapshotZone', run],
      says: /^got state "SnapshotZone", want one of Comp/,
    },
    {
      row: 'a folder that is not there',
      args: () => ['PlanChanges', join(folder, 'no')],
      says: /^folder ".*no" cannot be read \(ENOENT\), want one that is made by: aws s3 cp --recursive s3:/,
    },
    {
      row: 'a file',
      args: () => ['PlanChanges', join(run, '1', 'plan.json')],
      says: /^folder ".*plan\.json" cannot be read \(ENOTDIR\), want one/,
    },
    {
      row: 'a folder of something else',
      args: () => ['PlanChanges', join(folder, 'inventory')],
      says: /has no pass of a run/,
    },
    {
      row: 'a bucket of several runs',
      args: () => ['PlanChanges', folder],
      says: /^folder ".*" has 2 runs, want one of them: .*another-run, .*the-run$/,
    },
    { row: 'another pass', args: () => ['PlanChanges', run, '--pass', '7'], says: /^got pass "7", of .* there are 1$/ },
    {
      row: 'a missing object',
      args: () => ['PlanChanges', runWith('reading', (_, envelope) => delete envelope.body)],
      says: /1\/reading\.json is missing: the run did not get so far, or it is not copied whole/,
    },
    {
      row: 'a plan of an earlier version',
      args: () => ['PlanChanges', runWith('plan', (plan) => delete plan.from)],
      says: /1\/plan\.json does not say what settings it was planned with: an earlier version has kept it; run once/,
    },
    {
      row: 'an object of another version',
      args: () => ['PlanChanges', runWith('snapshot', (_, envelope) => Object.assign(envelope, { kind: 'zone' }))],
      says: /1\/snapshot\.json is none that this version understands: .*; use the version that has kept it$/,
    },
  ])('$row', async ({ args, says }) => {
    const failing = runStep(args());

    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(says);
  });

  it('a kept bucket with one run in it is that run', async () => {
    const bucket = mkdtempSync(join(folder, 'bucket-'));
    mkdirSync(join(bucket, 'runs', 'one', '1'), { recursive: true });
    for (const kind of ['snapshot', 'reading', 'plan']) {
      writeFileSync(join(bucket, 'runs', 'one', '1', `${kind}.json`), readFileSync(join(run, '1', `${kind}.json`)));
    }

    expect((await told('PlanChanges', bucket))[0]).toBe('PlanChanges, pass 1 of 1, one');
  });
});
