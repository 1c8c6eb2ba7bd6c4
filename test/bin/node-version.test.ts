import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** JavaScript, like everything that an old Node has to read. */
const { tooOld }: { tooOld: (version: string, checkout: boolean) => string | undefined } = await import(
  pathToFileURL('bin/node-version.mjs').href
);
const FILES = ['bin/ecssd.mjs', 'bin/node-version.mjs'];

describe('a Node that is too old', () => {
  it.each([
    { version: '16.20.2', checkout: false, wanted: 'Node 22 or later' },
    { version: '20.19.5', checkout: false, wanted: 'Node 22 or later' },
    { version: '21.7.3', checkout: false, wanted: 'Node 22 or later' },
    { version: '20.19.5', checkout: true, wanted: 'Node 22.18 or later' },
    { version: '22.17.1', checkout: true, wanted: 'Node 22.18 or later' },
  ])('$version, checkout $checkout: found, wanted, what to do', ({ version, checkout, wanted }) => {
    const said = tooOld(version, checkout);

    expect(said).toContain(`this is Node ${version}, want ${wanted}: `);
    expect(said).toContain(checkout ? 'npx ecssd' : 'install Node 22 or later');
    expect(said).not.toContain('\n');
  });

  it.each([
    { version: '22.0.0', checkout: false },
    { version: '24.1.0', checkout: false },
    { version: '22.18.0', checkout: true },
    { version: '23.6.0', checkout: true },
    { version: '24.21.0', checkout: true },
    { version: '25.0.0-nightly20260101', checkout: true },
  ])('is not $version, checkout $checkout', ({ version, checkout }) => {
    expect(tooOld(version, checkout)).toBeUndefined();
  });

  it.each(FILES)('can read %s: its syntax is that of 2020, and a top-level await', (file) => {
    const text = readFileSync(file, 'utf8');
    const supported = { 'top-level-await': true };

    const lowered = transformSync(text, { target: 'es2020', supported }).code;

    expect(lowered).toBe(transformSync(text, { target: 'esnext' }).code);
  });
});

/** The Nodes of this machine that are too old, if there are any. */
const old = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .map((node) => ({ node, version: spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() }))
  .filter(({ version }) => version && tooOld(version.slice(1), true));

it.runIf(old.length > 0)('an old Node that is really there ends with exit code 1 and that line alone', () => {
  for (const { node, version = '' } of old) {
    const { status, stdout, stderr } = spawnSync(node, ['bin/ecssd.mjs', '--version'], { encoding: 'utf8' });

    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `${tooOld(version.slice(1), true)}\n`,
    });
  }
});
