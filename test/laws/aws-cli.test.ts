import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Endpoint, startEndpoint } from '../stand-ins/protocol.ts';
import { type Route53StandIn, route53StandIn } from '../stand-ins/route53.ts';
import { s3StandIn } from '../stand-ins/s3.ts';

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
    endpoint = await startEndpoint({ services: [route53, s3] });
    folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await endpoint.close();
  });

  /** Runs the CLI without any configuration of the machine; gives what it printed and its exit code. */
  const aws = (...args: readonly string[]) =>
    new Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
      };
      execFile('aws', ['--endpoint-url', endpoint.url, '--output', 'json', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
      );
    });

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
