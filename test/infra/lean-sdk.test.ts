import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ec2Reader, ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { build } from '../../infra/bundles.ts';
import { served } from '../adapters/served.ts';
import { DEFAULT_SUBNET, ec2StandIn } from '../stand-ins/ec2.ts';

const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
let make: () => Ec2Reader;

beforeAll(async () => {
  build(['functions/adapters/ec2-reader.ts'], outdir);
  ({ ec2Reader: make } = await import(pathToFileURL(join(outdir, 'ec2-reader/index.mjs')).href));
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
