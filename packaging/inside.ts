import type { Bundled } from '../infra/bundles.ts';

/** A package of others whose code stands in ours, as its own manifest names it. */
export interface Inside {
  readonly name: string;
  readonly version: string;
}

/** Up to the last `node_modules`: the innermost package is the one whose code it is. */
const PACKAGE = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The packages whose code is really in the bundles: what was read and then left out whole does not count.
 *
 * @param manifestOf reads the manifest in a folder, given as the metafile has it
 * @returns sorted by name and version, each once
 */
export function packagesIn(
  bundles: readonly Bundled[],
  manifestOf: (folder: string) => { readonly name?: string; readonly version?: string },
): readonly Inside[] {
  const folders = new Set<string>();
  for (const { inputs } of bundles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [, folder] = PACKAGE.exec(path) ?? [];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  const found = new Map<string, Inside>();
  for (const folder of folders) {
    const { name, version } = manifestOf(folder);
    if (!name || !version) throw new Error(`${folder}/package.json has no name or version, want both`);
    found.set(`${name}@${version}`, { name, version });
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, inside]) => inside);
}
