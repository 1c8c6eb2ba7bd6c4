import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const read = (file: string): Workflow => parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));
const files = readdirSync(FOLDER);
const steps = (file: string) => Object.values(read(file).jobs).flatMap((job) => job.steps);

/** What each job may do, and nothing else. */
const PERMISSIONS: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  'ci.yml': [{ contents: 'read' }],
  'release.yml': [{ contents: 'read', 'id-token': 'write' }, { contents: 'write' }],
};

describe.each(Object.keys(PERMISSIONS))('%s', (file) => {
  it('has the least permissions, by job, and a time limit', () => {
    const { permissions, jobs } = read(file);

    expect(Object.values(jobs).map((job) => job.permissions ?? permissions)).toEqual(PERMISSIONS[file]);
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('runs scripts that there are', () => {
    const named = steps(file).flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run (?:--\w+ )?([\w:-]+)/g)].map(([, name]) => name),
    );

    for (const name of named) expect(scripts).toHaveProperty([name ?? '']);
  });

  it('pins the actions of others by their major version', () => {
    for (const { uses } of steps(file)) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  });
});

it('there are no others', () => {
  expect(files.sort()).toEqual(Object.keys(PERMISSIONS).sort());
});

it('a tag is verified before anything is packed, and what was packed is what is published, with provenance', () => {
  const runs = steps('release.yml').map(({ run = '' }) => run);
  const at = (text: string) => runs.findIndex((run) => run.includes(text));

  expect(read('release.yml').on).toEqual({ push: { tags: ['v*'] } });
  expect(at('release -- verify "$GITHUB_REF_NAME"')).toBeGreaterThan(at('npm ci'));
  expect(at('release -- pack')).toBeGreaterThan(at('release -- verify'));
  expect(runs[at('npm publish')]).toMatch(/release\/\*\.tgz.* --provenance/);
  expect(at('npm publish')).toBeGreaterThan(at('release -- pack'));
  expect(runs[at('gh release create')]).toMatch(/release\/\*\.tgz release\/\*\.cdx\.json release\/SHA256SUMS/);
});

it('templates of issues parse and ask for the version', () => {
  const forms = readdirSync('.github/ISSUE_TEMPLATE').map((file) =>
    parse(readFileSync(`.github/ISSUE_TEMPLATE/${file}`, 'utf8')),
  );

  expect(forms.flatMap(({ body = [] }) => body.map(({ id }: { id?: string }) => id))).toContain('version');
});
