import { writtenOrPrinted } from '../support/written.ts';
import { paint, picture, pictured } from './picture.ts';

writtenOrPrinted({
  wanted: picture,
  found: pictured,
  write: paint,
  complaint: 'CONTRIBUTING.md shows another house: npm run house -- --write',
});
