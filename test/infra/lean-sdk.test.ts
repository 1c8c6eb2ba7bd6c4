import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ec2Reader, ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { anywhereReader } from '../../functions/adapters/ssm-reader.ts';
import { build } from '../../infra/bundles.ts';
import { failure, served, withoutPauses } from '../adapters/served.ts';
import { DEFAULT_SUBNET, ec2StandIn } from '../stand-ins/ec2.ts';
import { ssmStandIn } from '../stand-ins/ssm.ts';

const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
let make: () => Ec2Reader;
let anywhere: typeof anywhereReader;

beforeAll(async () => {
  build(['functions/adapters/ec2-reader.ts', 'functions/adapters/ssm-reader.ts'], outdir);
  ({ ec2Reader: make } = await import(pathToFileURL(join(outdir, 'ec2-reader/index.mjs')).href));
  ({ anywhereReader: anywhere } = await import(pathToFileURL(join(outdir, 'ssm-reader/index.mjs')).href));
}, 60_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

// What the bundle has of EC2 is the SDK's own, but for what nobody asks for: it says and understands the same.
it.each([
  { call: 'DescribeInstances', ask: (ec2: Ec2Reader) => ec2.describeInstances(['i-00000001', 'i-00000002', 'i-9']) },
  { call: 'DescribeNetworkInterfaces', ask: (ec2: Ec2Reader) => ec2.holdersOf(['10.0.0.1', '10.0.0.3', '10.0.0.9']) },
  { call: 'DescribeSubnets', ask: (ec2: Ec2Reader) => ec2.vpcsOf([DEFAULT_SUBNET, 'subnet-00000009']) },
])('$call of a bundle has the answer of the whole SDK', async ({ ask }) => {
  const ec2 = ec2StandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' });
  ec2.admin.putInstance('i-00000001', { privateIpAddress: '10.0.0.1' });
  ec2.admin.putInstance('i-00000002', { privateIpAddress: '10.0.0.2', state: 'stopped' });
  ec2.admin.putNetworkInterface('eni-00000001', { privateIpAddresses: ['10.0.0.3'] });
  await served(ec2);

  const found = await ask(make());

  expect(found.size).toBeGreaterThan(0);
  expect([...found]).toEqual([...(await ask(ec2Reader()))]);
});

const MACHINES = ['mi-00000000000000001', 'mi-00000000000000002'];

it('DescribeInstanceInformation of a bundle has the answer of the whole SDK', async () => {
  const ssm = ssmStandIn({ now: () => 0, refusesUnknown: true });
  ssm.admin.putMachine(MACHINES[0] ?? '', { ipAddress: '192.168.0.7' });
  await served(ssm);

  const found = await anywhere().addressesOf(MACHINES);

  expect([...found]).toEqual([['mi-00000000000000001', '192.168.0.7']]);
  expect([...found]).toEqual([...(await anywhereReader().addressesOf(MACHINES))]);
});

it.each(['ThrottlingException', 'AccessDeniedException', 'InternalServerError', 'SomethingNew'])(
  '%s has the same name from a bundle',
  async (name) => {
    withoutPauses();
    const { inject } = await served(ssmStandIn({ now: () => 0 }));
    inject('DescribeInstanceInformation', { status: 400, body: JSON.stringify({ __type: name, message: 'no' }) });

    const [bundled, whole] = [
      await failure(anywhere().addressesOf(MACHINES)),
      await failure(anywhereReader().addressesOf(MACHINES)),
    ];

    expect(`${bundled.name}: ${bundled.message}`).toBe(`${whole.name}: ${whole.message}`);
  },
);
