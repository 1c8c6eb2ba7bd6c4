import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LocalRun } from '../../../examples/local/boot.ts';
import { startCloud } from '../../../examples/local/cloud/cloud.ts';
import { keepBucket, makeFolder } from '../../../examples/local/keep.ts';
import { UsageError } from '../../../examples/local/options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run bucket with two objects. */
async function bucket() {
  const cloud = await startCloud({ port: 0 });
  onTestFinished(() => cloud.close());
  const Bucket = 'runs';
  await cloud.clients.s3.createBucket({ Bucket });
  await cloud.clients.s3.putObject({ Bucket, Key: 'runs/one/1/plan.json', Body: '{"kind":"plan"}' });
  await cloud.clients.s3.putObject({ Bucket, Key: 'inventory/held.json', Body: '[]' });
  const deployment = { buckets: [Bucket] } as Partial<LocalRun['deployment']> as LocalRun['deployment'];
  return { cloud, deployment };
}

describe('npm start -- --keep', () => {
  it('writes each object of the run bucket as the file of its key', async () => {
    const objects = await keepBucket(await bucket(), folder);

    expect(objects).toBe(2);
    expect(readFileSync(join(folder, 'runs/one/1/plan.json'), 'utf8')).toBe('{"kind":"plan"}');
    expect(readdirSync(folder).sort()).toEqual(['inventory', 'runs']);
  });

  it('makes its folder, or takes an empty one', () => {
    makeFolder(join(folder, 'new', 'one'));
    makeFolder(join(folder, 'new', 'one'));

    expect(readdirSync(join(folder, 'new'))).toEqual(['one']);
  });

  it.skipIf(!existsSync('/dev/full'))('says so when the disk gets full, and what is there', async () => {
    makeFolder(join(folder, 'runs/one/1'));
    symlinkSync('/dev/full', join(folder, 'runs/one/1/plan.json'));

    const keeping = keepBucket(await bucket(), folder);

    await expect(keeping).rejects.toThrow(UsageError);
    await expect(keeping).rejects.toThrow(
      `the run bucket cannot be written to ${JSON.stringify(folder)}: the disk is full; 1 of 2 objects are there; give`,
    );
  });

  it.skipIf(!existsSync('/proc/self'))('refuses a folder below /proc, where none can be made', () => {
    expect(() => makeFolder('/proc/none/deeper')).toThrow(
      /^--keep "\/proc\/none\/deeper" cannot be made \(ENOENT\): a/,
    );
  });

  it.each([
    { row: 'a folder with something in it', of: () => folder, says: /^--keep ".*" is not empty: a new or an empty/ },
    { row: 'a file', of: () => join(folder, 'file'), says: /^--keep ".*file" cannot be made \(EEXIST\): a new or/ },
  ])('refuses $row', ({ of, says }) => {
    writeFileSync(join(folder, 'file'), '');

    expect(() => makeFolder(of())).toThrow(UsageError);
    expect(() => makeFolder(of())).toThrow(says);
  });
});
