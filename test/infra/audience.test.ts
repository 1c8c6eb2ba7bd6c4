import { Aspects, Annotations as Noted, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';
import { readConfig } from '../../infra/config.ts';
import { ServiceDiscoveryStack } from '../../infra/stack.ts';
import { CDK_JSON, discover, ofType, only, type PropsFrom, rendered, testApp } from './synthesized.ts';

const ARN = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const ID = 'ecs-service-discovery-dns:alarmsTellNobody';
const imported: PropsFrom = ({ stack }) => ({ alarmTopic: sns.Topic.fromTopicArn(stack, 'OnCall', ARN) });
const alarmsOf = (template: Template) => ofType(template, 'AWS::CloudWatch::Alarm');
const saidIn = (template: Template) =>
  (only(template, 'AWS::StepFunctions::StateMachine').Properties.DefinitionSubstitutions as { Alarms: unknown }).Alarms;

/** A topic of the same stack, and the template with it. */
function withTopic(props: (stack: Parameters<PropsFrom>[0]['stack']) => sns.TopicProps = () => ({})) {
  return discover(({ stack }) => ({ alarmTopic: new sns.Topic(stack, 'OnCall', props(stack)) })).synth();
}

describe('alarmTopic', () => {
  it('is told by every alarm, of silence too, and not when an alarm is over', () => {
    const alarms = alarmsOf(discover(imported).synth());

    expect(alarms).toHaveLength(Object.keys(ALARMS).length);
    for (const { id, Properties } of alarms) {
      expect(Properties.AlarmActions).toEqual([ARN]);
      expect(Properties.OKActions).toBeUndefined();
      expect(Properties.InsufficientDataActions).toEqual(id.includes('NoSuccessfulRun') ? [ARN] : undefined);
    }
  });

  it('lets in the alarms of this account and Region, as its own policy takes the place of the one that SNS gives', () => {
    const template = withTopic(() => ({ enforceSSL: true }));

    const { Statement } = only(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument as { Statement: unknown };

    expect(Statement).toContainEqual({
      Sid: expect.any(String),
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: { Ref: expect.stringMatching(/^OnCall/) },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': expect.anything() },
      },
    });
    expect(rendered(Statement)).toContain('"Effect":"Deny"');
    expect(JSON.stringify(Statement)).toContain(':alarm:*');
  });

  it('that is encrypted lets CloudWatch use its key', () => {
    const template = withTopic((stack) => ({ masterKey: new kms.Key(stack, 'Key') }));

    const { KeyPolicy } = only(template, 'AWS::KMS::Key').Properties as { KeyPolicy: { Statement: unknown[] } };

    expect(KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
  });

  it('that is imported keeps the policy it has', () => {
    expect(ofType(discover(imported).synth(), 'AWS::SNS::TopicPolicy')).toEqual([]);
  });
});

describe('whom the alarms tell, for the command to read', () => {
  it('nobody, where nothing is said', () => {
    expect(saidIn(discover().synth())).toBe('nobody');
  });

  it('somebody, by the prop', () => {
    expect(saidIn(discover(imported).synth())).toBe('somebody');
  });

  it('somebody, by an action that is added late', () => {
    const { discovery, stack, synth } = discover();
    discovery.addAlarmAction(new SnsAction(sns.Topic.fromTopicArn(stack, 'OnCall', ARN)));

    expect(saidIn(synth())).toBe('somebody');
  });

  it.each([
    { row: 'a list', actions: [ARN], says: 'somebody' },
    { row: 'an empty list', actions: [], says: 'nobody' },
    {
      row: 'what is decided when it is deployed',
      actions: Token.asList({ 'Fn::If': ['On', [ARN], []] }),
      says: 'somebody',
    },
  ])('$says, by an aspect of the app that gives $row', ({ actions, says }) => {
    const { stack, synth } = discover();
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof cloudwatch.CfnAlarm) node.alarmActions = actions;
      },
    });

    expect(saidIn(synth())).toBe(says);
  });

  it('nobody, where an aspect turns the actions off', () => {
    const { stack, synth } = discover(imported);
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof cloudwatch.CfnAlarm) node.actionsEnabled = false;
      },
    });

    expect(saidIn(synth())).toBe('nobody');
  });
});

describe('synth', () => {
  it('says once for a deployment that its alarms tell nobody, which is no warning', () => {
    const { stack, synth } = discover();
    synth();

    const infos = Annotations.fromStack(stack).findInfo('*', Match.anyValue());

    expect(infos.map(({ entry }) => String(entry.data))).toEqual([
      expect.stringMatching(/^the alarms of service discovery Shop tell nobody: give alarmTopic .*docs\/operate\.md/),
    ]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('says nothing where somebody is told', () => {
    const { stack, synth } = discover(imported);
    synth();

    expect(Annotations.fromStack(stack).findInfo('*', Match.anyValue())).toEqual([]);
  });

  it('says nothing, and the command neither, where that is known', () => {
    const { stack, synth } = discover();
    Noted.of(stack).acknowledgeInfo(ID, 'EventBridge takes the alarms of the whole account');
    const template = synth();

    expect(Annotations.fromStack(stack).findInfo('*', Match.anyValue())).toEqual([]);
    expect(saidIn(template)).toBe('acknowledged');
  });
});

it('what is to be done when an alarm is over can be said too', () => {
  const { discovery, synth } = discover();
  discovery.addOkAction({ bind: () => ({ alarmActionArn: ARN }) });

  const template = synth();

  expect(alarmsOf(template).every(({ Properties }) => rendered(Properties.OKActions) === ARN)).toBe(true);
  expect(saidIn(template)).toBe('nobody');
});

describe('the app', () => {
  const templateOf = (context: Readonly<Record<string, unknown>>) => {
    const app = testApp({ ...CDK_JSON, ...context });
    return Template.fromStack(new ServiceDiscoveryStack(app, readConfig(app.node)));
  };

  it('makes a topic for alarmEmail, which takes nothing without TLS and lets CloudWatch in', () => {
    const template = templateOf({ alarmEmail: 'on-call@example.com' });
    const { id } = only(template, 'AWS::SNS::Topic');

    expect(only(template, 'AWS::SNS::Subscription').Properties).toEqual({
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
      TopicArn: { Ref: id },
    });
    const policy = JSON.stringify(only(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument);
    expect(policy).toContain('cloudwatch.amazonaws.com');
    expect(policy).toContain('aws:SecureTransport');
    for (const { Properties } of alarmsOf(template)) expect(Properties.AlarmActions).toEqual([{ Ref: id }]);
    expect(saidIn(template)).toBe('somebody');
  });

  it('makes none for alarmTopicArn', () => {
    const template = templateOf({ alarmTopicArn: ARN });

    expect(ofType(template, 'AWS::SNS::Topic')).toEqual([]);
    for (const { Properties } of alarmsOf(template)) expect(Properties.AlarmActions).toEqual([ARN]);
    expect(saidIn(template)).toBe('somebody');
  });
});
