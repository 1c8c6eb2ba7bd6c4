import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalRun } from '../../../examples/local/boot.ts';
import { startCloud } from '../../../examples/local/cloud/cloud.ts';
import { keepBucket, makeFolder } from '../../../examples/local/keep.ts';
import { UsageError } from '../../../examples/local/options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start -- --keep', () => {
  it('writes each object of the run bucket as the file of its key', async () => {
    const cloud = await startCloud({ port: 0 });
    const Bucket = 'runs';
    await cloud.clients.s3.createBucket({ Bucket });
    await cloud.clients.s3.putObject({ Bucket, Key: 'runs/one/1/plan.json', Body: '{"kind":"plan"}' });
    await cloud.clients.s3.putObject({ Bucket, Key: 'inventory/held.json', Body: '[]' });
    const deployment = { buckets: [Bucket] } as Partial<LocalRun['deployment']> as LocalRun['deployment'];

    const objects = await keepBucket({ cloud, deployment }, folder);

    await cloud.close();
    expect(objects).toBe(2);
    expect(readFileSync(join(folder, 'runs/one/1/plan.json'), 'utf8')).toBe('{"kind":"plan"}');
    expect(readdirSync(folder).sort()).toEqual(['inventory', 'runs']);
  });

  it('makes its folder, or takes an empty one', () => {
    makeFolder(join(folder, 'new', 'one'));
    makeFolder(join(folder, 'new', 'one'));

    expect(readdirSync(join(folder, 'new'))).toEqual(['one']);
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
