import { expect, it, onTestFinished } from 'vitest';
import { startCloud } from '../../../../examples/local/cloud/cloud.ts';
import type { Role } from '../../../stand-ins/iam.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:shift';
const ROLE = 'arn:aws:iam::123456789012:role/hook';

const roleOf = (trusted: string, resource: string): Role => ({
  arn: ROLE,
  trust: {
    Statement: [{ Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' }],
  },
  policies: [{ Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: resource }] }],
});

/** A service without tasks, of which the first deployment calls a hook: how that ends, and what was called. */
async function deployedWith(role: Role) {
  const cloud = await startCloud({ port: 0, recordTo: undefined });
  onTestFinished(cloud.close);
  const called: string[] = [];
  cloud.useLambdas({
    invoke: async (arn) => {
      called.push(arn);
      return { hookStatus: 'SUCCEEDED' };
    },
    send: () => {},
    warmUp: () => {},
    close: async () => {},
  });
  cloud.iam.putRole(role);
  const { ecs } = cloud.clients;
  cloud.ecs.admin.createCluster('demo');
  cloud.ecs.admin.registerTaskDefinition({ family: 'web', containerDefinitions: [{ name: 'web', image: 'web' }] });
  await ecs.createService({
    cluster: 'demo',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 0,
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      lifecycleHooks: [{ hookTargetArn: FUNCTION, roleArn: ROLE, lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
    },
  });
  const { serviceDeployments } = await ecs.listServiceDeployments({ cluster: 'demo', service: 'web' });
  return { status: serviceDeployments?.[0]?.status, called };
}

it.each([
  { row: 'a role that ECS may use and that may invoke it', trusted: 'ecs.amazonaws.com', resource: FUNCTION, calls: 1 },
  { row: 'a role of somebody else', trusted: 'lambda.amazonaws.com', resource: FUNCTION, calls: 0 },
  { row: 'a role for another function', trusted: 'ecs.amazonaws.com', resource: `${FUNCTION}-2`, calls: 0 },
])('ECS calls a lifecycle hook by $row: $calls call', async ({ trusted, resource, calls }) => {
  const { status, called } = await deployedWith(roleOf(trusted, resource));

  expect(called).toEqual(Array(calls).fill(FUNCTION));
  expect(status).toBe(calls > 0 ? 'SUCCESSFUL' : 'ROLLBACK_FAILED');
});
