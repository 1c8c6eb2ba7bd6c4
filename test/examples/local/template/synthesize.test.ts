import { afterEach, expect, it, vi } from 'vitest';
import { synthesize } from '../../../../examples/local/template/synthesize.ts';

afterEach(() => vi.unstubAllEnvs());

it('synthesizes with the settings that npm start was given', { timeout: 120_000 }, async () => {
  vi.stubEnv('SETTINGS', 'onDraining=deregister');

  const { template } = await synthesize();

  const rules = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
  expect(JSON.stringify(rules)).toContain('ECS Container Instance State Change');
});

it('says what is wrong with one that the app does not take', { timeout: 120_000 }, async () => {
  vi.stubEnv('SETTINGS', 'onDraining=at-once');

  await expect(synthesize()).rejects.toThrow('onDraining: got "at-once", want keep or deregister');
});
