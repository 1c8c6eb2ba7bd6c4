import { parseArgs } from 'node:util';
import { releases } from './changelog.ts';
import { check } from './check.ts';
import { OUT, pack } from './pack.ts';
import { tagComplaint } from './plan.ts';
import { release, treeAt } from './release.ts';

const USAGE = `usage: npm run release -- <version> [--dry-run]   changelog, versions, tarball, SBOM, checksums, commit and tag
       npm run release -- pack                   tarball, SBOM and checksums of the working tree, in release/
       npm run release -- check                  two clean clones pack the same bytes, and npm would publish them
       npm run release -- verify <tag>           the tag, package.json and CHANGELOG.md name one version
       npm run release -- notes                  what CHANGELOG.md says of the newest release`;

const where = { cwd: process.cwd() };

function main(args: readonly string[]): boolean {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [command = '', operand, ...more] = positionals;
  const takesOperand = command === 'verify';
  const dryRun = values['dry-run'] || process.env.npm_config_dry_run === 'true'; // npm keeps it where "--" is forgotten
  if (command === '' || more.length > 0 || takesOperand !== (operand !== undefined))
    throw new Error(`got ${JSON.stringify(positionals)}\n${USAGE}`);
  if (command === 'verify') return verify(String(operand));
  if (command === 'pack') {
    for (const file of Object.values(pack(where))) console.log(`${OUT}/${file}`);
    return true;
  }
  if (command === 'check') {
    check(where, console.log);
    return true;
  }
  if (command === 'notes') {
    console.log(releases(treeAt(where).changelog)[0]?.notes ?? '');
    return true;
  }
  if (!/^\d/.test(command))
    throw new Error(`got ${JSON.stringify(command)}, want a version like 1.4.0, or one of these\n${USAGE}`);
  return release({ version: command, date: new Date().toISOString().slice(0, 10), dryRun }, where, console.log);
}

function verify(tag: string): boolean {
  const complaint = tagComplaint(tag, treeAt(where));
  console.log(complaint ?? `${tag} is what package.json and CHANGELOG.md say`);
  return complaint === undefined;
}

try {
  if (!main(process.argv.slice(2))) process.exitCode = 1;
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
}
