import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { quiet } from '../../support/quiet.ts';

/**
 * Records what this version keeps, for the versions to come: `npx node test/contracts/earlier/record.ts <version>`, once for each
 * release, before it is made. What was recorded is never recorded anew: it is what that version has written.
 */
quiet();
const { RECORDED, recordedObjects } = await import('./recording.ts');
const [version = ''] = process.argv.slice(2);
const folder = join(RECORDED, `objects-${version}`);
if (!/^\d+\.\d+$/.test(version) || existsSync(folder)) {
  console.error(
    `got version ${JSON.stringify(version)}, want one like 0.2 of which nothing is recorded in ${RECORDED} yet`,
  );
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, { text, compact }] of await recordedObjects()) {
    writeFileSync(join(folder, `${name}.json${compact ? '.gz' : ''}`), compact ? gzipSync(text) : `${text}\n`);
  }
}
