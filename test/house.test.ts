import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What a file of each room may import and what not, as the table of rooms says (CONTRIBUTING). */
const ROOMS: readonly {
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}[] = [
  {
    file: 'functions/domain/plan/x.ts',
    allowed: ['./plan-zone.ts', '../dns/name.ts'],
    refused: [
      'zod',
      'node:crypto',
      '@aws-sdk/client-ecs',
      '../../contracts/states.ts',
      '../../adapters/aws/pool.ts',
      '../../steps/list-clusters.ts',
    ],
  },
  {
    file: 'functions/contracts/x.ts',
    allowed: ['zod', './claim-check.ts', '../domain/reading/run.ts'],
    refused: [
      'node:fs',
      '@aws-sdk/client-s3',
      '../adapters/aws/pool.ts',
      '../steps/list-clusters.ts',
      '../runtime/step.ts',
    ],
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
    refused: ['../steps/list-clusters.ts', '../triggers/start-run.ts', '@aws-sdk/client-ecs', 'aws-cdk-lib'],
  },
  {
    file: 'functions/steps/x.ts',
    allowed: [
      '../domain/reading/run.ts',
      '../contracts/states.ts',
      '../adapters/aws/pool.ts',
      '../runtime/step.ts',
      'node:crypto',
    ],
    refused: [
      '@aws-sdk/client-ecs',
      'aws-cdk-lib',
      'constructs',
      '../../infra/stack.ts',
      '../../test/support/world.ts',
    ],
  },
  {
    file: 'functions/triggers/x.ts',
    allowed: ['../adapters/executions.ts'],
    refused: ['@aws-sdk/client-sfn', '../../examples/local/main.ts'],
  },
  {
    file: 'infra/x.ts',
    allowed: ['aws-cdk-lib', 'aws-cdk-lib/aws-ec2', 'constructs', './config.ts', 'node:path'],
    refused: [
      '../functions/observing/observe.ts',
      '../test/support/world.ts',
      '../examples/local/main.ts',
      '@aws-sdk/client-ecs',
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
      'aws-cdk-lib',
    ],
  },
  {
    file: 'test/domain/x.test.ts',
    allowed: ['../../functions/domain/reading/run.ts', 'fast-check', '../stand-ins/ecs.ts', 'node:fs'],
    refused: ['@aws-sdk/client-ecs', '@aws-sdk/client-route-53'],
  },
  { file: 'test/adapters/x.test.ts', allowed: ['@aws-sdk/client-ecs'], refused: [] },
  { file: 'test/laws/x.test.ts', allowed: ['@aws-sdk/client-route-53'], refused: [] },
  { file: 'test/stand-ins/x.ts', allowed: ['@aws-sdk/client-ecs'], refused: [] },
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
    file: 'examples/local/x.ts',
    allowed: ['../../functions/observing/observe.ts', '../../test/stand-ins/ecs.ts', '../../infra/index.ts'],
    refused: [],
  },
];

let house: string;
/** `file` → the imports that the linter refuses there. */
let refused: ReadonlyMap<string, readonly string[]>;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'house-'));
  const { $schema: _, vcs: __, ...rules } = JSON.parse(readFileSync('biome.json', 'utf8'));
  write('biome.json', JSON.stringify(rules));
  for (const { file, allowed, refused } of ROOMS) {
    write(file, [...allowed, ...refused].map((one) => `import '${one}';\n`).join(''));
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
  const biome = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome');
  const options = ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '.'];
  let report: string;
  try {
    report = execFileSync(process.execPath, [biome, ...options], { cwd: house, encoding: 'utf8', stdio: 'pipe' });
  } catch (failed) {
    report = (failed as { readonly stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(report) as Report;
  const found = diagnostics.map(({ location: { path, start } }) => ({ path, line: start.line }));
  return new Map(
    [...Map.groupBy(found, ({ path }) => path)].map(([path, all]) => {
      const room = ROOMS.find(({ file }) => file === path);
      const imports = [...(room?.allowed ?? []), ...(room?.refused ?? [])];
      const lines = all.map(({ line }) => line).sort((one, other) => one - other);
      return [path, lines.map((line) => imports[line - 1] ?? `line ${line}`)];
    }),
  );
}

describe('the linter enforces the table of rooms', () => {
  it.each(ROOMS)('$file', ({ file, refused: expected }) => {
    expect(refused.get(file) ?? []).toEqual(expected);
  });
});
