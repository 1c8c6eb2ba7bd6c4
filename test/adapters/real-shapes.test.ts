import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { instanceReader } from '../../functions/adapters/ecs-instances.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { observeTasks } from '../../functions/observing/observe.ts';
import { ec2StandIn } from '../stand-ins/ec2.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { NAMING } from '../support/builders.ts';
import { served } from './served.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/shop';
interface Answers extends Readonly<Record<string, unknown>> {
  readonly DescribeTasks: { readonly tasks: readonly { readonly taskArn: string }[] };
}

/** Answers in the form of the ECS API model, word for word as they come over the wire. */
const ANSWERS = new Map(
  globSync('test/fixtures/ecs-answers/*.json').map((path) => [
    basename(path, '.json'),
    JSON.parse(readFileSync(path, 'utf8')) as Answers,
  ]),
);

/** What is made of the tasks of one file, on an instance that the account hides from whoever does not ask for it. */
async function claimsIn(name: string) {
  const { about: _, ...answers } = ANSWERS.get(name) ?? { DescribeTasks: { tasks: [] } };
  const place = { now: () => 0, region: 'us-east-1', accountId: '123456789012' };
  const ec2 = ec2StandIn({ ...place, hidesManaged: true });
  const managedBy = name === 'managed-instance' ? { managedBy: 'ecs.amazonaws.com' } : {};
  ec2.admin.putInstance('i-0123456789abcdef0', { privateIpAddress: '10.0.1.5', vpcId: 'vpc-1', ...managedBy });
  const { inject } = await served(ecsStandIn(place), ec2);
  for (const [operation, answer] of Object.entries(answers)) {
    inject(operation, { status: 200, body: JSON.stringify(answer) });
  }
  const ports = { ecs: ecsReader(), instances: instanceReader(), ec2: ec2Reader(), definitions: definitionReader() };
  const { tasks } = await ports.ecs.describeTasks(
    CLUSTER,
    answers.DescribeTasks.tasks.map(({ taskArn }) => taskArn),
  );
  const { claims } = await observeTasks(ports, CLUSTER, tasks, { naming: NAMING, everyHost: true });
  return claims;
}

describe('what ECS says of a task becomes an endpoint', () => {
  it.each([
    { name: 'windows', port: 49_154 },
    { name: 'external-deployment', port: 32_771 },
    { name: 'daemon', port: 80 },
    { name: 'managed-instance', port: 32_773 },
  ])('$name', async ({ name, port }) => {
    const claims = await claimsIn(name);

    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({ name: 'app.shop.internal.', service: 'app', ec2Instance: 'i-0123456789abcdef0' });
    expect(claims[0]?.leftOut).toBeUndefined();
    expect(claims[0]?.endpoint).toMatchObject({ address: '10.0.1.5', port });
  });

  it('has a case for each file', () => {
    expect([...ANSWERS.keys()].toSorted()).toEqual(['daemon', 'external-deployment', 'managed-instance', 'windows']);
  });
});
