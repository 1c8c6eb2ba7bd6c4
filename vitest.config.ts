import { defineConfig } from 'vitest/config';

/** What keeps state in modules, variables or spies: each file in a process of its own. All others share one, at half the time. */
const APART = ['test/{adapters,cli,examples,faults,infra,observing,permissions,runtime,steps}/**/*.test.ts'];

/**
 * What boots whole local runs, walks pages command by command, packs, or synthesizes again and again: `npm run long`, a step of
 * its own in `.ci/run`, so that `npm test` stays what one runs before each commit.
 */
const LONG = [
  'test/console/{server,rights}.test.ts',
  'test/console/page/browser/*.test.ts',
  'test/clients/{curl,follow}.test.ts',
  'test/cli/{drill,at-a-terminal,five-minutes,migrating,operating}.test.ts',
  'test/cli/template/{pages,equal,template}.test.ts',
  'test/examples/local/{boot,breaks,signals,main,zone-elsewhere}.test.ts',
  'test/examples/services.test.ts',
  'test/infra/{package,stack,examples}.test.ts',
  'test/laws/aws-cli.test.ts',
  'test/permissions/grants.test.ts',
];

export default defineConfig({
  test: {
    // Two cores, and one more worker, since commands and local runs wait for real time: a ninth less time than with two.
    maxWorkers: 3,
    // Tests that run at one time in a file say so, and wait for clocks of others nearly all the time.
    maxConcurrency: 10,
    env: {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      POWERTOOLS_METRICS_NAMESPACE: 'Test',
      POWERTOOLS_SERVICE_NAME: 'test',
    },
    setupFiles: ['test/support/properties.ts', 'test/support/watched-ways.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'apart', include: APART, exclude: LONG } },
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: [...APART, ...LONG], isolate: false },
      },
      { extends: true, test: { name: 'long', include: LONG } },
    ],
  },
});
