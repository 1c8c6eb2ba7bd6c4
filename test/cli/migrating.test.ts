import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables } from '../../examples/local/cloud/place.ts';
import { soon } from '../examples/local/ecs/world.ts';
import { expectShown, shownOn } from './page.ts';
import { ecssd } from './terminal.ts';

const shown = shownOn('docs/migrating.md');

let run: LocalRun;
beforeAll(async () => {
  run = await boot();
  for (const [name, value] of Object.entries(awsVariables(run.cloud.endpointUrl))) vi.stubEnv(name, value);
  for (const service of Object.values(run.services)) run.cluster.scheduler.put(service);
  await soon(() => expect(['calc', 'time'].flatMap((name) => setsAt(name).flatMap(valuesOf))).toHaveLength(4), 120_000);
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await run.close();
});

const setsAt = (name: string) =>
  run.cloud.route53.recordSets(run.zone.id).filter(({ Name }) => Name === `_${name}._tcp.${run.zone.name}.`);
const valuesOf = ({ ResourceRecords = [] }: ReturnType<typeof setsAt>[number]) =>
  ResourceRecords.map(({ Value = '' }) => Value);

async function perform(command: string): Promise<readonly string[]> {
  const [, program, ...args] = command.split(' ');
  if (program === 'node') {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return stdout.trimEnd().split('\n');
  }
  const { code, lines } = await ecssd(args);
  expect(code).toBe(0);
  return lines.flatMap((one) => one.split('\n'));
}

describe('the exercise', { timeout: 300_000 }, () => {
  it('is on the page', () => expect(shown).toHaveLength(8));

  it.each(shown)('$command', async ({ command, lines }) => {
    const weighted = setsAt('calc').filter(({ SetIdentifier }) => SetIdentifier !== undefined).length;

    const actual = await perform(command);

    expectShown(actual, lines);
    if (command.endsWith('explain _calc._tcp')) {
      expect(actual.join('\n')).toContain('other owner: a CNAME, a record set of another routing policy');
      expect(weighted).toBe(3); // nothing of theirs was changed
    }
    if (command.endsWith('adopt --yes')) {
      expect(setsAt('calc')).toEqual([expect.not.objectContaining({ SetIdentifier: expect.anything() })]);
      expect(setsAt('calc').flatMap(valuesOf)).toEqual(Array(2).fill(expect.stringContaining('.ecs.')));
    }
  });

  it('ends with a zone of others', () => {
    expect(['calc', 'time'].flatMap(setsAt)).toEqual([]);
    expect(run.cloud.denied).toEqual([]);
  });
});
