#!/usr/bin/env node
// In the working tree the command is TypeScript, which Node runs as it is; the package carries it compiled.
import { existsSync } from 'node:fs';

const source = new URL('../cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
