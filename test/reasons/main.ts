import { parseArgs } from 'node:util';
import { document, documented, tables } from './document.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

if (values.write) document();
else console.log(tables());
if (documented() !== tables()) {
  console.error('docs/reasons.md says otherwise: npm run reasons -- --write');
  process.exitCode = 1;
}
