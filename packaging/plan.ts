import { releases, saysSomething, unreleased, withRelease } from './changelog.ts';
import { compareVersions, isVersion } from './version.ts';

/** What a release is decided on: texts of the working tree, and what git says of it. */
export interface Tree {
  readonly changelog: string;
  readonly manifest: string;
  readonly lock: string;
  /** `git status --porcelain`. */
  readonly changed: string;
  readonly tags: readonly string[];
}

export interface ReleasePlan {
  readonly version: string;
  readonly tag: string;
  readonly message: string;
  /** The new texts, by file. */
  readonly files: Readonly<Record<'CHANGELOG.md' | 'package.json' | 'package-lock.json', string>>;
  readonly notes: string;
}

/**
 * Decides what a release changes, or says why there can be none.
 *
 * @param date of the release, `2026-11-28`
 * @returns the plan, or one sentence for each thing in the way: what was found, what is wanted
 */
export function planRelease(
  version: string,
  date: string,
  tree: Tree,
): ReleasePlan | { readonly refused: readonly string[] } {
  const refused = inTheWay(version, tree);
  if (refused.length > 0) return { refused };
  return {
    version,
    tag: `v${version}`,
    message: `chore(release): ${version}`,
    files: {
      'CHANGELOG.md': withRelease(tree.changelog, { version, date }),
      'package.json': withVersion(tree.manifest, version),
      'package-lock.json': withVersion(tree.lock, version),
    },
    notes: unreleased(tree.changelog) ?? '',
  };
}

function inTheWay(version: string, { changelog, manifest, changed, tags }: Tree): readonly string[] {
  if (!isVersion(version)) return [`got ${JSON.stringify(version)}, want a version like 1.4.0 or 2.0.0-rc.1`];
  const refused: string[] = [];
  if (changed.trim() !== '') {
    refused.push(`the working tree has changes (${firstLine(changed)}), want none: commit them or put them aside`);
  }
  if (tags.includes(`v${version}`))
    refused.push(`the tag v${version} is there already, want a version that was not released`);
  const known = [
    JSON.parse(manifest).version,
    ...releases(changelog).map((one) => one.version),
    ...tags.map(versionOf),
  ];
  const highest = known
    .filter((one): one is string => typeof one === 'string' && isVersion(one))
    .sort(compareVersions)
    .at(-1);
  if (highest !== undefined && compareVersions(version, highest) <= 0) {
    refused.push(
      `got ${version}, want a version above ${highest}, the highest of package.json, CHANGELOG.md and the tags`,
    );
  }
  const notes = unreleased(changelog);
  if (notes === undefined) refused.push('CHANGELOG.md has no "## [Unreleased]", want one with what is released');
  else if (!saysSomething(notes))
    refused.push('"## [Unreleased]" of CHANGELOG.md is empty, want what is released: write it down first');
  return refused;
}

const versionOf = (tag: string): string => tag.replace(/^v/, '');

function firstLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines.length === 1 ? String(lines[0]).trim() : `${String(lines[0]).trim()} and ${lines.length - 1} more`;
}

/** The same text with another version; in a lock file also in the entry of the package itself. */
function withVersion(json: string, version: string): string {
  const parsed = JSON.parse(json);
  parsed.version = version;
  const own = parsed.packages?.[''];
  if (own) own.version = version;
  return `${JSON.stringify(parsed, null, 2)}\n`;
}

/** Why a tag does not name what the tree is; nothing where it does. */
export function tagComplaint(
  tag: string,
  { changelog, manifest }: Pick<Tree, 'changelog' | 'manifest'>,
): string | undefined {
  const { version } = JSON.parse(manifest);
  const newest = releases(changelog)[0]?.version;
  if (tag === `v${version}` && newest === version) return undefined;
  return `the tag is ${tag}, package.json has ${version} and CHANGELOG.md ${newest ?? 'no release'}, want one version`;
}
