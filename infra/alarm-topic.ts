import { Stack, Token } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { refused, SETTINGS } from '../functions/contracts/settings.ts';
import { InvalidPropsError } from './invalid-props.ts';

/** The key that AWS manages for SNS: its policy lets no alarm in, and nobody can change it. */
const MANAGED_KEY = 'alias/aws/sns';

/**
 * Refuses a topic that an alarm cannot tell, as far as the template knows: CloudWatch tells topics of its own Region, of any
 * account that lets it, and none that keeps an order.
 *
 * @throws InvalidPropsError
 */
export function checkAlarmTopic(scope: Construct, topic: sns.ITopic | undefined): void {
  if (!topic) return;
  const arn = Token.isUnresolved(topic.topicArn) ? undefined : topic.topicArn;
  const refuse = (got: string, want: string) => {
    throw new InvalidPropsError(refused('alarmTopic', got, want));
  };
  if (topic.fifo || arn?.endsWith('.fifo')) refuse(`the FIFO topic ${arn ?? topic.node.path}`, 'a standard one');
  if (arn !== undefined && !SETTINGS.alarmTopicArn.kind.allows(arn)) {
    refuse(JSON.stringify(arn), SETTINGS.alarmTopicArn.kind.want);
  }
  const { region } = Stack.of(scope);
  const its = arn?.split(':')[3] ?? topic.env.region;
  if (![region, its].some((one) => Token.isUnresolved(one)) && region !== its) {
    refuse(`a topic of ${its}`, `one of this stack's Region, ${region}`);
  }
  const { aliasName } = (topic.masterKey ?? {}) as { readonly aliasName?: string };
  if (aliasName === MANAGED_KEY) {
    refuse(
      `a topic that ${MANAGED_KEY} encrypts, which lets no alarm in`,
      'one without a key, or with one of your own',
    );
  }
}
