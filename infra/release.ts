import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definition, ROOT } from './definition.ts';

/** Where the package, which has no sources, carries what `build.ts` has computed from them. */
const READY_MADE = join(ROOT, 'release.txt');
/** What the states hand on, beside the definition itself: contracts, and the domain's types within them. */
const MADE_OF = ['functions/contracts', 'functions/domain'];

let known: string | undefined;

/** The release of what is deployed: 16 hex digits. Runs of one release go on with functions of the same release only. */
export function release(): string {
  known ??= existsSync(READY_MADE) ? readFileSync(READY_MADE, 'utf8').trim() : digest(ROOT);
  return known;
}

/** @param root folder of the sources */
export function digest(root: string): string {
  const hash = createHash('sha256').update(`${definition(root)}\0`);
  for (const file of MADE_OF.flatMap((path) => filesAt(root, path)).sort()) {
    hash.update(`${file}\0${readFileSync(join(root, file), 'utf8')}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesAt(root: string, path: string): readonly string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${path}/${file.replaceAll('\\', '/')}`);
}
