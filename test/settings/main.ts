import { parseArgs } from 'node:util';
import { document, documented } from './document.ts';
import { TABLES } from './tables.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

if (values.write) document();
const found = documented();
for (const [name, table] of Object.entries(TABLES)) {
  if (!values.write) console.log(`${table()}\n`);
  if (found[name] === table()) continue;
  console.error(`docs/settings.md has another table of ${name}: npm run settings -- --write`);
  process.exitCode = 1;
}
