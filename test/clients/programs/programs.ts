import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asked, type Client, NotHere } from '../client.ts';
import { placeRecipe, RECIPES, run, versionOf } from '../process.ts';
import { NAME } from '../stage.ts';

interface Program {
  readonly name: string;
  readonly file: string;
  readonly version: () => Promise<string>;
  /** The command that runs it, made ready in that folder. */
  readonly ready: (file: string, folder: string) => Promise<readonly [string, ...string[]]>;
  /** Whether each request is a start of its own. */
  readonly each?: boolean;
}

/** A recipe that prints the instances, or makes requests and prints how each ended. */
const program = ({ name, file, version, ready, each = false }: Program): Client => ({
  name,
  kind: 'program',
  interval: 0,
  recipe: [file],
  version,
  start: async (stage, folder) => {
    const dns = await stage.dns();
    const [command, ...first] = await ready(await placeRecipe(file, folder), folder);
    const where = [NAME, ...dns.server.split(':')];
    let said = '';
    const ran = async (limit: number, ...args: readonly string[]): Promise<string> => {
      const { stdout } = await run(command, [...first, ...where, ...args], { timeout: limit }).catch((fault) => {
        said = String(fault.stderr || fault.message).slice(-4_000);
        throw fault;
      });
      return stdout;
    };
    return {
      dns,
      sees: async () => (await ran(20_000).catch(() => '')).split('\n').filter(Boolean),
      requests: each
        ? (count) => oneByOne(count, () => ran(20_000, '/'))
        : async (count) => endsOf(await ran(count * 2_500, '/', String(count))),
      said: () => said,
      stop: async () => undefined,
    };
  },
});

/** Milliseconds for requests that are a start each: while DNS is silent they take seconds. */
const LONGEST = 20_000;

/** Lines of `<ms> ok` or `<ms> failed <why>`. */
const endsOf = (text: string): readonly Asked[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([took, end]) => ({ took: Number(took), ok: end === 'ok' }));

async function oneByOne(count: number, request: () => Promise<unknown>): Promise<readonly Asked[]> {
  const made: Asked[] = [];
  const end = performance.now() + LONGEST;
  while (made.length < count && performance.now() < end) {
    const begin = performance.now();
    const ok = await request().then(
      () => true,
      () => false,
    );
    made.push({ ok, took: performance.now() - begin });
    await pause(50);
  }
  return made;
}

export const node = program({
  name: 'Node, `examples/srv`',
  file: 'node/srv.ts',
  version: async () => process.versions.node,
  // Where it is, since it imports its neighbour.
  ready: async () => [process.execPath, join(RECIPES, 'node/srv.ts')],
});

export const go = program({
  name: 'Go',
  file: 'go/srv.go',
  version: () => versionOf('go', 'version'),
  ready: async (file, folder) => {
    const built = join(folder, 'srv');
    await run('go', ['build', '-o', built, file], { cwd: folder });
    return [built];
  },
});

export const java = program({
  name: 'Java, JNDI',
  file: 'java/Srv.java',
  version: () => versionOf('javac', '-version'),
  ready: async (file, folder) => {
    await run('javac', ['-d', folder, file]);
    return ['java', '-XX:TieredStopAtLevel=1', '-cp', dirname(file), 'Srv'];
  },
});

/** The first that has dnspython: Debian's package is for Debian's Python. */
const PYTHONS = ['python3', '/usr/bin/python3'];

export const python = program({
  name: 'Python, dnspython',
  file: 'python/srv.py',
  version: async () => versionOf(await pythonWithDns(), '-c', 'import dns.version; print(dns.version.version)'),
  ready: async (file) => [await pythonWithDns(), file],
});

async function pythonWithDns(): Promise<string> {
  for (const python of PYTHONS.filter((one) => !one.startsWith('/') || existsSync(one))) {
    const has = await run(python, ['-c', 'import dns.resolver']).then(
      () => true,
      () => false,
    );
    if (has) return python;
  }
  throw new NotHere('no python3 has dnspython');
}

export const curl = program({
  name: 'curl with dig',
  file: 'curl/srv.sh',
  version: async () => {
    await versionOf('dig', '-v');
    return versionOf('curl', '--version');
  },
  ready: async (file) => ['bash', file],
  each: true,
});
