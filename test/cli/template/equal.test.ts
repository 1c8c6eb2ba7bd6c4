import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppTemplate, BUCKET_WANT, PREFIX_WANT } from '../../../cli/template/launchable.ts';
import type { Template } from '../../../examples/local/template/cloudformation.ts';
import { readDeployment } from '../../../examples/local/template/deployment.ts';
import { ecssd } from '../terminal.ts';
import { unzipped } from './zip.ts';

/** Milliseconds: two synths and two bundlings, on a machine that may have other work. */
const timeout = 600_000;
const place = mkdtempSync(join(tmpdir(), 'launch-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}
type Whole = AppTemplate & { readonly Resources: Readonly<Record<string, Resource>> };
const read = (path: string): Whole => JSON.parse(readFileSync(path, 'utf8'));

/** What `npx cdk synth` makes of the app, as `cdk deploy` would send it. */
async function synthesized(name: string, context: readonly string[]): Promise<Whole> {
  const out = join(place, `${name}.out`);
  const cdk = ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', out];
  const env = { ...process.env, CDK_VALIDATION: 'false' };
  await promisify(execFile)(process.execPath, [...cdk, ...context.flatMap((one) => ['-c', one])], { env });
  const [file = ''] = readdirSync(out).filter((one) => one.endsWith('.template.json'));
  return read(join(out, file));
}

/** Without where code lies, and without what the CDK notes of it and of its own paths. */
function butForAssets({ Parameters = {}, Rules, ...rest }: Whole): unknown {
  const { CodeBucket, CodePrefix, BootstrapVersion, ...parameters } = Parameters as Record<string, unknown>;
  const { CheckBootstrapVersion, ...rules } = (Rules ?? {}) as Record<string, unknown>;
  const resources = Object.entries(rest.Resources).map(([id, { Metadata = {}, ...resource }]) => {
    const { Code, ...properties } = resource.Properties ?? {};
    const metadata = Object.entries(Metadata).filter(([key]) => !key.startsWith('aws:'));
    return [id, { ...resource, Properties: properties, Metadata: Object.fromEntries(metadata) }];
  });
  return { ...rest, Parameters: parameters, Rules: rules, Resources: Object.fromEntries(resources) };
}

const IDS = {
  HostedZoneId: 'Z0123456789ABCDEFGHIJ',
  HostedZoneName: 'shop.internal',
  VpcId: 'vpc-0123456789abcdef0',
  PrivateSubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
};

describe.each([
  { of: 'its defaults', name: 'defaults', context: [] },
  {
    of: 'several settings',
    name: 'settings',
    context: [
      'stackName=Depot',
      'clusters=shop,depot',
      'healthCheckPath=/health',
      'onUnhealthy=deregister-and-stop',
      'negativeTtl=5',
      'logRetention=forever',
      'removalPolicy=destroy',
      'privateSubnetIds=subnet-0123456789abcdef0,subnet-0123456789abcdef1',
    ],
  },
])('the template with $of', ({ name, context }) => {
  const out = join(place, name);
  let app: Whole;
  let launched: Whole;
  beforeAll(async () => {
    app = await synthesized(name, context);
    const { code, told } = await ecssd(['template', '--out', out, ...context.flatMap((one) => ['-c', one])]);
    expect([code, told]).toEqual([0, []]);
    launched = read(join(out, 'template.json'));
  }, timeout);

  it('is the one of the app, but for assets', () => {
    expect(butForAssets(launched)).toEqual(butForAssets(app));
    expect(launched.Parameters?.CodeBucket?.ConstraintDescription).toBe(`want ${BUCKET_WANT}`);
    expect(launched.Parameters?.CodePrefix?.ConstraintDescription).toBe(`want ${PREFIX_WANT}`);
  });

  it('names archives that hold the very bundles of the app', () => {
    const functions = Object.entries(launched.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
    expect(functions).toHaveLength(13);
    for (const [id, { Properties }] of functions) {
      const { S3Key } = (Properties as { Code: { S3Key: { 'Fn::Sub': string } } }).Code;
      const archive = readFileSync(join(out, S3Key['Fn::Sub'].replace('${CodePrefix}', '')));
      const asset = join(place, `${name}.out`, String(app.Resources[id]?.Metadata?.['aws:asset:path']), 'index.mjs');
      const [file, ...others] = unzipped(archive, inflateRawSync);
      expect(others).toEqual([]);
      expect(file?.name).toBe('index.mjs');
      expect(file?.content.equals(readFileSync(asset))).toBe(true);
    }
  });

  it('is what the local run deploys from, with the parameters given', () => {
    const where = {
      region: 'eu-west-1',
      accountId: '123456789012',
      queueUrl: (queue: string) => `http://sqs/${queue}`,
    };
    const deployment = (template: Whole, parameters: Readonly<Record<string, string>>) =>
      readDeployment({ name: 'Stack', template: template as Template }, { ...where, parameters });

    const from = deployment(launched, { ...IDS, CodeBucket: 'code' });

    expect(from.functions).toHaveLength(13);
    expect(from).toEqual(deployment(app, IDS));
  });
});
