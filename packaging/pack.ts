import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releases } from './changelog.ts';
import type { Inside } from './inside.ts';
import { run, type Where } from './run.ts';
import { type Sbom, sbomOf } from './sbom.ts';

/** Where all of it is put, below the root; not part of the repository. */
export const OUT = 'release';

export interface Artifacts {
  readonly tarball: string;
  readonly sbom: string;
  readonly checksums: string;
}

/** The names of what a release is made of. */
export function artifactsOf({ name, version }: { readonly name: string; readonly version: string }): Artifacts {
  return { tarball: `${name}-${version}.tgz`, sbom: `${name}-${version}.cdx.json`, checksums: 'SHA256SUMS' };
}

/** Makes tarball, SBOM and checksums of a working tree as it is, in `release/`, and nothing else there. */
export function pack(where: Where): Artifacts {
  const read = (file: string) => readFileSync(join(where.cwd, file), 'utf8');
  const manifest = JSON.parse(read('package.json'));
  const artifacts = artifactsOf(manifest);
  const out = join(where.cwd, OUT);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);

  run('npm', ['pack', '--pack-destination', OUT], where); // prepack builds, and writes inside.json
  const all: Sbom = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx'], where));
  const inside: readonly Inside[] = JSON.parse(read(`${OUT}/inside.json`));
  const date = releases(read('CHANGELOG.md')).find(({ version }) => version === manifest.version)?.date;
  writeFileSync(
    join(out, artifacts.sbom),
    `${JSON.stringify(sbomOf(all, inside, { name: manifest.name, date }), null, 2)}\n`,
  );
  rmSync(join(out, 'inside.json'));
  const sums = [artifacts.tarball, artifacts.sbom].map((file) => `${sha256(join(out, file))}  ${file}\n`);
  writeFileSync(join(out, artifacts.checksums), sums.join(''));
  return artifacts;
}

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
