import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { CDK_JSON, ofType, UNBUNDLED } from '../../infra/synthesized.ts';
import { environment } from '../../infra/templates.ts';

/** Milliseconds: a whole synthesis with the validation of its template, on a machine that may have other work. */
const timeout = 120_000;
const assembly = mkdtempSync(join(tmpdir(), 'environment-'));
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

interface Manifest {
  readonly missing?: readonly unknown[];
}
interface Assets {
  readonly dockerImages: Readonly<
    Record<string, { readonly source: { readonly dockerFile: string; readonly platform: string } }>
  >;
}
const read = <T>(file: string): T => JSON.parse(readFileSync(join(assembly, file), 'utf8'));

it('synthesizes without docker, without network, without credentials, and looks nothing up', { timeout }, async () => {
  // As `cdk synth --app 'node examples/environment/app.ts'` runs it; nothing is on the path, and the proxy is dead.
  const env = {
    PATH: assembly,
    HOME: assembly,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_VALIDATION: 'true',
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify({ ...CDK_JSON, ...UNBUNDLED }),
  };

  const { stderr } = await promisify(execFile)(process.execPath, ['examples/environment/app.ts'], { env });

  expect(stderr).toBe('');
  expect(read<Manifest>('manifest.json').missing ?? []).toEqual([]);
  const images = Object.values(read<Assets>('ServiceDiscoveryEnvironment.assets.json').dockerImages);
  // Two services of calc, one image.
  expect(images.map(({ source }) => [source.dockerFile, source.platform]).sort()).toEqual(
    ['calc', 'portal', 'time'].map((service) => [`${service}/Dockerfile`, 'linux/arm64']),
  );
});

describe('the template', () => {
  const template = environment();

  it('says where the portal is, and what the commands of the README ask for', () => {
    const outputs: Readonly<Record<string, { Value: unknown }>> = template.toJSON().Outputs;
    const readme = readFileSync('examples/environment/README.md', 'utf8');

    expect(JSON.stringify(outputs.PortalAddress)).toMatch(/"http:\/\/".*PortalLoadBalancer\w+","DNSName"/);
    const asked = [...readme.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => String(name));
    expect([...new Set(asked)].sort()).toEqual(Object.keys(outputs).sort());
  });

  it('probes nothing that the load balancer does not: both ask for /health', () => {
    const groups = ofType(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').map(({ Properties }) => Properties);

    expect(groups).toMatchObject([{ HealthCheckPath: '/health', Port: 8080, TargetType: 'ip' }]);
  });
});
