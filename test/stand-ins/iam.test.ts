import { describe, expect, it } from 'vitest';
import { type Decision, iamStandIn, type PolicyDocument, type Statement } from './iam.ts';

const place = { region: 'eu-west-1', accountId: '123456789012' };
const context = (accessKeyId: string) => ({ ...place, accessKeyId, requestId: 'one' });
const roleArn = 'arn:aws:iam::123456789012:role/reader';
const trust = (Condition: Statement['Condition'] = {}): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole', Condition },
});
const get = { service: 's3', operation: 'GetObject', input: { Bucket: 'runs', Key: 'a' } };
const getting: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::runs/*' };

/** Somebody with a role of these statements. */
function somebody(...statements: readonly Statement[]) {
  const iam = iamStandIn(place);
  iam.putRole({ arn: roleArn, trust: trust(), policies: [{ Statement: statements }] });
  iam.assume('reader', { roleArn, service: 'lambda.amazonaws.com' });
  return iam;
}

describe('a call', () => {
  it('of somebody with another key is the administrator’s', () => {
    expect(() => somebody().authorize(get, context('local'))).not.toThrow();
  });

  it('is allowed by the role', () => {
    expect(() => somebody(getting).authorize(get, context('reader'))).not.toThrow();
  });

  it('is refused where nothing allows it, and says to whom what is missing', () => {
    const call = () => somebody().authorize(get, context('reader'));

    expect(call).toThrow(
      `User: ${roleArn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::runs/a`,
    );
  });

  it('is refused by a Deny beside an Allow, of the role and of the resource', () => {
    const denying = somebody(getting, { ...getting, Effect: 'Deny' });
    const denied = somebody(getting);
    denied.putResourcePolicy('arn:aws:s3:::runs', {
      Statement: { ...getting, Effect: 'Deny', Principal: '*' },
    });

    expect(() => denying.authorize(get, context('reader'))).toThrow('not authorized');
    expect(() => denied.authorize(get, context('reader'))).toThrow('not authorized');
  });

  it('is allowed by the resource alone', () => {
    const iam = somebody();
    iam.putResourcePolicy('arn:aws:s3:::runs', { Statement: { ...getting, Principal: { AWS: roleArn } } });

    expect(() => iam.authorize(get, context('reader'))).not.toThrow();
  });

  it('needs every resource that it names', () => {
    const cluster = 'arn:aws:ecs:eu-west-1:123456789012:task/shop';
    const iam = somebody({ Effect: 'Allow', Action: 'ecs:DescribeTasks', Resource: `${cluster}/a` });
    const describing = (...tasks: string[]) => ({
      service: 'ecs',
      operation: 'DescribeTasks',
      input: { cluster: 'shop', tasks },
    });

    expect(() => iam.authorize(describing('a'), context('reader'))).not.toThrow();
    expect(() => iam.authorize(describing('a', 'b'), context('reader'))).toThrow(`${cluster}/b`);
  });

  it.each([
    {
      service: 'ecs',
      operation: 'DescribeServices',
      input: { cluster: 'shop', services: ['web'] },
      resource: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/web',
    },
    {
      service: 'ecs',
      operation: 'DescribeServiceDeployments',
      input: { serviceDeploymentArns: ['arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/web/1'] },
      resource: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/web/1',
    },
    {
      service: 'route53',
      operation: 'GetChange',
      input: { Id: '/change/C1' },
      resource: 'arn:aws:route53:::change/C1',
    },
  ])('needs $resource for $operation', ({ service, operation, input, resource }) => {
    const Action = `${service}:${operation}`;
    const call = { service, operation, input };
    const allowed = somebody({ Effect: 'Allow', Action, Resource: resource });
    const other = somebody({ Effect: 'Allow', Action, Resource: `${resource}0` });

    expect(() => allowed.authorize(call, context('reader'))).not.toThrow();
    expect(() => other.authorize(call, context('reader'))).toThrow(resource);
  });

  it('needs both actions where it writes over what it read', () => {
    const iam = somebody({ ...getting, Action: 's3:PutObject' });
    const put = (more: object) => ({ service: 's3', operation: 'PutObject', input: { ...get.input, ...more } });

    expect(() => iam.authorize(put({ IfNoneMatch: '*' }), context('reader'))).not.toThrow();
    expect(() => iam.authorize(put({ IfMatch: 'etag' }), context('reader'))).toThrow('s3:GetObject');
  });

  it('that nobody knows the needs of is an error, not a refusal', () => {
    const call = { service: 's3', operation: 'SelectObjectContent', input: {} };

    expect(() => somebody().authorize(call, context('reader'))).toThrow(
      'what s3:SelectObjectContent needs to be allowed is not known here',
    );
  });

  it.each([
    { service: 's3', operation: 'GetObject', code: 'AccessDenied', statusCode: 403 },
    { service: 'route53', operation: 'GetHostedZone', code: 'AccessDenied', statusCode: 403 },
    { service: 'ec2', operation: 'DescribeSubnets', code: 'UnauthorizedOperation', statusCode: 403 },
    { service: 'ecs', operation: 'ListClusters', code: 'AccessDeniedException', statusCode: 400 },
    { service: 'sqs', operation: 'SendMessage', code: 'AccessDeniedException', statusCode: 400 },
    { service: 'states', operation: 'StartExecution', code: 'AccessDeniedException', statusCode: 400 },
  ])('of $service is refused as $code', ({ service, operation, code, statusCode }) => {
    const call = () => somebody().authorize({ service, operation, input: {} }, context('reader'));

    expect(call).toThrow(expect.objectContaining({ name: code, statusCode }));
  });
});

describe('a role', () => {
  it('is assumed only by whom it trusts', () => {
    const iam = iamStandIn(place);
    iam.putRole({ arn: roleArn, trust: trust(), policies: [] });

    expect(() => iam.assume('other', { roleArn, service: 'ec2.amazonaws.com' })).toThrow('ec2.amazonaws.com may not');
    expect(() => iam.assume('other', { roleArn: `${roleArn}s`, service: 'lambda.amazonaws.com' })).toThrow('no role');
  });

  it('is assumed only for what its trust names', () => {
    const iam = iamStandIn(place);
    const Condition = {
      StringEquals: { 'aws:SourceAccount': place.accountId },
      ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:123456789012:function:shop-*' },
    };
    iam.putRole({ arn: roleArn, trust: trust(Condition), policies: [] });
    const assume = (name: string) =>
      iam.assume('one', {
        roleArn,
        service: 'lambda.amazonaws.com',
        sourceArn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
      });

    expect(() => assume('shop-read')).not.toThrow();
    expect(() => assume('other-read')).toThrow('may not assume');
  });

  it('has keys of its own in each call', () => {
    const source = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    const iam = somebody(getting, {
      ...getting,
      Effect: 'Deny',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': source } },
    });

    expect(() => iam.authorize(get, context('reader'))).not.toThrow();
    iam.assume('reader', {
      roleArn,
      service: 'lambda.amazonaws.com',
      keys: { 'lambda:SourceFunctionArn': source },
    });
    expect(() => iam.authorize(get, context('reader'))).toThrow('not authorized');
  });
});

it('tells of each decision', () => {
  const iam = somebody(getting);
  const seen: Decision[] = [];
  const end = iam.onDecision((decision) => seen.push(decision));

  iam.authorize(get, context('reader'));
  iam.allows({ service: 'events.amazonaws.com' }, { action: 'sqs:SendMessage', resource: 'q', keys: {} });
  end();
  iam.authorize(get, context('reader'));

  expect(seen.map(({ by, action, allowed }) => `${by} ${action} ${allowed}`)).toEqual([
    `${roleArn} s3:GetObject true`,
    'events.amazonaws.com sqs:SendMessage false',
  ]);
});
