import { explore } from '../support/explore.ts';

process.exitCode = await explore({
  script: import.meta.filename,
  one: 'history',
  many: 'histories',
  count: 23_900,
  load: async () => {
    const { runHistory } = await import('./history.ts');
    return async (seed) => {
      const { violations, trace, executions, changes } = await runHistory(seed);
      return { violations, trace, counts: { executions, 'changes of the zone': changes } };
    };
  },
});
