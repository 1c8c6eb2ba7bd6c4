import { expect, it } from 'vitest';
import { faultPort } from '../faults/port.ts';
import { reasons, type Shop, shop, value } from '../support/shop.ts';

/** Services whose tasks CodeDeploy or somebody else replaces, set by set. */

const SERVICE = 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web';
const at = (...ports: readonly number[]) => ports.map((port) => value('10.0.1.23', port));
const published = ({ values }: Shop) => values('_calc._tcp');

/** Two tasks of a set each; ECS tells which of the sets is PRIMARY, in the words of its model. */
async function sets(environment: Record<string, string>) {
  const port = faultPort();
  const around = shop({ environment, ...port.options });
  const told: { id: string; status: string }[] = [];
  let asked = 0;
  port.arm({
    onCall: async ({ call }, perform) => {
      if (call !== 'ecs:DescribeServices') return perform();
      asked += 1;
      const controller = { deploymentController: { type: 'CODE_DEPLOY' } };
      const about = {
        serviceArn: SERVICE,
        serviceName: 'web',
        clusterArn: SERVICE.replace(/:service.*/, ':cluster/shop'),
      };
      return { services: [{ ...about, ...controller, taskSets: told }], failures: [] };
    },
  });
  const place = (id: string, ...ports: readonly number[]) =>
    ports.map((hostPort) =>
      around.aws.ecs.admin.putTask({
        cluster: 'shop',
        taskDefinition: around.definition,
        containerInstance: around.home,
        hostPorts: { 8081: hostPort },
        service: 'web',
        startedBy: id,
      }),
    );
  const primary = (...ids: readonly string[]) => {
    const statuses = ids.map((id, index) => ({ id, status: index === 0 ? 'PRIMARY' : 'ACTIVE' }));
    told.splice(0, told.length, ...statuses);
  };
  return { around, place, primary, asked: () => asked };
}

it('only the set that is PRIMARY is published, and another one that becomes it takes over in one run', async () => {
  const { around, place, primary } = await sets({ PUBLISH_PRIMARY_TASK_SET: 'true' });
  place('ecs-svc/1', 1, 2);
  primary('ecs-svc/1');
  await around.run({});
  place('ecs-svc/2', 3, 4);
  primary('ecs-svc/1', 'ecs-svc/2');

  const before = await around.run({});
  expect(published(around)).toEqual(at(1, 2));
  expect(reasons(before)).toEqual([
    'left-out awaiting-shift',
    'left-out awaiting-shift',
    'published healthy',
    'published healthy',
  ]);

  primary('ecs-svc/2', 'ecs-svc/1');
  await around.run({});

  expect(published(around)).toEqual(at(3, 4));
});

it('nothing enters or leaves while no set is PRIMARY', async () => {
  const { around, place, primary } = await sets({ PUBLISH_PRIMARY_TASK_SET: 'true' });
  place('ecs-svc/1', 1, 2);
  primary('ecs-svc/1');
  await around.run({});
  place('ecs-svc/2', 3);
  primary();

  await around.run({});

  expect(published(around)).toEqual(at(1, 2));
});

it('without the setting every task is, and nobody asks', async () => {
  const { around, place, primary, asked } = await sets({});
  place('ecs-svc/1', 1);
  place('ecs-svc/2', 2);
  primary('ecs-svc/1', 'ecs-svc/2');

  await around.run({});

  expect([published(around), asked()]).toEqual([at(1, 2), 0]);
});
