import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const MAIN = resolve('packaging/main.ts');
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n- Something new.\n';

/** A repository of one commit, small enough to be packed in a moment; npm has nothing to install for it. */
function repository() {
  const cwd = mkdtempSync(join(tmpdir(), 'released-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const manifest = {
    name: 'small',
    version: '0.1.0',
    files: ['dist'],
    scripts: { prepack: "mkdir -p dist release && echo '[]' > release/inside.json && echo 1 > dist/a.js" },
  };
  const lock = {
    name: 'small',
    version: '0.1.0',
    lockfileVersion: 3,
    packages: { '': { name: 'small', version: '0.1.0' } },
  };
  for (const [file, text] of Object.entries({
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify(lock, null, 2)}\n`,
    'CHANGELOG.md': CHANGELOG,
    '.gitignore': 'dist/\nrelease/\n',
  }))
    writeFileSync(join(cwd, file), text);
  const git = (...args: readonly string[]) => {
    const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    return spawnSync('git', [...who, ...args], { cwd, encoding: 'utf8' }).stdout.trim();
  };
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  const release = (...args: readonly string[]) => {
    const env = {
      ...process.env,
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@example.com',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'ann@example.com',
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd, env, encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };
  const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
  return { cwd, git, release, read };
}

it('the dry run shows everything and changes nothing', () => {
  const { git, release, read } = repository();

  const { status, said } = release('1.0.0', '--dry-run');

  expect(status).toBe(0);
  for (const shown of [
    'chore(release): 1.0.0',
    'v1.0.0',
    'release/small-1.0.0.tgz',
    'release/small-1.0.0.cdx.json',
    '- Something new.',
  ])
    expect(said).toContain(shown);
  expect(git('status', '--porcelain', '--ignored')).toBe('');
  expect(git('log', '--format=%s')).toBe('first');
  expect(git('tag')).toBe('');
  expect(read('CHANGELOG.md')).toBe(CHANGELOG);
});

it('one command makes changelog, versions, tarball, SBOM, checksums, commit and tag', () => {
  const { cwd, git, release, read } = repository();

  const { status, said } = release('1.0.0');

  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining('git push origin HEAD v1.0.0') });
  expect(git('log', '--format=%s')).toBe('chore(release): 1.0.0\nfirst');
  expect(git('rev-parse', 'v1.0.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
  expect(git('status', '--porcelain')).toBe('');
  expect(read('CHANGELOG.md')).toMatch(
    /^## \[Unreleased\]\n\n## \[1\.0\.0\] - \d{4}-\d\d-\d\d\n\n- Something new\.\n$/m,
  );
  expect(JSON.parse(read('package.json')).version).toBe('1.0.0');
  expect(JSON.parse(read('release/small-1.0.0.cdx.json')).metadata.component).toMatchObject({
    name: 'small',
    version: '1.0.0',
  });
  expect(spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: join(cwd, 'release') }).status).toBe(0);
  expect(release('verify', 'v1.0.0').status).toBe(0);
  expect(release('verify', 'v1.0.1').status).toBe(1);
  expect(release('notes').said).toBe('- Something new.\n');
});

it('a second one of the same version, or with a dirty tree, is refused and changes nothing', () => {
  const { cwd, git, release } = repository();
  release('1.0.0');
  writeFileSync(join(cwd, 'left.txt'), '');

  const { status, said } = release('1.0.0');

  expect(status).toBe(1);
  for (const why of [
    '?? left.txt',
    'the tag v1.0.0 is there already',
    'want a version above 1.0.0',
    '"## [Unreleased]" of CHANGELOG.md is empty',
  ])
    expect(said).toContain(why);
  expect(git('log', '--format=%s')).toBe('chore(release): 1.0.0\nfirst');
});

it('what fails on the way leaves the tree as it was, without commit and tag', () => {
  const { cwd, git, release, read } = repository();
  writeFileSync(
    join(cwd, 'package.json'),
    read('package.json').replace('mkdir -p dist', 'echo no room >&2; exit 7; mkdir -p dist'),
  );
  git('commit', '--quiet', '--all', '--message', 'broken');

  const { status, said } = release('1.0.0');

  expect(status).toBe(1);
  expect(said).toContain('no room');
  expect(git('status', '--porcelain')).toBe('');
  expect(git('log', '--format=%s')).toBe('broken\nfirst');
  expect(git('tag')).toBe('');
});

it.each([[[]], [['pack', 'more']], [['verify']], [['latest']], [['1.0.0', '1.0.1']]])(
  '%j says how it is used',
  (args) => {
    const { status, said } = repository().release(...args);

    expect(status).toBe(1);
    expect(said).toContain('usage: npm run release -- <version> [--dry-run]');
  },
);
