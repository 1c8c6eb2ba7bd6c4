import { expect, it } from 'vitest';
import { stopwatch } from './stopwatch.ts';

it('gives each stretch to whom it belongs, and none to nobody', () => {
  const spent = new Map<string, number>();
  const watch = stopwatch<string>((owner, ms) => spent.set(owner, (spent.get(owner) ?? 0) + ms));

  watch.belongsTo('busy');
  work();
  watch.belongsTo(undefined);
  work();
  watch.belongsTo('idle');
  watch.belongsTo('busy');
  watch.belongsTo(undefined);

  expect([...spent.keys()]).toEqual(['busy', 'idle']);
  expect(spent.get('busy')).toBeGreaterThan(spent.get('idle') ?? Infinity);
});

function work(): void {
  let text = '';
  for (let round = 0; round < 200_000; round += 1) text = `${text.slice(-50)}${round}`;
}
