import { describe, expect, it } from 'vitest';
import { planRelease, type Tree, tagComplaint } from '../../packaging/plan.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something.

## [1.1.0] - 2026-10-01

- Before.
`;

const TREE: Tree = {
  changelog: CHANGELOG,
  manifest: JSON.stringify({ name: 'x', version: '1.1.0' }),
  lock: JSON.stringify({
    name: 'x',
    version: '1.1.0',
    packages: { '': { version: '1.1.0' }, 'node_modules/y': { version: '1.1.0' } },
  }),
  changed: '',
  tags: ['v1.0.0', 'v1.1.0'],
};

const plan = (version: string, tree: Partial<Tree> = {}) => planRelease(version, '2026-11-28', { ...TREE, ...tree });

describe('a release', () => {
  it('moves what is unreleased below its heading, and leaves nothing unreleased', () => {
    expect(plan('1.2.0')).toMatchObject({
      tag: 'v1.2.0',
      message: 'chore(release): 1.2.0',
      notes: '### Added\n\n- Something.',
      files: {
        'CHANGELOG.md': CHANGELOG.replace('## [Unreleased]', '## [Unreleased]\n\n## [1.2.0] - 2026-11-28'),
      },
    });
  });

  it('changes the version of the package in manifest and lock, and of nothing else', () => {
    const planned = plan('2.0.0-rc.1');

    const files = 'files' in planned ? planned.files : undefined;
    expect(JSON.parse(files?.['package.json'] ?? '')).toEqual({ name: 'x', version: '2.0.0-rc.1' });
    expect(JSON.parse(files?.['package-lock.json'] ?? '')).toEqual({
      name: 'x',
      version: '2.0.0-rc.1',
      packages: { '': { version: '2.0.0-rc.1' }, 'node_modules/y': { version: '1.1.0' } },
    });
  });

  it.each([
    {
      what: 'a dirty tree',
      tree: { changed: ' M a.ts\n?? b.ts\n' },
      says: 'the working tree has changes (M a.ts and 1 more), want none',
    },
    { what: 'a tag that is there', tree: { tags: ['v1.2.0'] }, says: 'the tag v1.2.0 is there already' },
    { what: 'a tag that is higher', tree: { tags: ['v1.10.0'] }, says: 'got 1.2.0, want a version above 1.10.0' },
    {
      what: 'a manifest that is higher',
      tree: { manifest: '{"version":"1.2.0"}' },
      says: 'want a version above 1.2.0',
    },
    {
      what: 'a heading that is higher',
      tree: { changelog: CHANGELOG.replace('[1.1.0]', '[1.3.0]') },
      says: 'want a version above 1.3.0',
    },
    {
      what: 'nothing unreleased',
      tree: { changelog: CHANGELOG.replace('- Something.', '') },
      says: '"## [Unreleased]" of CHANGELOG.md is empty',
    },
    { what: 'no heading for it', tree: { changelog: '# Changelog\n' }, says: 'CHANGELOG.md has no "## [Unreleased]"' },
  ])('is refused for $what', ({ tree, says }) => {
    const { refused } = plan('1.2.0', tree) as { refused: readonly string[] };

    expect(refused.join('\n')).toContain(says);
  });

  it.each(['1.1.0', '1.0.9', '1.1.0-rc.1', 'v1.2.0', 'next', '1.2'])('%s is refused', (version) => {
    expect(plan(version)).toEqual({ refused: expect.arrayContaining([expect.stringContaining(', want a version ')]) });
  });
});

describe('a tag', () => {
  it.each([
    { tag: 'v1.1.0', says: undefined },
    { tag: 'v1.2.0', says: 'the tag is v1.2.0, package.json has 1.1.0 and CHANGELOG.md 1.1.0, want one version' },
    { tag: '1.1.0', says: 'the tag is 1.1.0, package.json has 1.1.0 and CHANGELOG.md 1.1.0, want one version' },
  ])('$tag: $says', ({ tag, says }) => {
    expect(tagComplaint(tag, TREE)).toBe(says);
  });

  it('is wrong where the changelog says nothing of the version', () => {
    expect(tagComplaint('v1.1.0', { ...TREE, changelog: '## [Unreleased]\n' })).toContain('CHANGELOG.md no release');
  });
});
