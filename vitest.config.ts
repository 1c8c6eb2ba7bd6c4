import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: more workers only make every test slower.
    maxWorkers: 2,
    env: {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      POWERTOOLS_METRICS_NAMESPACE: 'Test',
      POWERTOOLS_SERVICE_NAME: 'test',
    },
    setupFiles: ['test/support/properties.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
