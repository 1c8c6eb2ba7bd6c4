import { expect, it } from 'vitest';
import { runShiftWorld } from './shift-worlds.ts';

it('worlds of a service that deploys keep the laws', () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 500; seed += 1) broken.push(...runShiftWorld(seed).violations);

  expect(broken).toEqual([]);
});
