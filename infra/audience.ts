import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import type { Alarms } from './alarms.ts';

/** Acknowledged by `Annotations.of(scope).acknowledgeInfo(ALARMS_TELL_NOBODY)`; public, like the ids of the alarms. */
const ALARMS_TELL_NOBODY = 'ecs-service-discovery-dns:alarmsTellNobody';

/** What the definition's comment says of whoever hears of the alarms; the command reads it there. */
export type Audience = 'somebody' | 'nobody' | 'acknowledged';

/**
 * Every alarm goes to the topic.
 *
 * A topic of this app lets CloudWatch in, to its key too: a policy of its own (`enforceSSL` makes one) replaces the one by
 * which SNS lets in the whole account, and no other right reaches an alarm. One that is imported has the policy it has.
 */
export function tellTopic(alarms: Alarms, topic: sns.ITopic): void {
  alarms.addAction(new SnsAction(topic));
  const { account, region, partition } = Stack.of(alarms);
  const cloudWatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
    },
  });
  topic.grantPublish(cloudWatch);
}

/**
 * Whoever hears of the alarms, however their actions came: by `alarmTopic`, by `addAlarmAction()`, or by an aspect of the app.
 * To be asked while the template is made.
 */
export function audienceOf(alarms: Alarms): Audience {
  if (alarms.all.some(tells)) return 'somebody';
  return isSaid(alarms) ? 'nobody' : 'acknowledged';
}

/** Says once for a deployment, in `cdk synth`, that its alarms tell nobody. An info: `--strict` still passes. */
export function sayWhereNobodyIsTold(alarms: Alarms, deploymentId: string): void {
  const last = alarms.all.at(-1)?.node.defaultChild;
  // Readers go last, and the last alarm after all others: whatever aspects add has been added.
  Aspects.of(alarms).add(
    {
      visit(node: IConstruct) {
        if (node !== last || alarms.all.some(tells)) return;
        Annotations.of(alarms).addInfoV2(
          ALARMS_TELL_NOBODY,
          `the alarms of service discovery ${deploymentId} tell nobody: give alarmTopic (context alarmTopicArn or alarmEmail), or addAlarmAction(); docs/operate.md`,
        );
      },
    },
    { priority: AspectPriority.READONLY },
  );
}

const isSaid = (alarms: Alarms) => alarms.node.metadata.some(({ data }) => String(data).includes(ALARMS_TELL_NOBODY));

function tells(alarm: cloudwatch.Alarm): boolean {
  const resource = alarm.node.defaultChild;
  if (!(resource instanceof cloudwatch.CfnAlarm)) return false;
  const { actionsEnabled = true, alarmActions, insufficientDataActions } = resource;
  const actions: readonly unknown[] = Stack.of(alarm).resolve([alarmActions, insufficientDataActions]);
  // What is no list decides when it is deployed.
  return actionsEnabled !== false && actions.some((some) => (Array.isArray(some) ? some.length > 0 : Boolean(some)));
}
