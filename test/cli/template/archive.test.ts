import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { archiveOf } from '../../../cli/template/archive.ts';
import { unzipped } from './zip.ts';

const code = Buffer.from('export const handler = () => 1;\n'.repeat(100));
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('holds the code, as a plain file that everybody may read', () => {
  const { bytes } = archiveOf('functions/steps/read-trigger.ts', code);

  expect(unzipped(bytes, inflateRawSync)).toEqual([{ name: 'index.mjs', content: code, mode: 0o100644 }]);
});

it('has the code in its name', () => {
  const one = archiveOf('functions/steps/read-trigger.ts', code);
  const other = archiveOf('functions/steps/read-trigger.ts', Buffer.from('export const handler = () => 2;'));

  expect(one.file).toMatch(/^read-trigger-[0-9a-f]{16}\.zip$/);
  expect(other.file).not.toBe(one.file);
});

it.each(['UTC', 'Pacific/Auckland', 'America/Los_Angeles'])('has the same bytes in %s', (TZ) => {
  const here = digest(archiveOf('a.ts', code).bytes);

  const script = `import { archiveOf } from './cli/template/archive.ts';
import { createHash } from 'node:crypto';
const code = Buffer.from('export const handler = () => 1;\\n'.repeat(100));
process.stdout.write(createHash('sha256').update(archiveOf('a.ts', code).bytes).digest('hex'));`;
  const there = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    env: { PATH: process.env.PATH, TZ },
  });

  expect(String(there)).toBe(here);
});
