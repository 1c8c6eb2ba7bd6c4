import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../../cli/errors.ts';
import { checkFolder, writeFolder } from '../../../cli/template/folder.ts';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const refusal = (act: () => void): Error => {
  try {
    act();
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('nothing was refused');
};

it('takes a new folder, however deep, and an empty one', () => {
  const at = place();

  for (const folder of [join(at, 'a/b/c'), at]) {
    checkFolder(folder, { force: false });
    writeFolder(folder, [['one', '1']]);
    expect(readFileSync(join(folder, 'one'), 'utf8')).toBe('1');
    rmSync(join(folder, 'one'));
    rmSync(join(at, 'a'), { recursive: true, force: true });
  }
});

it('leaves one that is not empty, unless it is told', () => {
  const at = place();
  writeFileSync(join(at, 'mine'), 'mine');

  const refused = refusal(() => checkFolder(at, { force: false }));
  checkFolder(at, { force: true });
  writeFolder(at, [['one', '1']]);

  expect(refused).toBeInstanceOf(UsageError);
  expect(refused.message).toContain('which is not empty, want a new or an empty folder; --force');
  expect(readdirSync(at).sort()).toEqual(['mine', 'one']);
});

it('says that a file is in the way', () => {
  const at = place();
  writeFileSync(join(at, 'file'), '');

  const itself = refusal(() => checkFolder(join(at, 'file'), { force: false }));
  const above = refusal(() => writeFolder(join(at, 'file', 'below'), []));

  expect([itself.message, above.message].join()).toMatch(/a part of it is a file \(ENOTDIR\).*(ENOTDIR|EEXIST)/);
});

it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and takes back what it has begun', () => {
  const at = place();
  mkdirSync(join(at, 'out'));
  symlinkSync('/dev/full', join(at, 'out', 'two'));

  const full = refusal(() =>
    writeFolder(join(at, 'out'), [
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ]),
  );

  expect(full).toBeInstanceOf(UsageError);
  expect(full.message).toContain('the disk is full (ENOSPC)');
  expect(readdirSync(join(at, 'out'))).toEqual(['two']);
});

it.skipIf(!existsSync('/proc/version'))('says of a place that takes no folder what is wrong', () => {
  const refused = refusal(() => writeFolder('/proc/launch', []));

  expect(refused).toBeInstanceOf(UsageError);
  expect(refused.message).toMatch(/"\/proc\/launch" cannot be written: .*\(E[A-Z]+\)/);
});
