import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { smallSlices } from '../support/sending.ts';
import { CALC, causeOf, edit, type Shop, shop, srv } from '../support/shop.ts';
import { type StepName, ZONE_ID } from '../support/world.ts';

/** What a run that failed says of the zone: what it has changed, and how many values stand. */

const fault = (name: string) => Object.assign(new Error('we are sorry'), { name });
const WEB = '_web._tcp';

/** Before, or after, the so-manieth time that a step begins once all is set up: may throw. */
type Breaks = (step: StepName, nth: number, around: Shop) => Promise<void>;

const nothing: Breaks = async () => {};

interface Wrong {
  readonly before?: Breaks;
  readonly after?: Breaks;
  /** Whether Route 53 takes every change, and no answer comes. */
  readonly silent?: boolean;
}

/** Four instances of calc that stand, and two more that only run, of calc and of web; then what goes wrong begins. */
async function fourStand({ before = nothing, after = nothing, silent }: Wrong) {
  const begun = new Map<StepName, number>();
  const armed = { now: false };
  const around: Shop = shop({
    sending: smallSlices({ elements: 1, batches: 9 }),
    after: async ({ operation }) => {
      if (silent && armed.now && operation === 'ChangeResourceRecordSets')
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    },
    beforeStep: (step) => {
      begun.set(step, (begun.get(step) ?? 0) + 1);
      return armed.now ? before(step, begun.get(step) ?? 0, around) : undefined;
    },
    aroundStep: async (step, work) => {
      const answer = await work();
      return armed.now ? after(step, begun.get(step) ?? 0, around).then(() => answer) : answer;
    },
  });
  for (let port = 32_768; port < 32_772; port += 1) around.task(port);
  await around.run({});
  around.task(32_772);
  const definition = define(around, 'web', { names: { 8081: WEB } });
  around.task(33_000, { definition, home: host(around, 'shop', '10.0.1.24') });
  begun.clear();
  armed.now = true;
  const run = await around.run({});
  const values = [CALC, WEB].flatMap((name) => around.values(name)).filter((value) => !value.includes('theirs'));
  return { run, standing: values.length };
}

describe('a run that fails says what stands', () => {
  it.each([
    { wanted: 'ReadTrigger', says: 'nothing changed; the zone was not read, so what stands is not known' },
    { wanted: 'SnapshotZone', says: 'nothing changed; the zone was not read, so what stands is not known' },
    { wanted: 'ListClusters', says: 'nothing changed, 4 values stand' },
    { wanted: 'CompleteReading', says: 'nothing changed, 4 values stand' },
    { wanted: 'PlanChanges', says: 'nothing changed, 4 values stand' },
    { wanted: 'VerifyChanges', says: '2 values came or went, 6 values stand' },
  ] as const)('before $wanted has done anything: $says', async ({ wanted, says }) => {
    const { run } = await fourStand({
      before: async (step) => {
        if (step === wanted) throw fault('PayloadError');
      },
    });

    expect(run.end).toBe('RunFailed');
    expect(causeOf(run)).toBe(`we are sorry (${says})`);
  });

  it('after PlanChanges has kept a plan that nobody sends: nothing changed', async () => {
    const { run, standing } = await fourStand({
      after: async (step) => {
        if (step === 'PlanChanges') throw fault('PayloadError');
      },
    });

    expect(standing).toBe(4);
    expect(causeOf(run)).toBe('we are sorry (nothing changed, 4 values stand)');
  });

  it.each([
    { row: 'from its first batch on', from: 1 },
    { row: 'from its second batch on', from: 2 },
    { row: 'from its third batch on', from: 3 },
  ])('where it is forbidden to change the zone $row: as many as stand', async ({ from }) => {
    const { run, standing } = await fourStand({
      before: async (step, nth) => {
        if (step === 'ApplyBatch' && nth >= from) throw fault('AccessDenied');
      },
    });

    expect(run.result).toMatchObject({ error: 'AccessDenied' });
    expect(run.outcome?.stands).toMatchObject({ changes: standing - 4, values: standing, unsure: 0 });
    expect(causeOf(run)).toContain(`, ${standing} values stand)`);
    if (from === 1) expect(causeOf(run)).toContain('(nothing changed, 4 values stand)');
  });

  it('and of how many names nobody knows, where answers were lost and nothing was read after that', async () => {
    const { run, standing } = await fourStand({
      before: async (step) => {
        if (step === 'VerifyChanges') throw fault('PayloadError');
      },
      silent: true,
    });

    // Web’s change waited for that of its address, which has no answer: it was never sent.
    expect(standing).toBe(5);
    expect(causeOf(run)).toBe(
      'we are sorry (no value came or went, 4 values stand as far as is known: of 1 name nobody knows whether its change took effect)',
    );
  });

  it('where the label is another deployment’s by now: nothing is known of what stands', async () => {
    const texts = ['"ecs-service-discovery-dns deployment=9/eu/other"'];
    const { run } = await fourStand({
      before: async (step, _, around) => {
        if (step !== 'ReadTrigger') return;
        const marker = around.aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'TXT');
        const theirs = { ...marker, ResourceRecords: texts.map((Value) => ({ Value })) };
        await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: theirs }]);
      },
    });

    expect(run.result).toMatchObject({ error: 'OwnerTakenError' });
    expect(causeOf(run)).toMatch(/\(nothing changed; the zone was not read, so what stands is not known\)$/);
  });

  it('where others keep rewriting a name: what came about at another, and what stands', async () => {
    let edits = 0;
    const { run, standing } = await fourStand({
      before: async (step, _, around) => {
        if (step !== 'ApplyBatch') return;
        edits += 1;
        const ours = around.values(CALC).filter((value) => !value.includes('theirs'));
        const set = srv(CALC, [...ours, `1 1 ${edits} theirs.example.com`], 5);
        await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: set }]);
      },
    });

    expect(run.end).toBe('ZoneContended');
    expect(standing).toBe(5);
    expect(causeOf(run)).toContain('(1 value came or went, 5 values stand)');
  });
});
