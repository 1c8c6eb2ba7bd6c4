import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { discover, ofType, resourcesOf } from './synthesized.ts';
import { TEMPLATES } from './templates.ts';

const template = discover().synth();
const tlsOnly = (Action: string) =>
  Match.objectLike({ Effect: 'Deny', Action, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });

it('keeps the logical ids of what has state: another id would be another bucket, or lost hints', () => {
  const stateful = Object.entries(resourcesOf(template)).filter(([, { Type }]) => /S3::Bucket$|SQS::Queue$/.test(Type));

  expect(stateful.map(([id]) => id).sort()).toEqual([
    'DiscoveryDeadLetterQueue0975F542',
    'DiscoveryEventQueue1951E517',
    'DiscoveryRunBucket4BECF5ED',
  ]);
});

describe.each(TEMPLATES)('the run bucket: $of', ({ template }) => {
  it('is private, encrypted, and reached by TLS only', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: Match.absent(),
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([tlsOnly('s3:*')]) },
    });
  });

  it('leaves no unfinished uploads', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          { Id: 'UnfinishedUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ]),
      },
    });
  });
});

describe.each(TEMPLATES)('the queues: $of', ({ template }) => {
  it('are encrypted and reached by TLS only', () => {
    const queues = ofType(template, 'AWS::SQS::Queue');
    const policies = ofType(template, 'AWS::SQS::QueuePolicy');

    expect(queues.map(({ Properties }) => Properties.SqsManagedSseEnabled)).toEqual([true, true]);
    expect(policies.flatMap(({ Properties }) => Properties.Queues).length).toBe(queues.length);
    template.resourcePropertiesCountIs(
      'AWS::SQS::QueuePolicy',
      { PolicyDocument: { Statement: Match.arrayWith([tlsOnly('sqs:*')]) } },
      queues.length,
    );
  });

  it('hand what nobody could settle to the dead-letter queue, which keeps it for two weeks', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 86_400,
      RedrivePolicy: {
        maxReceiveCount: 20,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DiscoveryDeadLetterQueue'), 'Arn'] },
      },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 14 * 86_400,
      RedrivePolicy: Match.absent(),
    });
  });
});
