import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folder that holds infra/, functions/ and examples/. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * What `npm start` has built before everything runs (start.mjs): all code as plain JavaScript, laid out as the sources
 * are, and the synthesized stack. Absent where a test or a bench runs the sources.
 */
export const builtFolder = (): string | undefined => process.env.LOCAL_RUN_CODE || undefined;

/** Of a source file, `.ts`: the file in a folder of built code. */
export const builtFile = (folder: string, source: string): string =>
  join(folder, relative(ROOT, source).replace(/\.ts$/, '.mjs'));

/**
 * The URL to run a source file from: built, where it has been, else the source itself. Node can run both, but each thread
 * and process that runs TypeScript holds a compiler of its own, some 20 MB.
 *
 * @param source file URL
 */
export function moduleUrl(source: URL): string {
  const folder = builtFolder();
  const path = fileURLToPath(source);
  if (folder === undefined || !path.startsWith(ROOT) || !path.endsWith('.ts')) return source.href;
  const file = builtFile(folder, path);
  return existsSync(file) ? pathToFileURL(file).href : source.href;
}
