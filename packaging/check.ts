import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifacts, OUT, pack, sha256 } from './pack.ts';
import { run, type Where } from './run.ts';

/**
 * Packs two clean clones of what is committed, in folders whose names differ in length, and compares every byte; then lets npm
 * go through everything of a publication but the upload.
 *
 * @throws Error that says what differs, or what npm has said
 */
export function check(where: Where, print: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'packed-twice-'));
  try {
    const clones = ['one', 'the-other-of-both'].map((name) => clone(where, join(folder, name)));
    const artifacts = clones.map((cwd) => pack({ ...where, cwd }));
    for (const file of Object.values(artifacts[0] as Artifacts)) {
      const sums = clones.map((cwd) => sha256(join(cwd, OUT, file)));
      if (sums[0] !== sums[1])
        throw new Error(`${file} of two clean clones differs: ${sums.join(' and ')}, want the same`);
      print(`${sums[0]}  ${file}, twice`);
    }
    const [cwd = ''] = clones;
    run('npm', ['publish', '--dry-run'], { ...where, cwd });
    run('npm', ['publish', '--dry-run', `./${OUT}/${artifacts[0]?.tarball}`], { ...where, cwd });
    if (run('git', ['status', '--porcelain'], { ...where, cwd }) !== '')
      throw new Error('packing has changed the clone, want it clean');
    print('npm publish --dry-run takes both, the checkout and the tarball');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With what is installed here, where that is what the lock file asks for; otherwise installed anew. */
function clone(where: Where, to: string): string {
  run('git', ['clone', '--quiet', '--no-hardlinks', where.cwd, to], where);
  const installed = join(where.cwd, 'node_modules');
  if (existsSync(installed)) cpSync(installed, join(to, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  else run('npm', ['ci', '--no-audit', '--no-fund'], { ...where, cwd: to });
  return to;
}
