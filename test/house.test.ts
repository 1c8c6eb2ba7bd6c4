import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, pictured } from './house/picture.ts';

/** The folders of the domain in the order of the way of the data (CONTRIBUTING). */
const DOMAIN = ['words', 'dns', 'ecs', 'health', 'zone', 'reading', 'judging', 'plan', 'sending', 'telling'] as const;

/** What a file of each room may import and what not, as the table of rooms says (CONTRIBUTING); with names where they matter. */
const ROOMS: readonly {
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}[] = [
  ...domainRooms(),
  {
    file: 'functions/contracts/x.ts',
    allowed: ['zod', './payloads.ts', '../domain/reading/run.ts'],
    refused: [
      'node:fs',
      '@aws-sdk/client-s3',
      '../adapters/aws/pool.ts',
      '../steps/list-clusters.ts',
      '../runtime/step.ts',
    ],
  },
  {
    file: 'functions/contracts/settings.ts',
    allowed: ['./setting-kinds.ts', '../domain/words/near.ts', '../domain/words/text.ts'],
    refused: ['zod', './states.ts', '../domain/words/errors.ts', 'node:fs', 'aws-cdk-lib'],
  },
  {
    file: 'functions/contracts/variables.ts',
    allowed: ['./settings.ts'],
    refused: ['zod', './states.ts', '../domain/words/errors.ts', 'node:fs', 'aws-cdk-lib'],
  },
  {
    file: 'functions/adapters/x.ts',
    allowed: ['@aws-sdk/client-ecs', 'node:net', './aws/pool.ts', '../domain/words/errors.ts'],
    refused: ['zod', '../contracts/states.ts', '../steps/list-clusters.ts', '../runtime/step.ts', 'aws-cdk-lib'],
  },
  {
    file: 'functions/runtime/x.ts',
    allowed: [
      '@aws-lambda-powertools/logger',
      '@middy/core',
      'zod',
      'node:async_hooks',
      'node:diagnostics_channel',
      './powertools.ts',
      '../domain/words/text.ts',
    ],
    refused: [
      '../domain/reading/run.ts',
      '../adapters/aws/pool.ts',
      '@aws-sdk/client-s3',
      '../contracts/states.ts',
      'node:fs',
    ],
  },
  {
    file: 'functions/adapters/aws/x.ts',
    allowed: ['@aws-sdk/client-ecs', './pool.ts', '../../domain/words/errors.ts'],
    refused: ['zod', '../../contracts/states.ts', '../../steps/list-clusters.ts'],
  },
  {
    file: 'functions/observing/x.ts',
    allowed: ['../domain/reading/run.ts', '../contracts/states.ts', '../adapters/aws/pool.ts', '../runtime/clock.ts'],
    refused: [
      '../steps/list-clusters.ts',
      '../triggers/start-run.ts',
      '../wiring/wire.ts',
      '@aws-sdk/client-ecs',
      'aws-cdk-lib',
    ],
  },
  {
    file: 'functions/wiring/x.ts',
    allowed: ['../adapters/ecs-reader.ts', '../contracts/environment.ts', '../runtime/step.ts', './wire.ts', 'zod'],
    refused: [
      '../domain/reading/run.ts',
      '../observing/observe.ts',
      '../steps/list-clusters.ts',
      '../triggers/start-run.ts',
      '@aws-sdk/client-ecs',
      'aws-cdk-lib',
      '../../infra/stack.ts',
    ],
  },
  {
    file: 'functions/steps/x.ts',
    allowed: [
      '../domain/reading/run.ts',
      '../contracts/states.ts',
      "{ pool } from '../adapters/aws/pool.ts'",
      "{ type EcsReader } from '../adapters/ecs-reader.ts'",
      "{ namingOf } from '../contracts/environment.ts'",
      '../wiring/wire.ts',
      'node:crypto',
    ],
    refused: [
      "{ ecsReader } from '../adapters/ecs-reader.ts'",
      "{ readEnvironment } from '../contracts/environment.ts'",
      '@aws-sdk/client-ecs',
      'aws-cdk-lib',
      'constructs',
      '../../infra/stack.ts',
      '../../test/support/world.ts',
    ],
  },
  {
    file: 'functions/triggers/x.ts',
    allowed: ["{ type Executions } from '../adapters/executions.ts'"],
    refused: ["{ executions } from '../adapters/executions.ts'", '@aws-sdk/client-sfn', '../../examples/local/main.ts'],
  },
  {
    file: 'infra/x.ts',
    allowed: [
      'aws-cdk-lib',
      'aws-cdk-lib/aws-ec2',
      'constructs',
      './config.ts',
      'node:path',
      '../functions/contracts/settings.ts',
      '../functions/contracts/variables.ts',
    ],
    refused: [
      '../functions/observing/observe.ts',
      '../functions/contracts/states.ts',
      '../functions/contracts/setting-kinds.ts',
      '../functions/domain/words/text.ts',
      '../test/support/world.ts',
      '../examples/local/main.ts',
      '@aws-sdk/client-ecs',
    ],
  },
  {
    file: 'console/page/views/x.ts',
    allowed: ['preact', 'preact/hooks', '../html.ts', '../parts/mark.ts', './y.ts', '../../views.ts'],
    refused: [
      'node:fs',
      'esbuild',
      '../../server.ts',
      '../../model/state.ts',
      '../../../functions/domain/words/text.ts',
    ],
  },
  {
    file: 'console/page/pure/x.ts',
    allowed: ['./y.ts', '../../views.ts'],
    refused: ['preact', '../html.ts', '../live/api.ts', '../../server.ts'],
  },
  {
    file: 'packaging/x.ts',
    allowed: ['node:fs', './version.ts', "{ type Bundled } from '../infra/bundles.ts'"],
    refused: [
      '../functions/contracts/settings.ts',
      '../infra/stack.ts',
      'aws-cdk-lib',
      'esbuild',
      '../test/support/world.ts',
    ],
  },
  {
    file: 'cli/x.ts',
    allowed: ['../functions/domain/reading/run.ts', '../functions/adapters/run-store.ts', '@aws-sdk/client-sfn'],
    refused: [
      '../functions/observing/observe.ts',
      '../infra/stack.ts',
      '../test/support/world.ts',
      '@aws-sdk/client-ecs',
      '@aws-sdk/client-s3',
      '../functions/runtime/step.ts',
      '../functions/wiring/ports.ts',
      'aws-cdk-lib',
    ],
  },
  {
    file: 'console/x.ts',
    allowed: [
      'node:http',
      '@dagrejs/dagre',
      './views.ts',
      '../functions/domain/words/text.ts',
      '../functions/contracts/outcome.ts',
    ],
    refused: [
      '../cli/context.ts',
      '../functions/adapters/run-store.ts',
      '../functions/steps/list-clusters.ts',
      '../functions/wiring/ports.ts',
      '../infra/stack.ts',
      '../test/support/world.ts',
      '../examples/local/boot.ts',
      '@aws-sdk/client-sfn',
      'aws-cdk-lib',
    ],
  },
  {
    file: 'console/model/x.ts',
    allowed: ['../views.ts', '../../functions/domain/words/text.ts'],
    refused: ['../../cli/context.ts', '../../functions/adapters/run-store.ts'],
  },
  {
    file: 'test/domain/x.test.ts',
    allowed: ['../../functions/domain/reading/run.ts', 'fast-check', '../stand-ins/ecs.ts', 'node:fs'],
    refused: ['@aws-sdk/client-ecs', '@aws-sdk/client-route-53'],
  },
  { file: 'test/adapters/x.test.ts', allowed: ['@aws-sdk/client-ecs'], refused: [] },
  { file: 'test/laws/x.test.ts', allowed: ['@aws-sdk/client-route-53'], refused: [] },
  {
    file: 'test/stand-ins/x.ts',
    allowed: ['@aws-sdk/client-ecs', 'fast-check', 'node:http', './clock.ts', './ecs/store.ts'],
    refused: [
      '../../functions/domain/words/text.ts',
      '../../infra/index.ts',
      '../../cli/main.ts',
      '../../examples/local/main.ts',
      '../support/world.ts',
      '../laws/endpoint.ts',
    ],
  },
  {
    file: 'test/stand-ins/ecs/x.test.ts',
    allowed: ['@aws-sdk/client-ecs', './store.ts', '../clock.ts', '../protocol/wire.ts'],
    refused: [
      '../../../functions/domain/words/text.ts',
      '../../../infra/index.ts',
      '../../support/world.ts',
      '../../laws/endpoint.ts',
    ],
  },
  {
    file: 'examples/calc/x.ts',
    allowed: ['../../infra/index.ts', 'node:http', '../srv/lookup.ts'],
    refused: [
      '../../functions/domain/reading/run.ts',
      '../../test/support/world.ts',
      '../../infra/stack.ts',
      '@aws-sdk/client-ecs',
    ],
  },
  {
    file: 'examples/hello/x.mjs',
    allowed: ['@aws-sdk/client-ecs', 'node:http', '../srv/lookup.ts'],
    refused: ['../../functions/domain/reading/run.ts', '../../test/support/world.ts', '../local/ports.ts'],
  },
  {
    file: 'examples/local/x.ts',
    allowed: ['../../functions/observing/observe.ts', '../../test/stand-ins/ecs.ts', '../../infra/index.ts'],
    refused: [],
  },
];

/** Each folder of the domain imports those above it in `DOMAIN`, and nothing else. */
function domainRooms() {
  return DOMAIN.map((room, at) => ({
    file: `functions/domain/${room}/x.ts`,
    allowed: ['./y.ts', ...DOMAIN.slice(0, at).map((above) => `../${above}/y.ts`)],
    refused: [
      ...DOMAIN.slice(at + 1).map((below) => `../${below}/y.ts`),
      'zod',
      'node:crypto',
      '@aws-sdk/client-ecs',
      '../../contracts/states.ts',
      '../../adapters/aws/pool.ts',
      '../../steps/list-clusters.ts',
    ],
  }));
}

let house: string;
/** `file` → the imports that the linter refuses there. */
let refused: ReadonlyMap<string, readonly string[]>;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'house-'));
  const { $schema: _, vcs: __, ...rules } = JSON.parse(readFileSync('biome.json', 'utf8'));
  write('biome.json', JSON.stringify(rules));
  for (const { file, allowed, refused } of ROOMS) {
    write(file, [...allowed, ...refused].map((one) => `import ${one.startsWith('{') ? one : `'${one}'`};\n`).join(''));
  }
  refused = lint();
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true });
  writeFileSync(join(house, file), text);
}

interface Report {
  readonly diagnostics: readonly {
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

/** One run of the linter over a house that has the same rooms and the same rules. */
function lint(): ReadonlyMap<string, readonly string[]> {
  const options = ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '.'];
  const found = reported(options, house);
  return new Map(
    [...Map.groupBy(found, ({ path }) => path)].map(([path, all]) => {
      const room = ROOMS.find(({ file }) => file === path);
      const imports = [...(room?.allowed ?? []), ...(room?.refused ?? [])];
      const lines = all.map(({ line }) => line).sort((one, other) => one - other);
      return [path, lines.map((line) => imports[line - 1] ?? `line ${line}`)];
    }),
  );
}

/** What the linter complains of, whatever its exit code. */
function reported(options: readonly string[], cwd: string) {
  const biome = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome');
  const { stdout } = spawnSync(process.execPath, [biome, ...options], { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  const { diagnostics } = JSON.parse(stdout) as Report;
  return diagnostics.map(({ location: { path, start } }) => ({ path, line: start.line }));
}

describe('the linter enforces the table of rooms', () => {
  it.each(ROOMS)('$file', ({ file, refused: expected }) => {
    expect(refused.get(file) ?? []).toEqual(expected);
  });
});

it.each([
  { file: 'functions/steps/y.ts', may: false },
  { file: 'functions/observing/y.ts', may: false },
  { file: 'functions/adapters/aws/y.ts', may: false },
  { file: 'functions/wiring/y.ts', may: true },
  { file: 'functions/runtime/y.ts', may: true },
])('$file may read the environment: $may', ({ file, may }) => {
  write(file, 'export const region = process.env.AWS_REGION;\n');

  const found = reported(['lint', '--reporter=json', file], house);

  expect(found.map(({ path }) => path)).toEqual(may ? [] : [file]);
});

describe('the domain', () => {
  it('has the folders of the way of the data and no others', () => {
    expect(readdirSync('functions/domain').sort()).toEqual([...DOMAIN].sort());
  });

  it('has functions of at most three parameters and fifty lines, unless they say why not', () => {
    const found = lintFor(
      {
        complexity: {
          useMaxParams: { level: 'error', options: { max: 3 } },
          noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 50 } },
        },
      },
      'functions/domain',
    );

    const unsaid = found.filter(({ path, line }) => !saysWhy(path, line));
    expect(unsaid.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
  });
});

it.each(globSync('test/statemachines/*.test.ts'))('%s tells one story, in at most 400 lines', (path) => {
  expect(readFileSync(path, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(400);
});

describe('the README of the stand-ins', () => {
  const page = readFileSync('test/stand-ins/README.md', 'utf8');
  const suites = globSync('test/laws/**/*.test.ts');

  it.each(suites)('says what is judged by %s', (suite) => {
    expect(page).toContain(basename(suite));
  });

  it('names no suite that is not there', () => {
    const named = [...page.matchAll(/[\w/-]+\.test\.ts/g)].map(([name]) => basename(name));
    const there = [...suites, ...globSync('test/stand-ins/**/*.test.ts')].map((path) => basename(path));

    expect(named.filter((name) => !there.includes(name))).toEqual([]);
  });
});

/** Diagnostics of some rules alone over a folder of this tree. */
function lintFor(rules: object, folder: string) {
  const config = mkdtempSync(join(tmpdir(), 'house-rules-'));
  try {
    writeFileSync(join(config, 'biome.json'), JSON.stringify({ linter: { rules: { preset: 'none', ...rules } } }));
    return reported(['lint', `--config-path=${config}`, '--reporter=json', '--max-diagnostics=none', folder], '.');
  } finally {
    rmSync(config, { recursive: true, force: true });
  }
}

/** Whether the docstring above a line has `@long <reason>`. */
function saysWhy(path: string, line: number): boolean {
  const above = readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, line - 1)
    .join('\n');
  const [docstring = ''] = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(above) ?? [];
  return /@long \w+/.test(docstring);
}

it('no file of the production code imports itself on any way, types included', () => {
  const imports = new Map(
    globSync('{functions,infra,cli,console}/**/*.ts').map((path) => [
      path,
      importsOf(path, readFileSync(path, 'utf8')),
    ]),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (way.includes(path) || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };

  for (const path of imports.keys()) visit(path, []);

  expect(imports.size).toBeGreaterThan(100);
  expect(cycles).toEqual([]);
});

const importsOf = (path: string, text: string) =>
  [...text.matchAll(/ from '(\.[^']+)'/g)].map(([, to = '']) => normalize(join(dirname(path), to)));

it('every file that answers a question of CONTRIBUTING is there, and at least twenty of them', () => {
  const [, table = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('### Where is … decided?');
  const [section = ''] = table.split('\n## ');
  const files = [...section.matchAll(/\]\(([^)]+)\) \|$/gm)].map(([, file = '']) => file);

  expect(files.length).toBeGreaterThanOrEqual(20);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

describe('the pictures of CONTRIBUTING', () => {
  it('are those of the imports and declarations of today: npm run house -- --write', () => {
    expect(pictured()).toBe(picture());
  });

  it('show a way of one task that takes the rooms of the domain in their order, behind the adapter', () => {
    const [first, ...rooms] = [...picture().matchAll(/-->\|"\w+<br>(\w+)\//g)].map(([, room = '']) => room);
    const order = rooms.map((room) => (DOMAIN as readonly string[]).indexOf(room));

    expect(first).toBe('adapters');
    expect(rooms.length).toBeGreaterThanOrEqual(5);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order).not.toContain(-1);
  });
});
