#!/usr/bin/env node
// In the working tree the command is TypeScript, which Node runs as it is; the package carries it compiled. Nothing is
// imported before the version of Node is known to read it: what an older one says instead is a stack trace.
import { existsSync } from 'node:fs';
import { tooOld } from './node-version.mjs';

const source = new URL('../cli/main.ts', import.meta.url);
const checkout = existsSync(source);
const complaint = tooOld(process.versions.node, checkout);
if (complaint) {
  console.error(complaint);
  process.exitCode = 1;
} else {
  await import(checkout ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
}
