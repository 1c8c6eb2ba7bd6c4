import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { packed } from '../../packaging/manifest.ts';
import { fixedZone, simpleSet } from '../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../stand-ins/dns-server.ts';

const run = promisify(execFile);
/** Packing builds, and changes package.json while it lasts: it is done in a copy, so that nobody else sees that. */
const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
const app = mkdtempSync(join(tmpdir(), 'app-of-somebody-else-'));
const modules = join(app, 'node_modules');
const installed = join(modules, 'ecs-service-discovery-dns');
/** Milliseconds: a whole build, on a machine that may have other work. */
const timeout = 180_000;

/** Packs as for a release, and installs that into an empty app: no registry is asked, since nothing else is needed. */
beforeAll(async () => {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of stdout.split('\0').filter((one) => one !== '' && existsSync(one)))
    cpSync(file, join(checkout, file));
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
  const env = { ...process.env, GITHUB_REPOSITORY: 'shop/ecs-dns' };
  await run('npm', ['pack', '--pack-destination', app], { cwd: checkout, env });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  const [tarball = ''] = readdirSync(app).filter((file) => file.endsWith('.tgz'));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: app });
  for (const peer of ['aws-cdk-lib', 'constructs'])
    symlinkSync(join(process.cwd(), 'node_modules', peer), join(modules, peer));
}, timeout);
afterAll(() => {
  for (const folder of [app, checkout]) rmSync(folder, { recursive: true, force: true });
});

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ServiceDiscovery } from 'ecs-service-discovery-dns';

const app = new App();
const stack = new Stack(app, 'Shop');
const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
const hostedZone = new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'shop.internal', vpc });
new ServiceDiscovery(stack, 'ServiceDiscovery', { hostedZone, vpc, healthCheckPath: '/health' });
app.synth();
`;

async function synthesized(name: string, text: string): Promise<unknown> {
  writeFileSync(join(app, `${name}.js`), text);
  const env = { ...process.env, CDK_OUTDIR: join(app, `${name}.out`), CDK_VALIDATION: 'false', NODE_PATH: '' };
  await run(process.execPath, [`${name}.js`], { cwd: app, env });
  return JSON.parse(readFileSync(join(app, `${name}.out`, 'Shop.template.json'), 'utf8'));
}

it('carries the construct, its types, every function and the command, but no sources', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });

  expect(files).toEqual(
    expect.arrayContaining([
      'bin/ecssd.mjs',
      'dist/infra/index.js',
      'dist/infra/index.d.ts',
      'dist/infra/app.js',
      'dist/srv/lookup.js',
      'dist/srv/lookup.d.ts',
      'dist/statemachines/reconcile.asl.json',
      'dist/bundles/check-health/index.mjs',
      'LICENSE',
      'SECURITY.md',
      'CHANGELOG.md',
      'docs/operate.md',
      'README.md',
    ]),
  );
  expect(files.filter((file) => /(?<!\.d)\.ts$|^(test|examples|functions|cli)\b/.test(file))).toEqual([]);
});

it('makes the template that the sources make, down to the code of each function, without a bundler or a reader of YAML', {
  timeout,
}, async () => {
  const sources = pathToFileURL(join(process.cwd(), 'infra/index.ts')).href;

  const packed = await synthesized('packed', APP);
  const source = await synthesized('source', APP.replace('ecs-service-discovery-dns', sources));

  expect(readdirSync(modules).filter((name) => name === 'esbuild' || name === 'yaml')).toEqual([]);
  expect(JSON.stringify(packed).match(/"S3Key":"[0-9a-f]{64}\.zip"/g)?.length).toBeGreaterThanOrEqual(13);
  expect(packed).toEqual(source);
});

it('has types: a good app compiles, wrong props do not', { timeout }, async () => {
  const wrong = (props: string) =>
    `// @ts-expect-error\nnew ServiceDiscovery(stack, 'Wrong', { hostedZone, vpc, ${props} });\n`;
  mkdirSync(join(app, 'typed'));
  writeFileSync(
    join(app, 'typed/app.ts'),
    `${APP}import { InvalidPropsError, type ServiceDiscoveryProps } from 'ecs-service-discovery-dns';
import { type Endpoint, type Tried, tryEach } from 'ecs-service-discovery-dns/srv';
${wrong("recordTtl: '5s'")}${wrong('noSuchProp: true')}
const discovery = new ServiceDiscovery(stack, 'Other', { hostedZone, vpc, deploymentId: 'other' } satisfies ServiceDiscoveryProps);
discovery.metricInstancesPublished().createAlarm(stack, 'Few', { evaluationPeriods: 1, threshold: 1 });
// @ts-expect-error
discovery.noSuchMethod();
const tried: Promise<Tried<number>> = tryEach('_calc._tcp.shop.internal', async ({ port }: Endpoint) => port, { keep: 0 });
void tried;
// @ts-expect-error
void tryEach('_calc._tcp.shop.internal', async () => 1, { noSuchOption: true });
export const isOurs = (fault: unknown): fault is InvalidPropsError => fault instanceof InvalidPropsError;
`,
  );
  const compilerOptions = { module: 'nodenext', strict: true, skipLibCheck: true, noEmit: true, types: [] };
  writeFileSync(join(app, 'typed/tsconfig.json'), JSON.stringify({ compilerOptions }));

  const compiled = run(process.execPath, [join(process.cwd(), 'node_modules/typescript/bin/tsc'), '-p', 'typed'], {
    cwd: app,
  });

  await expect(compiled).resolves.toMatchObject({ stdout: '' });
});

it.runIf(existsSync('cli/main.ts'))('has the command, with everything that it needs', { timeout }, async () => {
  const { stdout } = await run(process.execPath, [join(modules, '.bin/ecssd'), '--help'], { cwd: app });

  expect(stdout).toContain('ecssd');
  expect(stdout).toContain('reconcile');
});

it('makes the template to launch without a CDK, and with settings where there is one', { timeout }, async () => {
  // Not below the other app, whose CDK would be found from there.
  const bare = mkdtempSync(join(tmpdir(), 'app-without-cdk-'));
  onTestFinished(() => rmSync(bare, { recursive: true, force: true }));
  cpSync(installed, join(bare, 'node_modules/ecs-service-discovery-dns'), { recursive: true });
  const ecssd = (of: string, ...args: readonly string[]) =>
    run(process.execPath, [join(of, 'node_modules/ecs-service-discovery-dns/bin/ecssd.mjs'), 'template', ...args], {
      cwd: of,
      env: { PATH: process.env.PATH },
    });
  const template = (of: string, out: string) => JSON.parse(readFileSync(join(of, out, 'template.json'), 'utf8'));

  await ecssd(bare, '--out', 'defaults');
  const refused = await ecssd(bare, '--out', 'settings', '-c', 'healthCheckPath=/health').catch(({ stderr }) => stderr);
  await ecssd(app, '--out', 'settings', '-c', 'healthCheckPath=/health');
  const source = await run(process.execPath, ['bin/ecssd.mjs', 'template', '--out', join(app, 'sources')]);

  expect(template(bare, 'defaults')).toEqual(template(app, 'sources'));
  expect(readdirSync(join(bare, 'defaults')).sort()).toEqual(readdirSync(join(app, 'sources')).sort());
  expect(String(refused)).toContain('it is not installed here: npm install aws-cdk-lib constructs');
  expect(JSON.stringify(template(app, 'settings'))).toContain('"HEALTH_CHECK_PATH":"/health"');
  expect(source.stdout).toContain('13 archives');
});

it('has the SRV client: the example of docs/clients.md, as it stands there, finds an instance', {
  timeout,
}, async () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(installed, 'docs/clients.md'), 'utf8')) ?? [];
  writeFileSync(join(app, 'client.js'), example);
  const instance = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  onTestFinished(() => void instance.close());
  await once(instance, 'listening');
  const { port } = instance.address() as { port: number };
  const zone = fixedZone(
    'servicediscovery.internal',
    simpleSet('_calc._tcp.servicediscovery.internal.', 'SRV', 5, `1 1 ${port} a.servicediscovery.internal.`),
    simpleSet('a.servicediscovery.internal.', 'A', 5, '127.0.0.1'),
  );
  const dns = await startDnsServer({ port: 0, zones: () => [zone] });
  onTestFinished(() => dns.close());

  const env = { ...process.env, DNS_SERVER: `127.0.0.1:${dns.port}`, NODE_PATH: '' };
  const { stdout } = await run(process.execPath, ['client.js'], { cwd: app, env });

  expect(stdout).toBe(`a.servicediscovery.internal:${port} says ok, try 1\n`);
});

it('has the manifest of a package, and that of the checkout is back', () => {
  const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

  expect(read(installed)).toEqual(packed(read('.'), 'shop/ecs-dns'));
  expect(read(checkout)).toEqual(read('.'));
  expect(existsSync(join(checkout, 'package.checkout.json'))).toBe(false);
});

it('says its version', { timeout }, async () => {
  const { stdout } = await run(process.execPath, [join(modules, '.bin/ecssd'), '--version'], { cwd: app });

  expect(stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
});

it('knows every package of others that is bundled, for the SBOM', () => {
  const imported = globSync(['functions/**/*.ts', 'cli/**/*.ts']).flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^(?:import|export) (?!type )[^;]*? from '((?:@[^/']+\/)?[^./'@][^/']*)[^']*';$/gm,
      ),
    ].map(([, name]) => name),
  );
  const wanted = new Set(imported.filter((name): name is string => name !== undefined && !name.startsWith('node:')));

  const inside: { name: string }[] = JSON.parse(readFileSync(join(checkout, 'release/inside.json'), 'utf8'));

  expect([...wanted]).toContain('@aws-sdk/client-ec2');
  expect(inside.map(({ name }) => name)).toEqual(expect.arrayContaining([...wanted]));
});

it('has the pages that its pages link to; other links lead to files of the repository', () => {
  const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      ([, target = '']) => ({
        page,
        to: normalize(join(dirname(page), target)),
      }),
    ),
  );
  const ofTheRepository =
    /^(test|examples|functions|cli|infra|packaging|CONTRIBUTING\.md|DECISIONS\.md|statemachines\/.*\.yaml)/;

  const dangling = links.filter(
    ({ to }) => !existsSync(join(installed, to)) && !(ofTheRepository.test(to) && existsSync(to)),
  );

  expect(links.length).toBeGreaterThan(50);
  expect(dangling).toEqual([]);
});
