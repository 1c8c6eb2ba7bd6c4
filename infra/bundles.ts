import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { FileSystem } from 'aws-cdk-lib';
import type * as Esbuild from 'esbuild';
import { ROOT } from './definition.ts';
import { leanSdk } from './lean-sdk.ts';

/** Where the package carries its functions ready-made, so that its users need no bundler. */
const READY_MADE = join(ROOT, 'bundles');

let built: string | undefined;

/**
 * The folder with one function's code, a single `index.mjs`.
 *
 * In the working tree all functions are built by one call of esbuild, since they share most of their modules; a call for
 * each, as NodejsFunction makes it, takes ten times as long.
 *
 * @param entry file of the handler, from the root of this package
 * @param entries every handler of the deployment
 */
export function bundleOf(entry: string, entries: readonly string[]): string {
  const name = nameOf(entry);
  if (existsSync(join(READY_MADE, name, 'index.mjs'))) return join(READY_MADE, name);
  built ??= buildOnce(entries);
  return join(built, name);
}

/** The CDK copies what it is given, so the folder is needed for as long as this process lasts. */
function buildOnce(entries: readonly string[]): string {
  const outdir = build(entries, FileSystem.mkdtemp('ecs-service-discovery-dns-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  return outdir;
}

/** What has gone into each bundle, and how much of it is left there: a part of esbuild's metafile. */
export interface Bundled {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

interface BuildOptions {
  readonly lean?: boolean;
  readonly tell?: (bundled: Bundled) => void;
}

/**
 * Bundles handlers: ESM, minified, the SDK in the version that was tested included.
 *
 * @param lean whether what no function needs of the SDK is left out
 * @param tell is given what has gone into which bundle
 * @returns `outdir`, in which each has a folder of its own
 */
export function build(entries: readonly string[], outdir: string, { lean = true, tell }: BuildOptions = {}): string {
  const { buildSync }: typeof Esbuild = createRequire(import.meta.url)('esbuild');
  const sdk = join(outdir, '.sdk');
  const { metafile } = buildSync({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => ({ in: entry, out: join(nameOf(entry), 'index') })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: lean ? leanSdk(sdk, tell) : {},
    // What those import is installed here, not where they are written.
    nodePaths: [join(ROOT, 'node_modules')],
    minify: true,
    // Names of functions and classes stay in stack traces.
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  rmSync(sdk, { recursive: true, force: true });
  tell?.(metafile);
  return outdir;
}

const nameOf = (entry: string) => basename(entry, '.ts');
