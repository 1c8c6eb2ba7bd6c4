import { explore } from '../support/explore.ts';

process.exitCode = await explore({
  script: import.meta.filename,
  one: 'world',
  many: 'worlds',
  count: 10_000,
  load: async () => {
    const { runWorld } = await import('./world.ts');
    return async (seed) => {
      const { violations, trace, runs, faults } = await runWorld(seed);
      return { violations, trace, counts: { runs, 'runs with a fault': faults } };
    };
  },
});
