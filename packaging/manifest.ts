/** A `package.json`, as far as it matters here. */
export type Manifest = Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };

/** Of the checkout alone: whoever installs the package runs none of it. */
const OF_THE_CHECKOUT = ['private', 'devDependencies', 'scripts', 'allowScripts'];
/** What the compiled command and construct run on. The checkout brings its own Node and asks for less. */
const PACKED_NODE = '>=22';

/**
 * The manifest that is packed: made from that of the checkout.
 *
 * @param repository `owner/name` at GitHub, as its workflows know it; provenance is only given to packages that name the
 *   repository which has built them. None: none is named.
 */
export function packed(manifest: Manifest, repository?: string): Manifest {
  const kept = Object.entries(manifest).filter(([key]) => !OF_THE_CHECKOUT.includes(key));
  return {
    ...(Object.fromEntries(kept) as Manifest),
    engines: { node: PACKED_NODE },
    ...(repository ? addresses(repository) : {}),
  };
}

function addresses(repository: string) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`GITHUB_REPOSITORY: got ${JSON.stringify(repository)}, want <owner>/<name>`);
  }
  const home = `https://github.com/${repository}`;
  return {
    repository: { type: 'git', url: `git+${home}.git` },
    homepage: `${home}#readme`,
    bugs: { url: `${home}/issues` },
  };
}
