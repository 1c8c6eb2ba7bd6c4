import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactsOf, OUT, pack } from './pack.ts';
import { planRelease, type ReleasePlan, type Tree } from './plan.ts';
import { run, type Where } from './run.ts';

export interface Wanted {
  readonly version: string;
  /** `2026-11-28`. */
  readonly date: string;
  /** Shows everything and changes nothing. */
  readonly dryRun: boolean;
}

/**
 * Makes a release of the working tree: changelog, versions, tarball, SBOM, checksums, commit and tag. Commit and tag come last:
 * what fails before leaves the tree as it was. Nothing leaves the machine.
 *
 * @returns whether there is one now, or would be
 */
export function release({ version, date, dryRun }: Wanted, where: Where, print: (line: string) => void): boolean {
  const plan = planRelease(version, date, treeAt(where));
  if ('refused' in plan) {
    for (const sentence of plan.refused) print(`refused: ${sentence}`);
    print('nothing was changed');
    return false;
  }
  describe(plan, print);
  if (dryRun) {
    print('dry run: nothing was changed');
    return true;
  }
  const files = Object.keys(plan.files);
  try {
    for (const [file, text] of Object.entries(plan.files)) writeFileSync(join(where.cwd, file), text);
    pack(where);
    run('git', ['commit', '--quiet', '--message', plan.message, '--', ...files], where);
  } catch (fault) {
    run('git', ['checkout', '--quiet', 'HEAD', '--', ...files], where);
    throw fault;
  }
  run('git', ['tag', '--annotate', '--message', plan.message, plan.tag], where);
  print(`done; "git push origin HEAD ${plan.tag}" starts the workflow that publishes it`);
  return true;
}

export function treeAt(where: Where): Tree {
  const read = (file: string) => readFileSync(join(where.cwd, file), 'utf8');
  return {
    changelog: read('CHANGELOG.md'),
    manifest: read('package.json'),
    lock: read('package-lock.json'),
    changed: run('git', ['status', '--porcelain'], where),
    tags: run('git', ['tag', '--list', 'v*'], where).split('\n').filter(Boolean),
  };
}

function describe(plan: ReleasePlan, print: (line: string) => void): void {
  const { name, version: before } = JSON.parse(plan.files['package.json']) as { name: string; version: string };
  const { tarball, sbom, checksums } = artifactsOf({ name, version: plan.version });
  print(`release    ${name} ${before}`);
  print(`commit     ${plan.message}: ${Object.keys(plan.files).join(', ')}`);
  print(`tag        ${plan.tag}`);
  print(`files      ${[tarball, sbom, checksums].map((file) => `${OUT}/${file}`).join(', ')}`);
  print('notes');
  for (const line of plan.notes.split('\n')) print(line === '' ? '' : `  ${line}`);
}
