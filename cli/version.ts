import { existsSync, readFileSync } from 'node:fs';

/** Where the package's own manifest lies: seen from `cli/` of a checkout, and from `dist/cli/` of the package. */
const MANIFESTS = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));

/** The version of this package, `1.4.0`, as its manifest has it. */
export function packageVersion(): string {
  const manifest = MANIFESTS.find((path) => existsSync(path));
  const { version } = manifest ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  if (typeof version !== 'string')
    throw new Error(`no version in ${MANIFESTS.join(' or ')}, want a package.json with one`);
  return version;
}
