import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Yaml from 'yaml';

/** Folder that holds functions/ and statemachines/, in the working tree and in the package. */
export const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = 'statemachines/reconcile.asl.yaml';
/** Where the package carries what `build.ts` has made of the source, so that its users need no reader of YAML. */
const READY_MADE = 'statemachines/reconcile.asl.json';

/**
 * The state machine as it is deployed: indented JSON in the Amazon States Language, with `${…}` for what the deployment
 * fills in.
 *
 * @param root folder that holds statemachines/
 */
export function definition(root = ROOT): string {
  const source = join(root, SOURCE);
  return existsSync(source) ? fromYaml(readFileSync(source, 'utf8')) : readFileSync(join(root, READY_MADE), 'utf8');
}

/** Merge keys (`<<`) are of YAML 1.1, so they have to be asked for. */
function fromYaml(text: string): string {
  const { parse }: typeof Yaml = createRequire(import.meta.url)('yaml');
  return `${JSON.stringify(parse(text, { merge: true }), null, 2)}\n`;
}

// `npm run definition`
if (import.meta.main) process.stdout.write(definition());
