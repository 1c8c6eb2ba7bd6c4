import { parseArgs } from 'node:util';
import { paint, picture, pictured } from './picture.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

if (values.write) paint();
else console.log(picture());
if (pictured() !== picture()) {
  console.error('CONTRIBUTING.md shows another house: npm run house -- --write');
  process.exitCode = 1;
}
