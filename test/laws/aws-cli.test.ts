import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { iamStandIn } from '../stand-ins/iam.ts';
import { type Endpoint, startEndpoint } from '../stand-ins/protocol.ts';
import { type Route53StandIn, route53StandIn } from '../stand-ins/route53.ts';
import { s3StandIn } from '../stand-ins/s3.ts';
import { stsStandIn } from '../stand-ins/sts.ts';

const ROLE = 'arn:aws:iam::222222222222:role/zone';
const installed = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'aws')));

describe.skipIf(!installed)(`the AWS CLI${installed ? '' : ' (skipped: there is no aws on the PATH)'}`, () => {
  // Each command starts a Python of its own.
  vi.setConfig({ testTimeout: 120_000 });
  let endpoint: Endpoint;
  let route53: Route53StandIn;
  let folder: string;

  beforeAll(async () => {
    const s3 = s3StandIn({ now: Date.now });
    route53 = route53StandIn({ now: Date.now });
    const ecs = ecsStandIn({ now: Date.now, region: 'eu-central-1', accountId: '111111111111' });
    ecs.admin.createCluster('cli');
    const iam = iamStandIn({ accountId: '123456789012' });
    const Condition = { StringEquals: { 'sts:ExternalId': 'of-the-shop' } };
    const trust = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole', Condition } as const;
    const reads = { Effect: 'Allow', Action: 'route53:GetHostedZone', Resource: '*' } as const;
    iam.putRole({ arn: ROLE, trust: { Statement: trust }, policies: [{ Statement: reads }] });
    endpoint = await startEndpoint({
      services: [route53, s3, ecs, stsStandIn({ iam })],
      authorize: iam.authorize,
      accountOf: iam.accountOf,
    });
    folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await endpoint.close();
  });

  /** Runs the CLI without any configuration of the machine; gives what it printed and its exit code. */
  const awsAs = (credentials: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    new Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
        ...credentials,
      };
      execFile('aws', ['--endpoint-url', endpoint.url, '--output', 'json', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
      );
    });

  const aws = (...args: readonly string[]) => awsAs({}, ...args);

  it('changes and lists a zone', async () => {
    const zoneId = route53.addHostedZone({ name: 'cli.internal' });
    const batch = {
      Comment: 'by hand',
      Changes: [
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            Name: '_api._tcp.cli.internal',
            Type: 'SRV',
            TTL: 5,
            ResourceRecords: [{ Value: '1 1 8080 one.cli.internal.' }, { Value: '1 1 8081 two.cli.internal.' }],
          },
        },
      ],
    };
    const change = ['route53', 'change-resource-record-sets', '--hosted-zone-id', zoneId, '--change-batch'];

    const first = await aws(...change, JSON.stringify(batch));
    const [again, pages, status] = await Promise.all([
      aws(...change, JSON.stringify(batch)),
      aws('route53', 'list-resource-record-sets', '--hosted-zone-id', zoneId, '--page-size', '1'),
      aws('route53', 'get-change', '--id', JSON.parse(first.stdout).ChangeInfo.Id),
    ]);

    expect(JSON.parse(first.stdout).ChangeInfo).toMatchObject({ Status: 'PENDING', Comment: 'by hand' });
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain(
      "An error occurred (InvalidChangeBatch) when calling the ChangeResourceRecordSets operation: [Tried to create resource record set [name='_api._tcp.cli.internal.', type='SRV'] but it already exists]",
    );
    expect(JSON.parse(pages.stdout).ResourceRecordSets).toMatchObject([
      { Type: 'NS' },
      { Type: 'SOA' },
      { ...batch.Changes[0]?.ResourceRecordSet, Name: '_api._tcp.cli.internal.' },
    ]);
    expect(JSON.parse(status.stdout).ChangeInfo.Status).toBe('INSYNC');
  });

  it('assumes a role with its external id, and acts in its account', async () => {
    const zoneId = route53.addHostedZone({ name: 'elsewhere.internal', accountId: '222222222222' });
    const assume = ['sts', 'assume-role', '--role-arn', ROLE, '--role-session-name', 'by-hand'];
    const get = ['route53', 'get-hosted-zone', '--id', zoneId];

    const [self, assumed, without, direct] = await Promise.all([
      aws('sts', 'get-caller-identity'),
      aws(...assume, '--external-id', 'of-the-shop'),
      aws(...assume),
      aws(...get),
    ]);
    const { Credentials: given } = JSON.parse(assumed.stdout);
    const through = await awsAs(
      {
        AWS_ACCESS_KEY_ID: given.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: given.SecretAccessKey,
        AWS_SESSION_TOKEN: given.SessionToken,
      },
      ...get,
    );

    expect(JSON.parse(self.stdout).Account).toBe('123456789012');
    expect(JSON.parse(assumed.stdout)).toMatchObject({
      Credentials: { SessionToken: expect.any(String), Expiration: expect.stringMatching(/^2\d{3}-/) },
      AssumedRoleUser: { Arn: 'arn:aws:sts::222222222222:assumed-role/zone/by-hand' },
    });
    expect(without.stderr).toContain('(AccessDenied) when calling the AssumeRole operation: User: ');
    expect(direct.stderr).toContain('(AccessDenied) when calling the GetHostedZone operation');
    expect(JSON.parse(through.stdout).HostedZone.Name).toBe('elsewhere.internal.');
  });

  it('finds zones, and is told when it does not sign', async () => {
    const zoneId = route53.addHostedZone({ name: 'found.internal' });

    const [byName, missing, unsigned] = await Promise.all([
      aws('route53', 'list-hosted-zones-by-name', '--dns-name', 'found.internal', '--max-items', '1'),
      aws('route53', 'get-hosted-zone', '--id', 'Z00000000000000000NONE'),
      aws('route53', 'list-hosted-zones', '--no-sign-request'),
    ]);

    expect(JSON.parse(byName.stdout).HostedZones).toMatchObject([
      { Id: `/hostedzone/${zoneId}`, Name: 'found.internal.', ResourceRecordSetCount: 2 },
    ]);
    expect(missing.stderr).toContain('(NoSuchHostedZone)');
    expect(unsigned.stderr).toContain('(MissingAuthenticationToken)');
  });

  it('makes, changes and deletes a service', async () => {
    const web = ['--cluster', 'cli', '--service', 'web'];
    const containers = JSON.stringify([{ name: 'web', image: 'web', command: ['node', '/web.mjs'], memory: 64 }]);
    const register = ['ecs', 'register-task-definition', '--family', 'web', '--container-definitions', containers];
    const create = ['ecs', 'create-service', '--cluster', 'cli', '--service-name', 'web', '--task-definition', 'web'];

    const first = await aws(...register);
    const made = await aws(...create, '--desired-count', '1');
    const other = await aws(...create, '--desired-count', '2');
    const second = await aws(...register);
    const rolled = await aws('ecs', 'update-service', ...web, '--task-definition', 'web', '--desired-count', '2');
    const [listed, described, definitions, refused] = await Promise.all([
      aws('ecs', 'list-services', '--cluster', 'cli'),
      aws('ecs', 'describe-services', '--cluster', 'cli', '--services', 'web', 'nobody'),
      aws('ecs', 'list-task-definitions', '--family-prefix', 'web', '--sort', 'DESC'),
      aws('ecs', 'delete-service', ...web),
    ]);
    const deleted = await aws('ecs', 'delete-service', ...web, '--force');
    const retired = await aws('ecs', 'deregister-task-definition', '--task-definition', 'web:1');

    expect(
      [first, made, second, rolled, listed, described, definitions, deleted, retired].map(({ stderr }) => stderr),
    ).toEqual(Array(9).fill(''));
    expect(other.stderr).toContain('(InvalidParameterException)');
    expect(other.stderr).toContain('Creation of service was not idempotent.');
    expect(refused.stderr).toContain('The service cannot be stopped while it is scaled above 0.');
    expect(JSON.parse(rolled.stdout).service).toMatchObject({
      desiredCount: 2,
      taskDefinition: expect.stringMatching(/:task-definition\/web:2$/),
    });
    expect(JSON.parse(listed.stdout).serviceArns).toEqual([expect.stringMatching(/:service\/cli\/web$/)]);
    expect(JSON.parse(described.stdout)).toMatchObject({
      services: [{ serviceName: 'web', status: 'ACTIVE' }],
      failures: [{ reason: 'MISSING' }],
    });
    expect(JSON.parse(definitions.stdout).taskDefinitionArns).toHaveLength(2);
    expect(JSON.parse(deleted.stdout).service.status).toBe('DRAINING');
    expect(JSON.parse(retired.stdout).taskDefinition.status).toBe('INACTIVE');
  });

  it('copies files to and from a bucket', async () => {
    const here = join(folder, 'here.bin');
    const back = join(folder, 'back.bin');
    await writeFile(
      here,
      Uint8Array.from({ length: 100_000 }, (_, index) => index % 251),
    );

    const made = await aws('s3', 'mb', 's3://cli-bucket');
    const up = await aws('s3', 'cp', here, 's3://cli-bucket/runs/plan 1.bin');
    const [listed, down, gone] = await Promise.all([
      aws('s3', 'ls', 's3://cli-bucket/runs/'),
      aws('s3', 'cp', 's3://cli-bucket/runs/plan 1.bin', back),
      aws('s3api', 'get-object', '--bucket', 'cli-bucket', '--key', 'gone', join(folder, 'gone.bin')),
    ]);
    const removed = await aws('s3', 'rb', '--force', 's3://cli-bucket');

    expect([made, up, listed, down, removed].map(({ code, stderr }) => [code, stderr])).toEqual(Array(5).fill([0, '']));
    expect(listed.stdout).toMatch(/100000 plan 1\.bin$/m);
    expect(await readFile(back)).toEqual(await readFile(here));
    expect(gone.stderr).toContain('(NoSuchKey)');
  });
});
