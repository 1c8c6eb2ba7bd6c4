import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../cli/commands/index.ts';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const workflow: {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly permissions?: unknown }>>;
} = parse(readFileSync('examples/pipelines/github-actions.yml', 'utf8'));
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const lines = steps.flatMap(({ run = '' }) => run.split('\n'));
const commands = lines.flatMap((line) => /npx ecssd (.*?)(?: \|\||$)/.exec(line)?.[1] ?? []);

describe('the pipeline for GitHub Actions', () => {
  it('replays, deploys and waits, in this order', () => {
    const what = lines.flatMap((line) => /npx (ecssd \w+|cdk \w+)/.exec(line)?.[1] ?? []);

    expect(what).toEqual(['ecssd replay', 'cdk deploy', 'ecssd status']);
  });

  it.each(commands)('ecssd %s is a command with these options', (command) => {
    const [name = '', ...words] = command.split(' ');
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));

    expect(Object.keys(COMMANDS)).toContain(name);
    expect(Object.keys(COMMANDS[name]?.options ?? {})).toEqual(expect.arrayContaining(options));
  });

  it('may read the repository and ask for an identity, nothing else, and stores no key', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(Object.values(workflow.jobs).map(({ permissions }) => permissions)).toEqual([undefined]);
    expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|AWS_SECRET|AKIA/);
  });

  it('assumes a role that only one branch of one repository may assume', () => {
    const { Statement } = JSON.parse(readFileSync('examples/pipelines/trust-policy.json', 'utf8'));
    const role = steps.find(({ uses = '' }) => uses.startsWith('aws-actions/'))?.with?.['role-to-assume'];

    expect(role).toMatch(/^arn:aws:iam::\d{12}:role\/service-discovery-deploy$/);
    expect(Statement).toEqual([
      expect.objectContaining({
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': expect.stringMatching(
              /^repo:[\w-]+\/[\w-]+:ref:refs\/heads\/main$/,
            ),
          },
        },
      }),
    ]);
  });

  it('lets that role do what its commands need by docs/command.md, and assume the roles of the bootstrap', () => {
    const { Statement } = JSON.parse(readFileSync('examples/pipelines/role-policy.json', 'utf8'));
    const page = readFileSync('docs/command.md', 'utf8');
    const needed = ['all but `cost` and `template`', '`replay`', '`status --wait`'].flatMap((row) =>
      actionsOf(page.split('\n').find((line) => line.startsWith(`| ${row} | `)) ?? ''),
    );

    const allowed: readonly string[] = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);

    expect(needed.length).toBeGreaterThan(6);
    expect(new Set(allowed)).toEqual(new Set(['sts:AssumeRole', ...needed]));
    expect(Statement[0].Resource).toMatch(/^arn:aws:iam::\d{12}:role\/cdk-hnb659fds-\*$/);
  });
});

/** The actions of a row; what has no service is of the one before it. */
function actionsOf(row: string): readonly string[] {
  let service = '';
  return [...row.replaceAll(/`--?[^`]*`|`status --wait`/g, '').matchAll(/`(?:(\w+):)?([A-Z]\w+)`/g)].map(
    ([, given, action]) => {
      service = given ?? service;
      return `${service}:${action}`;
    },
  );
}
