import { writtenOrPrinted } from '../support/written.ts';
import { document, documented, tables } from './document.ts';

writtenOrPrinted({
  wanted: tables,
  found: documented,
  write: document,
  complaint: 'docs/reasons.md says otherwise: npm run reasons -- --write',
});
