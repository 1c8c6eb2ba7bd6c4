import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { build as buildBundles } from './infra/bundles.ts';
import { definition } from './infra/definition.ts';
import { digest } from './infra/release.ts';
import { ENTRIES } from './infra/steps.ts';
import { wholeTemplate } from './infra/whole-template.ts';

/**
 * Makes `dist/`, what the package carries: the construct as JavaScript with its types, the functions as bundles where
 * `infra/bundles.ts` looks for them, the state machine as JSON and its release, the template of the app with its defaults, and the command in one file with all that it
 * needs.
 */
const ROOT = import.meta.dirname;
const DIST = join(ROOT, 'dist');
const COMMAND = 'cli/main.ts';

rmSync(DIST, { recursive: true, force: true });
compile();
buildBundles(ENTRIES, join(DIST, 'bundles'));
mkdirSync(join(DIST, 'statemachines'));
writeFileSync(join(DIST, 'statemachines/reconcile.asl.json'), definition(ROOT));
writeFileSync(join(DIST, 'release.txt'), `${digest(ROOT)}\n`);
writeFileSync(join(DIST, 'template.json'), JSON.stringify(wholeTemplate({})));
copyFileSync(join(ROOT, 'cdk.json'), join(DIST, 'cdk.json'));
if (existsSync(join(ROOT, COMMAND))) bundleCommand();

function compile(): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`tsc ended with ${status}, want 0`);
}

/** Nothing has to be installed for it: whoever only wants the command gets no CDK and no SDK. */
function bundleCommand(): void {
  buildSync({
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
}
