import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, stop } from 'esbuild';
import type { FunctionSpec } from '../template/deployment.ts';

/** The code of all functions, ready to be loaded. */
export interface Bundles {
  /** URL of the module with that entry's handler. */
  moduleOf(entry: string): string;
  remove(): Promise<void>;
}

/** Modules for this Node; what several of them need stands in files that they share. */
export const SHARED_MODULES = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  keepNames: true,
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles handlers from the same modules as the deployed code (infra/bundles.ts), but with what they share in common
 * files and readable: a dozen sandboxes that start at once load it in half the time, and nobody has to read minified traces.
 *
 * @param root folder that the entries start from
 */
export async function bundleFunctions(
  functions: readonly Pick<FunctionSpec, 'entry'>[],
  root: string,
): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'ecs-service-discovery-dns-'));
  // Also where this process is ended before its time.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  };
  const outputOf = (entry: string): string => entry.replace(/\.ts$/, '');
  builds += 1;
  try {
    await build({
      absWorkingDir: root,
      entryPoints: functions.map(({ entry }) => ({ in: entry, out: outputOf(entry) })),
      outdir: folder,
      ...SHARED_MODULES,
    });
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await leaveEsbuild();
  }
  return { moduleOf: (entry) => pathToFileURL(join(folder, `${outputOf(entry)}.mjs`)).href, remove };
}

let builds = 0;

/** Esbuild is a process of its own, shared by all builds: the last one ends it. */
async function leaveEsbuild(): Promise<void> {
  builds -= 1;
  if (builds === 0) await stop();
}
