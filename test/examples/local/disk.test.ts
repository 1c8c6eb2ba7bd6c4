import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { problemOf, writeProblem } from '../../../examples/local/complaint.ts';
import { startPrinting } from '../../../examples/local/printing.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(environment: Readonly<Record<string, string>>, stdout: 'pipe' | number = 'pipe') {
  const env = {
    ...process.env,
    PORTAL_PORT: '0',
    DNS_PORT: '0',
    AWS_PORT: '0',
    FAULT_PORT: '0',
    CONSOLE_PORT: '0',
    ...environment,
  };
  const child = spawn(process.execPath, ['examples/local/start.mjs'], { env, stdio: ['ignore', stdout, 'pipe'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return { code, said };
}

it.each([
  { code: 'ENOSPC', problem: 'the disk is full' },
  { code: 'EDQUOT', problem: 'the quota of this user is used up' },
  { code: 'EROFS', problem: 'the file system can only be read' },
  { code: 'EACCES', problem: 'this user may not write there' },
  { code: 'ENOTDIR', problem: 'there is a file in the place of a folder' },
  { code: 'ENOENT', problem: 'there is no such folder' },
])('$code: $problem', ({ code, problem }) => {
  const writing = { what: 'the built code', where: '/some/where', remedy: 'set TMPDIR to another folder' };

  expect(writeProblem(writing, Object.assign(new Error('x'), { code }))).toMatchObject({
    name: 'UsageError',
    message: `the built code cannot be written to "/some/where": ${problem}; set TMPDIR to another folder`,
  });
});

it('knows a full disk by the words of other programs, and leaves other errors alone', () => {
  const other = new Error('the app has two stacks');

  expect(problemOf(new Error('Failed to write "a.mjs": write a.mjs: no space left on device'))).toBe(
    'the disk is full',
  );
  expect(writeProblem({ what: 'a', where: 'b', remedy: 'c' }, other)).toBe(other);
});

describe('a temporary folder that cannot be used is named, with what helps', () => {
  it.each([
    { what: 'does not exist', path: (folder: string) => join(folder, 'none'), code: 'ENOENT' },
    { what: 'is a file', path: (folder: string) => join(folder, 'file'), code: 'ENOTDIR' },
  ])('where it $what', async ({ path, code }) => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');

    const { code: exitCode, said } = await start({ TMPDIR: path(folder) });

    expect(exitCode).toBe(1);
    expect(said).toBe(
      `no temporary folder can be made in ${JSON.stringify(path(folder))} (${code}): set TMPDIR to a folder that there is and that this user may write to\n`,
    );
  });
});

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that is full ends it with a sentence', { timeout: 200_000 }, async () => {
    const { code, said } = await start({ TMPDIR: await newFolder() }, openSync('/dev/full', 'w'));

    expect(said).toBe(
      'what happens cannot be written to "standard output": the disk is full; free some space, or print elsewhere\n',
    );
    expect(code).toBe(1);
  });

  it('whose reader is gone ends it without one', () => {
    const ends: unknown[] = [];
    const gone = new PassThrough();
    const print = startPrinting(gone, (error) => ends.push(error));

    gone.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    print('nobody reads this');

    expect(ends).toEqual([undefined]);
    expect(gone.read()).toBeNull();
  });

  it('is written to as lines', async () => {
    const written: string[] = [];
    const output = new Writable({
      write: (chunk, _, done) => {
        written.push(String(chunk));
        done();
      },
    });

    startPrinting(output, () => {})('one');

    expect(written).toEqual(['one\n']);
  });
});
