import { expect, it } from 'vitest';
import { type AppTemplate, launchable } from '../../../cli/template/launchable.ts';

const ENTRY = 'functions/steps/read-trigger.ts';
const APP: AppTemplate & Readonly<Record<string, unknown>> = {
  Description: 'ours',
  Resources: {
    Step: {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { ZipFile: 'nothing' }, Timeout: 55 },
      Metadata: { 'ecs-service-discovery-dns:entry': ENTRY },
    },
    Foreign: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: 'theirs' } } },
    Queue: { Type: 'AWS::SQS::Queue' },
  },
  Parameters: {
    HostedZoneId: { Type: 'String' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
  },
  Rules: { CheckBootstrapVersion: {} },
  Outputs: { Queue: { Value: { Ref: 'Queue' } } },
};
const ARCHIVES = new Map([[ENTRY, 'read-trigger-1.zip']]);

it('names the archives in the place of the code, and nothing else is another', () => {
  const { Resources, ...rest } = launchable(APP, ARCHIVES, { prefix: 'x/' });

  expect(Resources).toEqual({
    ...APP.Resources,
    Step: {
      ...APP.Resources.Step,
      Properties: {
        Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { 'Fn::Sub': '${CodePrefix}read-trigger-1.zip' } },
        Timeout: 55,
      },
    },
  });
  expect(rest).toEqual({
    Description: 'ours',
    Outputs: APP.Outputs,
    Parameters: {
      CodeBucket: expect.not.objectContaining({ Default: expect.anything() }),
      CodePrefix: expect.objectContaining({ Default: 'x/' }),
      HostedZoneId: { Type: 'String' },
    },
  });
});

it('keeps rules that are not of the bootstrap', () => {
  const { Rules } = launchable({ ...APP, Rules: { ...APP.Rules, Ours: {} } }, ARCHIVES, { prefix: '' });

  expect(Rules).toEqual({ Ours: {} });
});

it('has the bucket as a default where it is known', () => {
  const { Parameters } = launchable(APP, ARCHIVES, { bucket: 'code', prefix: '' });

  expect(Parameters?.CodeBucket?.Default).toBe('code');
  expect(Parameters?.CodePrefix?.Default).toBe('');
});

it('is none without the archive of a function', () => {
  expect(() => launchable(APP, new Map(), { prefix: '' })).toThrow(`there is no archive of ${ENTRY}`);
});
