import { expect, it } from 'vitest';
import { runAddressWorld } from './address-worlds.ts';

it('worlds of an address name keep the laws', async () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 30; seed += 1) broken.push(...(await runAddressWorld(seed)));

  expect(broken).toEqual([]);
});
