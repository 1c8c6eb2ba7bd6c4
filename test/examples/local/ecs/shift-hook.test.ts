import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { startCloud } from '../../../../examples/local/cloud/cloud.ts';
import { exampleServices } from '../../../../examples/local/ecs/services.ts';
import { SHIFT_HOOK, shiftHook } from '../../../../examples/local/ecs/shift-hook.ts';
import { OWN_SETTINGS } from '../../../../examples/local/options.ts';
import { entriesOf } from '../../../../examples/local/template/deployment.ts';
import { synthesize } from '../../../../examples/local/template/synthesize.ts';

afterEach(() => vi.unstubAllEnvs());

const hookArn = 'arn:aws:lambda:eu-west-1:123456789012:function:shift';
const step = { entry: 'functions/steps/plan-changes.ts', arn: 'arn:aws:lambda:eu-west-1:123456789012:function:plan' };

async function started() {
  const cloud = await startCloud({ port: 0, recordTo: undefined });
  onTestFinished(cloud.close);
  return cloud;
}

const servicesWith = (hook: ReturnType<typeof shiftHook>) =>
  exampleServices({ portalPort: 8080, ownAddresses: true, hook });

it('deploys calc blue/green, and nothing else, where the deployment has the hook', async () => {
  const { calc, ...others } = servicesWith(
    shiftHook(await started(), { functions: [step, { entry: SHIFT_HOOK, arn: hookArn }] }),
  );

  expect(calc.deploymentConfiguration).toMatchObject({
    strategy: 'BLUE_GREEN',
    lifecycleHooks: [{ hookTargetArn: hookArn, lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
  });
  expect(Object.values(others).flatMap((one) => one?.deploymentConfiguration ?? [])).toEqual([]);
});

it('leaves calc as it is where the deployment has none', async () => {
  const hook = shiftHook(await started(), { functions: [step] });

  expect(hook).toBeUndefined();
  expect(servicesWith(hook)).toEqual(exampleServices({ portalPort: 8080, ownAddresses: true }));
});

it('has a role that only ECS may take, for nothing but the hook', async () => {
  const cloud = await started();
  const { roleArn = '' } = shiftHook(cloud, { functions: [{ entry: SHIFT_HOOK, arn: hookArn }] }) ?? {};
  const invokes = (resource: string) =>
    cloud.iam.allows({ roleArn }, { action: 'lambda:InvokeFunction', resource, keys: {} });

  expect([invokes(hookArn), invokes(step.arn)]).toEqual([true, false]);
  expect(() => cloud.iam.assume(roleArn, { roleArn, service: 'ecs.amazonaws.com' })).not.toThrow();
  expect(() => cloud.iam.assume(roleArn, { roleArn, service: 'lambda.amazonaws.com' })).toThrow();
});

it.each([
  { settings: undefined, given: 'blueGreen=true', isThere: true },
  { settings: undefined, given: '', isThere: false },
  { settings: OWN_SETTINGS, given: '', isThere: true },
  { settings: OWN_SETTINGS, given: 'blueGreen=false', isThere: false },
])(
  'is there with $settings and SETTINGS="$given": $isThere',
  { timeout: 120_000 },
  async ({ settings, given, isThere }) => {
    vi.stubEnv('SETTINGS', given);

    const { template } = await synthesize({ settings });

    expect(entriesOf(template).includes(SHIFT_HOOK)).toBe(isThere);
  },
);
