import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, stop } from 'esbuild';
import { writePage } from '../../../console/page/build.ts';
import { leanEc2, leanSdk } from '../../../infra/lean-sdk.ts';
import { SHARED_MODULES } from '../lambda/bundle.ts';
import { ROOT } from './built.ts';

/** What runs in a process or a thread of its own, besides the functions. */
const PROGRAMS = [
  'examples/local/main.ts',
  'examples/local/dns/dns-thread.ts',
  'examples/local/ecs/leash.ts',
  'examples/local/lambda/sandbox-worker.ts',
  'examples/time/main.ts',
  'examples/calc/main.ts',
  'examples/portal/main.ts',
];
/** What functions call of EC2, and what the stand-in that serves it and its client know. */
const EC2 = `
  export { EC2Client, EC2Client as EC2 } from './EC2Client.js';
  export { DescribeInstancesCommand } from './commands/DescribeInstancesCommand.js';
  export { DescribeNetworkInterfacesCommand } from './commands/DescribeNetworkInterfacesCommand.js';
  export { DescribeSubnetsCommand } from './commands/DescribeSubnetsCommand.js';
  export { DescribeInstances$, DescribeNetworkInterfaces$, DescribeSubnets$ } from './schemas/schemas_0.js';
`;

/**
 * Builds all code of the local run into a folder, laid out as the sources are. The functions are made of the same modules
 * as the deployed ones (infra/bundles.ts), but what they share stands in common files: one call builds all of it.
 *
 * @param entries files of the handlers, from the root
 */
export async function buildCode(folder: string, entries: readonly string[]): Promise<void> {
  const lean = join(folder, '.lean');
  // The whole of ECS and STS: the local run serves far more of them than functions call.
  const { '@aws-sdk/client-ecs': _ecs, '@aws-sdk/client-sts': _sts, ...alias } = leanSdk(lean);
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [...PROGRAMS, ...entries].map((entry) => ({ in: entry, out: entry.replace(/\.ts$/, '') })),
      outdir: folder,
      ...SHARED_MODULES,
      alias: { ...alias, '@aws-sdk/client-ec2': leanEc2(join(lean, 'local'), EC2) },
      // What those import is installed here, not where they are written.
      nodePaths: [join(ROOT, 'node_modules')],
      plugins: [whereItWas, builtins],
      minifyWhitespace: true,
    });
    await writePage(join(folder, 'console/page'));
  } finally {
    rmSync(lean, { recursive: true, force: true });
    await stop();
  }
}

/** A module finds what lies beside it in the sources: pages, programs, packages. */
const whereItWas: Plugin = {
  name: 'where it was',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};

/**
 * Node's own modules as they are: an `import` of one reads each of its exports, and `node:http` has some that load a
 * second HTTP client, 7 MB in each process and thread.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    const names = new Set(builtinModules.map((name) => name.replace(/^node:/, '')));
    onResolve({ filter: /^[a-z]/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return names.has(name) ? { path: name, namespace: 'builtin' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};
