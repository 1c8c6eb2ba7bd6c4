import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundles, bundleFunctions } from '../lambda/bundle.ts';
import type { FunctionSpec } from '../template/deployment.ts';
import { builtFile, builtFolder, ROOT } from './built.ts';

/** The code of the functions: as `npm start` has built it before, else bundled now. */
export async function codeOf(functions: readonly Pick<FunctionSpec, 'entry'>[]): Promise<Bundles> {
  const folder = builtFolder();
  if (folder === undefined) return bundleFunctions(functions, ROOT);
  return {
    moduleOf: (entry) => pathToFileURL(builtFile(folder, join(ROOT, entry))).href,
    remove: async () => {}, // who has built it takes it away
  };
}
