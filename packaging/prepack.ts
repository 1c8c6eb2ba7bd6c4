import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KEPT, restore } from './kept-manifest.ts';
import { packed } from './manifest.ts';

/** `npm pack` and `npm publish` call it: the manifest that they read is the packed one until `postpack` brings ours back. */
if (existsSync(KEPT)) restore(); // an earlier one was interrupted
const own = readFileSync('package.json', 'utf8');
writeFileSync(KEPT, own);
const manifest = packed(JSON.parse(own), process.env.GITHUB_REPOSITORY || undefined);
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
