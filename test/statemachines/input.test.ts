import { describe, expect, it } from 'vitest';
import { CALC, reasons, shop } from '../support/shop.ts';
import { type WorldOptions, world, ZONE } from '../support/world.ts';

describe('configuration and input', () => {
  const withPublicZone: WorldOptions['around'] = async ({ operation }, perform) =>
    operation === 'GetHostedZone' ? { HostedZone: { Name: ZONE, Config: { PrivateZone: false } } } : perform();

  it.each([
    { given: { environment: { ZONE_NAME: 'other.internal' } }, error: 'ZoneMismatchError' },
    { given: { around: withPublicZone }, error: 'InvalidConfigurationError' },
    { given: {}, input: { dryrun: true }, error: 'InvalidConfigurationError' },
    { given: {}, input: { clusters: ['nowhere'] }, error: 'InvalidConfigurationError' },
  ])('fails with $error before any change', async ({ given, input = {}, error }) => {
    const around = shop(given);
    around.task(32_768);

    const run = await around.run(input);

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({ status: 'FAILED', error });
    expect(around.values(CALC)).toEqual([]);
  });

  it('fails with OwnerTakenError when the marker names another deployment', async () => {
    const blue = shop();
    blue.task(32_768);
    await blue.run({});
    const rival = world({ beside: blue, environment: { DEPLOYMENT_ID: '1/eu-west-1/rival' } });

    const run = await rival.run({});

    expect(run.result).toMatchObject({ status: 'FAILED', error: 'OwnerTakenError' });
  });

  it('plans and reports only in a dry run', async () => {
    const around = shop();
    around.task(32_768);

    const run = await around.run({ dryRun: true });

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).not.toContain('ApplyBatches');
    expect(around.values(CALC)).toEqual([]);
    expect(reasons(run)).toEqual(['published healthy']);
  });
});
