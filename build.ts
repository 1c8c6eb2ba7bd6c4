import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { writePage } from './console/page/build.ts';
import { type Bundled, build as buildBundles } from './infra/bundles.ts';
import { definition } from './infra/definition.ts';
import { digest } from './infra/release.ts';
import { ENTRIES } from './infra/steps.ts';
import { wholeTemplate } from './infra/whole-template.ts';
import { packagesIn } from './packaging/inside.ts';

/**
 * Makes `dist/`, what the package carries: the construct and the SRV client as JavaScript with their types, the functions as
 * bundles where `infra/bundles.ts` looks for them, the state machine as JSON and its release, the template of the app with its
 * defaults, and the command in one file with all that it needs, with the page of its console. Beside it, in
 * `release/inside.json`, the packages of others whose code has gone into that.
 */
const ROOT = import.meta.dirname;
const DIST = join(ROOT, 'dist');
const COMMAND = 'cli/main.ts';
const made: Bundled[] = [];

rmSync(DIST, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.srv.json']) compile(project);
buildBundles(ENTRIES, join(DIST, 'bundles'), { tell: (bundled) => made.push(bundled) });
mkdirSync(join(DIST, 'statemachines'));
writeFileSync(join(DIST, 'statemachines/reconcile.asl.json'), definition(ROOT));
writeFileSync(join(DIST, 'release.txt'), `${digest(ROOT)}\n`);
writeFileSync(join(DIST, 'template.json'), JSON.stringify(wholeTemplate({})));
copyFileSync(join(ROOT, 'cdk.json'), join(DIST, 'cdk.json'));
if (existsSync(join(ROOT, COMMAND))) made.push(bundleCommand());
made.push(await writePage(join(DIST, 'cli/console')));
mkdirSync(join(ROOT, 'release'), { recursive: true });
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
writeFileSync(join(ROOT, 'release/inside.json'), `${JSON.stringify(packagesIn(made, manifestOf), null, 2)}\n`);

function compile(project: string): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '--project', project], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`tsc ended with ${status}, want 0`);
}

/** Nothing has to be installed for it: whoever only wants the command gets no CDK and no SDK. */
function bundleCommand(): Bundled {
  const { metafile } = buildSync({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: [COMMAND],
    outfile: join(DIST, 'cli/main.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    // Some modules of the SDK are CommonJS and ask for Node's own.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return metafile;
}
