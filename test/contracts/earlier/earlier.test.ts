import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readable } from '../../../functions/adapters/compact.ts';
import { openedText } from '../../../functions/contracts/envelope.ts';
import { wakeUp } from '../../../functions/contracts/events.ts';
import type { Body, Kind } from '../../../functions/contracts/payloads.ts';
import { type KeptPlanning, replay } from '../../../functions/domain/telling/replay.ts';
import { MET, RECORDED, recordedObjects } from './recording.ts';

/**
 * What earlier versions have written is read by this one. Before each release that changes the minor or major version:
 * `npx node test/contracts/earlier/record.ts <version>`, commit the folder, and never change it again.
 */
const VERSIONS = readdirSync(RECORDED).flatMap((name) => /^objects-(.+)$/.exec(name)?.[1] ?? []);

const filesOf = (version: string) => readdirSync(join(RECORDED, `objects-${version}`));
const textOf = (version: string, file: string) =>
  readable(readFileSync(join(RECORDED, `objects-${version}`, file)), `"${file}"`);
const kindOf = (file: string) => file.replace(/\.json(\.gz)?$/, '');

/** @throws Error that says what cannot be read, and why */
function read<K extends Kind>(version: string, kind: K): Body<K> {
  const file = filesOf(version).find((one) => kindOf(one) === kind);
  const found = file === undefined ? { why: 'it is not recorded' } : openedText(kind, textOf(version, file));
  if ('body' in found) return found.body;
  throw new Error(`this version cannot read what ${version} wrote: ${kind}: ${found.why}`);
}

describe.each(VERSIONS)('what %s wrote', (version) => {
  it.each(
    filesOf(version)
      .map(kindOf)
      .filter((kind) => kind !== 'wake-up'),
  )('%s is read', (kind) => {
    expect(() => read(version, kind as Kind)).not.toThrow();
  });

  it.each(MET)('has %s', (kind) => {
    expect(filesOf(version).map(kindOf)).toContain(kind);
  });

  it('has plain objects and gzip', () => {
    const files = filesOf(version);

    expect(files.filter((file) => file.endsWith('.gz')).length).toBeGreaterThan(0);
    expect(files.filter((file) => file.endsWith('.json')).length).toBeGreaterThan(0);
  });

  it('a message of the queue is understood', () => {
    const { error } = wakeUp.safeParse(JSON.parse(textOf(version, 'wake-up.json')));

    expect(error, `this version cannot read what ${version} wrote: wake-up`).toBeUndefined();
  });

  it('a run of it is planned again as it was', () => {
    const planned = read(version, 'plan');
    const kept = { snapshot: read(version, 'snapshot'), reading: read(version, 'reading'), planned } as KeptPlanning;

    const { differences } = replay(kept);

    expect(differences, `this version decides otherwise than ${version} did: a change of major, or a fault`).toEqual(
      [],
    );
  });
});

it('a schema that does not take what was written says which object, and why', () => {
  const [version = ''] = VERSIONS;
  const envelope = JSON.parse(textOf(version, 'quarantine.json'));
  for (const one of Object.values<Record<string, unknown>>(envelope.body)) delete one.since;

  const found = openedText('quarantine', JSON.stringify(envelope));

  expect(found).toMatchObject({ why: expect.stringMatching(/^it has another shape: .* at ".*since"$/) });
});

it('every kind that this version keeps would be recorded', async () => {
  const recorded = await recordedObjects();

  expect([...recorded.keys()]).toEqual(expect.arrayContaining([...MET, 'wake-up']));
});
