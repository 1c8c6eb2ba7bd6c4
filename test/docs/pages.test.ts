import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ALL = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((page) => existsSync(page) && !page.startsWith('test/fixtures/'));
const DOCS = readdirSync('docs').filter((name) => name.endsWith('.md'));

/** What lies outside of code blocks. */
const prose = (page: string) => readFileSync(page, 'utf8').replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '');

/** The name by which a heading is linked, as code hosts make it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/\]\([^)]*\)|[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (page: string) => [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

const links = (page: string) =>
  [...prose(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);

describe.each(ALL)('%s', (page) => {
  it('has no link that leads nowhere', () => {
    const lost = links(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchors(target).includes(anchor);
    });
    expect(lost).toEqual([]);
  });
});

it.each(DOCS)('docs/%s says in its first lines for whom it is', (name) => {
  expect(readFileSync(join('docs', name), 'utf8')).toMatch(/^# [^\n]+\n\n\*For [^*]+\.\*\n/);
});

describe('the README', () => {
  const readme = readFileSync('README.md', 'utf8');

  it('is the way in: at most 200 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  it('leads to every page', () => {
    expect(DOCS.filter((name) => !links('README.md').some((link) => link.split('#')[0] === `docs/${name}`))).toEqual([
      'change-one-thing.md', // CONTRIBUTING leads there
    ]);
  });

  it('says what a small deployment costs, all included', () => {
    const [all] =
      /\| all \| .*? (\d+\.\d\d) \|/
        .exec(readFileSync('docs/cost.md', 'utf8').split('## A small one')[1] ?? '')
        ?.slice(1) ?? [];
    expect(readme).toContain(`**USD ${all} a month**`);
  });
});
