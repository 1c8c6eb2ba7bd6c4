import { explore } from '../support/explore.ts';

process.exitCode = await explore({
  script: import.meta.filename,
  one: 'world',
  many: 'worlds',
  count: 20_000,
  load: async () => {
    const { runShiftWorld } = await import('./shift-worlds.ts');
    return async (seed) => ({ ...runShiftWorld(seed), counts: {} });
  },
});
