import type { Deployment } from '../template/deployment.ts';
import type { Cloud } from './cloud.ts';
import { grant } from './permissions.ts';

/** Creates what a deployment consists of, in the order in which one thing needs another. */
export async function deploy({ clients, iam }: Cloud, deployment: Deployment): Promise<void> {
  grant(iam, deployment.permissions);
  for (const { name, attributes } of deployment.queues) {
    await clients.sqs.createQueue({ QueueName: name, Attributes: { ...attributes } });
  }
  for (const bucket of deployment.buckets) await clients.s3.createBucket({ Bucket: bucket });

  const { name, definition, roleArn } = deployment.stateMachine;
  await clients.stepFunctions.createStateMachine({ name, definition, roleArn });
  for (const rule of deployment.rules) {
    await clients.events.putRule({ Name: rule.name, EventPattern: rule.pattern });
    await clients.events.putTargets({ Rule: rule.name, Targets: [...rule.targets] });
  }
}
