import { parseArgs } from 'node:util';
import { document, documented } from './document.ts';
import { page } from './page.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

if (values.write) document();
else console.log(page());
if (documented() !== page()) {
  console.error('docs/construct.md says otherwise: npm run reference -- --write');
  process.exitCode = 1;
}
