import { parseArgs } from 'node:util';
import { quiet } from '../support/quiet.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
quiet();

const { cellsOf, tryCell } = await import('./matrix.ts');
const { RUNS } = await import('./shop.ts');

const { document } = await import('./document.ts');
const { tablesOf } = await import('./table.ts');

const cells = (await Promise.all(RUNS.map(cellsOf))).flat();
if (values.write) document(tablesOf(cells));
let tried = 0;
let held = 0;
for (const cell of cells) {
  const { faults } = await tryCell(cell);
  tried += 1;
  if (faults.length === 0) held += 1;
  else console.log(`${cell.run} run, ${cell.place}, ${cell.fault}: ${faults.join('; ')}`);
}
console.log(`faults tried ${tried}, held ${held}`);
process.exitCode = tried === held ? 0 : 1;
