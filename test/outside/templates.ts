import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Judges } from './python.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Every app of this repository that makes a template. */
const APPS = [
  'infra/app.ts',
  'examples/minimal/app.ts',
  'examples/full/app.ts',
  'examples/accounts/app.ts',
  'examples/environment/app.ts',
];

/** For whoever uses no CDK in the account of the zone; it has no state machine. */
export const WRITTEN = [join(ROOT, 'docs', 'hosted-zone-role.yaml')];

/** `DependsOn` beside the reference that makes it needless is how the CDK writes every function with a role. */
const IGNORED = 'W3005';

const findings = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Filename: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
  }),
);

/** Synthesizes every app below a folder, its functions not bundled, and the template to launch. @returns paths of templates */
export async function synthesizeAll(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const templates = await Promise.all(
    APPS.map(async (app) => {
      const out = join(folder, app.replaceAll('/', '-'));
      const env = {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true }),
      };
      // The examples take themselves for the root, as `cdk synth` in their folder does; the app is run from this one.
      const cwd = app.startsWith('examples/') ? join(ROOT, dirname(app)) : ROOT;
      const file = app.startsWith('examples/') ? basename(app) : app;
      await promisify(execFile)(process.execPath, [file], { cwd, env, signal });
      const files = await readdir(out);
      return files.filter((name) => name.endsWith('.template.json')).map((name) => join(out, name));
    }),
  );
  const launch = join(folder, 'launch');
  const command = ['bin/ecssd.mjs', 'template', '--out', launch];
  await promisify(execFile)(process.execPath, command, { cwd: ROOT, signal });
  return [...templates.flat(), join(launch, 'template.json')];
}

/** What cfn-lint says of templates in all Regions, one sentence each. */
export async function lintTemplates({ lint }: Judges, templates: readonly string[]): Promise<readonly string[]> {
  const output = await lint('--regions', 'ALL_REGIONS', '--format', 'json', '-i', IGNORED, '-t', ...templates);
  return findings
    .parse(JSON.parse(output))
    .map(({ Rule, Message, Filename, Location }) =>
      [basename(Filename), Location.Path?.join('.') ?? '', Rule.Id, Message].join(' '),
    );
}

/** A template with one fault of each kind that only a linter knows, and the place of each. */
const SPOILED = {
  template: {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      UnknownProperty: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'red' } },
      UnknownValue: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'Everybody' } },
      OutOfRange: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 43_201 } },
      MissingProperty: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'index.handler' } },
      UnknownReference: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Nobody' } } },
      UnknownAttribute: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: { 'Fn::GetAtt': ['OutOfRange', 'Colour'] } },
      },
      UnknownType: { Type: 'AWS::SQS::Colour', Properties: {} },
    },
  },
  faults: [
    'Resources.UnknownProperty',
    'Resources.UnknownValue',
    'Resources.OutOfRange',
    'Resources.MissingProperty',
    'Resources.UnknownReference',
    'Resources.UnknownAttribute',
    'Resources.UnknownType',
  ],
} as const;

/** Which faults made on purpose cfn-lint does not tell. */
export async function unnoticedInTemplates(judges: Judges, folder: string) {
  const file = join(folder, 'spoiled.template.json');
  await writeFile(file, JSON.stringify(SPOILED.template));
  const told = await lintTemplates(judges, [file]);
  const missed = SPOILED.faults.filter((place) => !told.some((sentence) => sentence.includes(` ${place}`)));
  return { made: SPOILED.faults.length, missed };
}
