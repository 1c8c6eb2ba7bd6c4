import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';
import { grants, trusts } from './grants.ts';
import { CDK_JSON, functionsOf, ofType, only, rendered, UNBUNDLED } from './synthesized.ts';

/** Milliseconds: two whole syntheses, on a machine that may have other work. */
const timeout = 120_000;

const assemblies = mkdtempSync(join(tmpdir(), 'examples-'));
afterAll(() => rmSync(assemblies, { recursive: true, force: true }));

/** Runs an example as the CLI does, with the CDK's own validation of templates. */
async function synthesized(name: 'minimal' | 'full' | 'accounts', stack: string): Promise<Template> {
  const out = join(assemblies, name);
  const env = {
    ...process.env,
    CDK_VALIDATION: 'true',
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...CDK_JSON, ...UNBUNDLED }),
  };
  const { stderr } = await promisify(execFile)(process.execPath, ['app.ts'], { cwd: join('examples', name), env });
  expect(stderr).toBe('');
  return Template.fromJSON(JSON.parse(readFileSync(join(out, `${stack}.template.json`), 'utf8')));
}

it('the minimal example: a zone, its VPC, and every cluster', { timeout }, async () => {
  const template = await synthesized('minimal', 'MinimalServiceDiscovery');

  expect(functionsOf(template).size).toBe(13);
  expect(rendered(functionsOf(template).get('list-clusters')?.environment.CLUSTERS)).toBe('');
  expect(ofType(template, 'AWS::EC2::NatGateway')).toEqual([]);
  expect(ofType(template, 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
});

it('the example of two accounts: a role that trusts exactly the functions of the other stack', {
  timeout,
}, async () => {
  const [role, stack] = [await synthesized('accounts', 'ShopZoneRole'), await synthesized('accounts', 'ShopDiscovery')];

  const [trust] = Object.values(trusts(role)).flat();
  expect(trust).toMatch(
    /PrincipalArn arn:\{Partition\}:iam::123456789012:role\/ShopDiscovery-\*,.*role\/Operators and/,
  );
  const { SnapshotZone = [], ApplyBatch = [] } = grants(stack, 'Allow');
  for (const lines of [SnapshotZone, ApplyBatch]) {
    expect(lines).toContain('sts:AssumeRole arn:aws:iam::210987654321:role/shop-service-discovery');
  }
  expect(JSON.stringify(stack.toJSON())).not.toContain('route53:');
});

it('the full example: every prop', { timeout }, async () => {
  const template = await synthesized('full', 'FullServiceDiscovery');

  const environment = functionsOf(template).get('plan-changes')?.environment ?? {};
  expect(environment).toMatchObject({ OWNER_LABEL: 'blue', RECORD_TTL: '10', MAX_DELETE_SHARE: '0.2' });
  expect(rendered(environment.DEPLOYMENT_ID)).toBe('123456789012/eu-west-1/shop-blue');
  expect(only(template, 'AWS::Scheduler::Schedule').Properties.ScheduleExpression).toBe('rate(2 minutes)');
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(Object.keys(ALARMS).length + 1);
  expect(alarms.every(({ Properties }) => rendered(Properties.AlarmActions) === '{OnCall}')).toBe(true);
});
