import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The file that the package names, in a process of its own. */
async function run(...args: readonly string[]) {
  const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const done = await promisify(execFile)(process.execPath, [bin.ecssd, ...args], { env }).catch((failed) => failed);
  return { code: done.code ?? 0, out: String(done.stdout), told: String(done.stderr) };
}

it('is a file that a shell can start', () => {
  accessSync(bin.ecssd, constants.X_OK);

  expect(readFileSync(bin.ecssd, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

it('answers on standard output, without colours where that is no terminal', async () => {
  const { code, out, told } = await run('cost', '--clusters', '1', '--tasks', '1', '--events-per-day', '1');

  expect(code).toBe(0);
  expect(out).toContain('Step Functions, full runs');
  expect(out).not.toContain('\u001b');
  expect(told).toBe('');
});

it('fails on standard error', async () => {
  const { code, out, told } = await run('plam');

  expect(code).toBe(1);
  expect(out).toBe('');
  expect(told).toContain('unknown command "plam"');
});

it.each(['--version', '-v', 'version'])('%s prints the version of the package and nothing else', async (asked) => {
  const { code, out, told } = await run(asked);

  expect({ code, out, told }).toEqual({ code: 0, out: `${version}\n`, told: '' });
});
