import { existsSync } from 'node:fs';
import { KEPT, restore } from './kept-manifest.ts';

if (existsSync(KEPT)) restore();
