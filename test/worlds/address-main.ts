import { explore } from '../support/explore.ts';

process.exitCode = await explore({
  script: import.meta.filename,
  one: 'world',
  many: 'worlds',
  count: 300,
  load: async () => {
    const { runAddressWorld } = await import('./address-worlds.ts');
    return async (seed) => ({ violations: await runAddressWorld(seed), trace: [], counts: {} });
  },
});
