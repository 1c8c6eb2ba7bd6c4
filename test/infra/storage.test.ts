import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { discover, ofType } from './synthesized.ts';
import { TEMPLATES } from './templates.ts';

const template = discover().synth();
const tlsOnly = (Action: string) =>
  Match.objectLike({ Effect: 'Deny', Action, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });

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

it('every log group is kept for as long as the prop says, and leaves with the stack', () => {
  const groups = ofType(template, 'AWS::Logs::LogGroup');

  expect(groups).toHaveLength(14);
  expect(groups.map(({ Properties, DeletionPolicy }) => [Properties.RetentionInDays, DeletionPolicy])).toEqual(
    Array(groups.length).fill([30, 'Delete']),
  );
});
