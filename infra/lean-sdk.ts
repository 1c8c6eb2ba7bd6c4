import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Esbuild from 'esbuild';
import { ROOT } from './definition.ts';

/** `var _iI = "instanceId";`: the SDK's words for the members of what it sends and reads. */
const WORD = /^var (_\w+) = ("[^"\\\n]*");$/gm;
/** The calls of EC2 that functions make; esbuild refuses to bundle one that imports another. */
const CALLS = ['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeSubnets'];
const OF_ECS = [
  'DescribeContainerInstances',
  'DescribeServiceDeployments',
  'DescribeServices',
  'DescribeTaskDefinition',
  'DescribeTasks',
  'ListClusters',
  'ListTasks',
  'StopTask',
];
const KEY = /\[(_\w+)\]:/g;
/**
 * `n0_registry.registerError(InvalidRole$, InvalidRole);`: every error of a service is there to be told by its class. Without
 * that it has its name all the same, and is of the class of all of them, which another registry has.
 */
const ERROR = /^n0_registry\.registerError\(\w+\$, \w+\);$/gm;
/** A class, which no bundler drops unread: what it extends might not be one. */
const CLASS = /^var (\w+) = (class (?:\w+ )?extends \w+ \{\n[\s\S]*?^\});$/gm;
/** The class of a command, the same; it keeps its name, by which people find the call in a bundle. */
const COMMAND = /^var (\w+Command) = (class extends \w+\([^\n]*\) \{\n\});$/gm;
/**
 * Five packages of the SDK as a function needs them, for esbuild's `alias`; every cold start loads what is in a bundle.
 *
 * EC2's shapes name their members by computed keys (`{ [_iI]: … }`), which no bundler may drop unread: all of them would
 * come along for three calls. With the words in the place of their names what nobody asks for is dropped.
 * SSM, ECS and STS register each of their errors, 140 of the first, and so need the shape and the class of each.
 * Lambda puts the credentials of a function into its environment: nothing else of the chain that looks for some is needed.
 *
 * @param tell is given what has gone into them: what is bundled of them later no longer shows where it comes from
 */
export function leanSdk(folder: string, tell?: (bundled: Esbuild.Metafile) => void): Readonly<Record<string, string>> {
  const commands = CALLS.map((call) => `export { ${call}Command } from './commands/${call}Command.js';`);
  const ec2 = leanEc2(folder, ["export { EC2Client } from './EC2Client.js';", ...commands].join('\n'), tell);
  const ecs = leanJson(folder, { name: 'client-ecs', client: 'ECSClient', calls: OF_ECS }, tell);
  const ssm = leanJson(
    folder,
    { name: 'client-ssm', client: 'SSMClient', calls: ['DescribeInstanceInformation'] },
    tell,
  );
  const sts = leanJson(folder, { name: 'client-sts', client: 'STSClient', calls: ['AssumeRole'] }, tell);
  const credentials = join(folder, 'credentials.mjs');
  writeFileSync(credentials, "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';\n");
  return {
    '@aws-sdk/client-ec2': ec2,
    '@aws-sdk/client-ecs': ecs,
    '@aws-sdk/client-ssm': ssm,
    '@aws-sdk/client-sts': sts,
    '@aws-sdk/credential-provider-node': credentials,
  };
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

/** A package with those calls alone, and their schemas, which only a stand-in asks for. */
function leanJson(
  folder: string,
  { name, client, calls }: { readonly name: string; readonly client: string; readonly calls: readonly string[] },
  tell?: (bundled: Esbuild.Metafile) => void,
): string {
  const source = [
    `export { ${client} } from './${client}.js';`,
    ...calls.map((call) => `export { ${call}Command } from './commands/${call}Command.js';`),
    `export { ${calls.map((call) => `${call}$`).join(', ')} } from './schemas/schemas_0.js';`,
  ].join('\n');
  const rewrite = (code: string) =>
    withWords(code)
      .replace(ERROR, '')
      .replace(CLASS, (_, own: string, body: string) => `var ${own} = /* @__PURE__ */ (() => ${body})();`)
      .replace(
        COMMAND,
        (_, own: string, body: string) =>
          `var ${own} = /* @__PURE__ */ (() => {\n  const ${own} = ${body};\n  return ${own};\n})();`,
      );
  return leanPackage(folder, { name, source, rewrite }, tell);
}

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
