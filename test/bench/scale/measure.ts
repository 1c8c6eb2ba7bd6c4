import { quiet } from '../../support/quiet.ts';

// `node measure.ts <size>`: the scenes of one fleet, in a process of its own; the last line is what was measured, as JSON.
quiet();
const { measure } = await import('./scenes.ts');
const [size = ''] = process.argv.slice(2);
const measured = await measure(size, (line) => process.stderr.write(`  ${line}\n`));
process.stdout.write(`${JSON.stringify(measured)}\n`);
