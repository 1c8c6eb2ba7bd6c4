import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from '../../support/quiet.ts';
import { Transcripts } from './transcripts.ts';

// `node measure.ts <size>`: the scenes of one fleet, in a process of its own; says what was measured, as JSON.
quiet();
const { measure } = await import('./scenes.ts');
const [size = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'scale-'));
try {
  const tell = (line: string) => process.stderr.write(`  ${line}\n`);
  const measured = await measure(size, { tell, transcripts: new Transcripts(folder) });
  process.stdout.write(`${JSON.stringify(measured)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
