import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Esbuild from 'esbuild';
import { ROOT } from './definition.ts';

/** `var _iI = "instanceId";`: the SDK's words for the members of what it sends and reads. */
const WORD = /^var (_\w+) = ("[^"\\\n]*");$/gm;
/** The calls of EC2 that functions make; esbuild refuses to bundle one that imports another. */
const CALLS = ['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeSubnets'];
const KEY = /\[(_\w+)\]:/g;
/** `n0_registry.registerError(InvalidRole$, InvalidRole);`: every error of SSM is there to be told by its class. */
const ERROR = /^\w+_registry\.registerError\((\w+)\$, \w+\);$/gm;
/** A class, which no bundler drops unread: what it extends might not be one. */
const CLASS = /^var (\w+) = (class (?:\w+ )?extends \w+ \{\n[\s\S]*?^\});$/gm;
/** Those that the one call of SSM may be answered with; all others keep their names, and are of the class of all. */
const ERRORS: readonly string[] = [
  'SSMServiceException',
  'AccessDeniedException',
  'InternalServerError',
  'InvalidFilterKey',
  'InvalidInstanceId',
  'InvalidInstanceInformationFilterValue',
  'InvalidNextToken',
  'ThrottlingException',
  'ValidationException',
];

/**
 * Three packages of the SDK as a function needs them, for esbuild's `alias`; every cold start loads what is in a bundle.
 *
 * EC2's shapes name their members by computed keys (`{ [_iI]: … }`), which no bundler may drop unread: all of them would
 * come along for three calls. With the words in the place of their names what nobody asks for is dropped.
 * SSM registers each of its 140 errors, and so needs the shape and the class of each.
 * Lambda puts the credentials of a function into its environment: nothing else of the chain that looks for some is needed.
 *
 * @param tell is given what has gone into them: what is bundled of them later no longer shows where it comes from
 */
export function leanSdk(folder: string, tell?: (bundled: Esbuild.Metafile) => void): Readonly<Record<string, string>> {
  const commands = CALLS.map((call) => `export { ${call}Command } from './commands/${call}Command.js';`);
  const ec2 = leanEc2(folder, ["export { EC2Client } from './EC2Client.js';", ...commands].join('\n'), tell);
  const information = 'DescribeInstanceInformationCommand';
  const ssm = leanPackage(
    folder,
    {
      name: 'client-ssm',
      source: `export { SSMClient } from './SSMClient.js'; export { ${information} } from './commands/${information}.js';`,
      rewrite: (code) =>
        withWords(code)
          .replace(ERROR, (line, name: string) => (ERRORS.includes(name) ? line : ''))
          .replace(CLASS, (_, name: string, body: string) => `var ${name} = /* @__PURE__ */ (() => ${body})();`),
    },
    tell,
  );
  const credentials = join(folder, 'credentials.mjs');
  writeFileSync(credentials, "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';\n");
  return { '@aws-sdk/client-ec2': ec2, '@aws-sdk/client-ssm': ssm, '@aws-sdk/credential-provider-node': credentials };
}

/**
 * EC2's package with those exports alone.
 *
 * @param source an ES module in the folder of the package's own modules
 * @param tell is given what has gone into it
 * @returns the file, in `folder`
 */
export const leanEc2 = (folder: string, source: string, tell?: (bundled: Esbuild.Metafile) => void): string =>
  leanPackage(folder, { name: 'client-ec2', source, rewrite: withWords }, tell);

interface Lean {
  /** Of the package, without its scope. */
  readonly name: string;
  readonly source: string;
  readonly rewrite: (code: string) => string;
}

function leanPackage(
  folder: string,
  { name, source, rewrite }: Lean,
  tell?: (bundled: Esbuild.Metafile) => void,
): string {
  const require = createRequire(import.meta.url);
  const { buildSync }: typeof Esbuild = require('esbuild');
  const manifest = require.resolve(`@aws-sdk/${name}/package.json`);
  const { module }: { module: string } = require(manifest);
  const { outputFiles, metafile } = buildSync({
    metafile: true,
    absWorkingDir: ROOT,
    stdin: { contents: source, resolveDir: dirname(join(dirname(manifest), module)) },
    bundle: true,
    packages: 'external',
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  tell?.(metafile);
  mkdirSync(folder, { recursive: true });
  // As the SDK's own: a function that imports nothing of a file need not load it.
  writeFileSync(join(folder, 'package.json'), '{"sideEffects":false}');
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, rewrite(outputFiles[0]?.text ?? ''));
  return file;
}

function withWords(code: string): string {
  const words = new Map([...code.matchAll(WORD)].map(([, name, word]) => [name, word]));
  return code.replace(KEY, (key, name: string) => (words.has(name) ? `${words.get(name)}:` : key));
}
