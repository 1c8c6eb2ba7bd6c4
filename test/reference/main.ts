import { writtenOrPrinted } from '../support/written.ts';
import { document, documented } from './document.ts';
import { page } from './page.ts';

writtenOrPrinted({
  wanted: page,
  found: documented,
  write: document,
  complaint: 'docs/construct.md says otherwise: npm run reference -- --write',
});
