import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../infra/metrics.ts';

const SOURCE = globSync('functions/{observing,runtime,steps,triggers}/*.ts')
  .concat('functions/domain/words/reason.ts')
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

it.each(Object.keys(METRICS))('%s is counted by a function', (name) => {
  expect(SOURCE).toContain(`'${name}'`);
});

it('offers everything that is counted under a name of its own', () => {
  const counted = [...SOURCE.matchAll(/addMetric\(\s*'(\w+)'/g)].map(([, name]) => name);

  expect(counted.filter((name) => !Object.hasOwn(METRICS, String(name)))).toEqual([]);
  expect(counted.length).toBeGreaterThan(5);
});
