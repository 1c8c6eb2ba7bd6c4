import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Measured, measure } from './scenes.ts';
import { callsOf, floorOf } from './targets.ts';
import { Transcripts } from './transcripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'scale-'));
let measured: Measured;
const scene = (name: string) => measured.scenes.find(({ scene }) => scene === name) ?? expect.fail(`no scene ${name}`);

beforeAll(async () => {
  measured = await measure('10', { tell: () => undefined, transcripts: new Transcripts(folder) });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('plays every scene of a small fleet to a zone that is right', () => {
  expect(measured.scenes.map(({ scene, ends, wrong }) => [scene, [...new Set(ends)], wrong])).toEqual(
    [
      'cold',
      'warm',
      'warm, all known',
      'a start',
      'a stop',
      'a start, own address',
      'a stop, own address',
      'a host lost',
      'a tenth replaced',
      "a cluster's API down",
      'throttled',
    ].map((name) => [name, ['ZoneInSync'], 0]),
  );
});

it('does with the fewest calls what there are no more calls for', () => {
  const { calls, floor } = scene('warm');

  expect(calls).toEqual(floor);
  expect(callsOf(scene('cold'))).toBeGreaterThan(floorOf(scene('cold')));
});

it('has time pass with each transition and each call', () => {
  const { transitions, steps, seconds } = scene('warm');
  const waited = steps.reduce((sum, step) => sum + step.waited, 0);

  expect(seconds * 1_000).toBe(transitions * 25 + waited);
});

it('sends for a stop what ECS sends: five events that reach the trigger', () => {
  const { steps } = scene('a stop');

  expect(steps.find(({ step }) => step === 'StartRun')?.invocations).toBe(5);
});

it('tries calls of a cluster that cannot be read again as the SDK does', () => {
  const { retries, calls } = scene("a cluster's API down");

  expect(calls.ListTasks).toBe((retries / 2) * 3);
});
