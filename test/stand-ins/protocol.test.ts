import { createServer } from 'node:http';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Endpoint, type EndpointOptions, type InterceptedCall, startEndpoint } from './protocol.ts';
import { route53StandIn } from './route53.ts';
import { s3StandIn } from './s3.ts';
import { type Service, ServiceFault } from './service.ts';

const open: Endpoint[] = [];

async function start(options: Partial<EndpointOptions> = {}): Promise<Endpoint> {
  const endpoint = await startEndpoint({ services: [], ...options });
  open.push(endpoint);
  return endpoint;
}

const config = (endpoint: Endpoint) => ({
  endpoint: endpoint.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  maxAttempts: 1,
});

const rejection = (outcome: Promise<unknown>): Promise<unknown> =>
  outcome.then(
    () => {
      throw new Error('the call succeeded, expected an error');
    },
    (error: unknown) => error,
  );

const ecs = (operations: Service['operations'] = {}): Service => ({ signingName: 'ecs', operations });

/** Headers that sign nothing but look as if. */
const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=key/20261101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
});

describe('one port', () => {
  it('serves services of all protocols, told apart by the signature', async () => {
    const endpoint = await start({
      services: [
        ecs({ ListTasks: () => ({ taskArns: ['arn'] }) }),
        { signingName: 'ec2', operations: { DescribeInstances: () => ({ Reservations: [{ OwnerId: '1' }] }) } },
        { signingName: 'sqs', operations: { SendMessage: () => ({ MessageId: 'id' }) } },
        route53StandIn({ now: () => 0 }),
        s3StandIn({ now: () => 0 }),
      ],
    });

    const answers = await Promise.all([
      new ECSClient(config(endpoint)).send(new ListTasksCommand({})),
      new EC2Client(config(endpoint)).send(new DescribeInstancesCommand({})),
      new SQSClient({ ...config(endpoint), md5: false }).send(
        new SendMessageCommand({ QueueUrl: `${endpoint.url}/1/queue`, MessageBody: 'body' }),
      ),
      new Route53Client(config(endpoint)).send(new ListHostedZonesCommand({})),
      new S3Client(config(endpoint)).send(new ListBucketsCommand({})),
    ]);

    expect(answers).toMatchObject([
      { taskArns: ['arn'] },
      { Reservations: [{ OwnerId: '1' }] },
      { MessageId: 'id' },
      { HostedZones: [], IsTruncated: false, MaxItems: 100 },
      { Buckets: [] },
    ]);
  });

  it('tells the operation who calls, in which Region', async () => {
    let context: object = {};
    const endpoint = await start({
      accountId: '111111111111',
      services: [
        ecs({
          ListTasks: (_: object, of) => {
            context = of;
            return {};
          },
        }),
      ],
    });

    const { $metadata: metadata } = await new ECSClient(config(endpoint)).send(new ListTasksCommand({}));

    expect(context).toEqual({
      region: 'eu-west-1',
      accountId: '111111111111',
      accessKeyId: 'key',
      requestId: metadata.requestId,
    });
  });

  it('carries times, numbers and nested lists both ways', async () => {
    const seen: object[] = [];
    const endpoint = await start({
      services: [
        ecs({
          DescribeTasks: (input: object) => {
            seen.push(input);
            return { tasks: [{ createdAt: new Date(1_700_000_000_123), version: 3 }], failures: [] };
          },
        }),
        {
          signingName: 'ec2',
          operations: {
            DescribeInstances: (input: object) => {
              seen.push(input);
              return {
                Reservations: [{ Instances: [{ LaunchTime: new Date(5000), Tags: [{ Key: 'a', Value: '<&>' }] }] }],
              };
            },
          },
        },
      ],
    });
    const request = {
      InstanceIds: ['i-1', 'i-2'],
      Filters: [
        { Name: 'state', Values: ['running', 'a&b'] },
        { Name: 'none', Values: ['c'] },
      ],
      DryRun: true,
      MaxResults: 5,
    };

    const tasks = await new ECSClient(config(endpoint)).send(
      new DescribeTasksCommand({ tasks: ['one'], include: ['TAGS'] }),
    );
    const instances = await new EC2Client(config(endpoint)).send(new DescribeInstancesCommand(request));

    expect(seen).toEqual([{ tasks: ['one'], include: ['TAGS'] }, request]);
    expect(tasks.tasks).toEqual([{ createdAt: new Date(1_700_000_000_123), version: 3 }]);
    expect(instances.Reservations).toEqual([
      { Instances: [{ LaunchTime: new Date(5000), Tags: [{ Key: 'a', Value: '<&>' }] }] },
    ]);
  });
});

describe('an error', () => {
  const fail =
    (code: string, fields = {}) =>
    () => {
      throw new ServiceFault(code, 'what & <why>', { fields });
    };

  it('arrives with code, message and status in each protocol', async () => {
    const endpoint = await start({
      services: [
        ecs({ ListTasks: fail('ClusterNotFoundException') }),
        { signingName: 'ec2', operations: { DescribeInstances: fail('InvalidInstanceID.NotFound') } },
        { signingName: 'sqs', operations: { SendMessage: fail('QueueDoesNotExist') } },
        { signingName: 'route53', operations: { ListHostedZones: fail('InvalidInput') } },
        { signingName: 's3', operations: { ListBuckets: fail('AccessDenied') } },
      ],
    });

    const errors = await Promise.all([
      rejection(new ECSClient(config(endpoint)).send(new ListTasksCommand({}))),
      rejection(new EC2Client(config(endpoint)).send(new DescribeInstancesCommand({}))),
      rejection(
        new SQSClient(config(endpoint)).send(new SendMessageCommand({ QueueUrl: endpoint.url, MessageBody: 'b' })),
      ),
      rejection(new Route53Client(config(endpoint)).send(new ListHostedZonesCommand({}))),
      rejection(new S3Client(config(endpoint)).send(new ListBucketsCommand({}))),
    ]);

    const expected = { message: 'what & <why>', $metadata: { httpStatusCode: 400 } };
    expect(errors).toMatchObject([
      { name: 'ClusterNotFoundException', ...expected },
      { name: 'InvalidInstanceID.NotFound', ...expected },
      { name: 'QueueDoesNotExist', ...expected, Code: 'AWS.SimpleQueueService.NonExistentQueue' },
      { name: 'InvalidInput', ...expected },
      { name: 'AccessDenied', ...expected },
    ]);
  });

  it('of Route 53 has the envelope seen in live logs', async () => {
    const endpoint = await start({ services: [route53StandIn({ now: () => 0 })] });

    const response = await fetch(`${endpoint.url}/2013-04-01/hostedzone/Z1/rrset`, { headers: signed('route53') });

    const requestId = response.headers.get('x-amzn-requestid');
    expect(response.status).toBe(404);
    expect(await response.text()).toBe(
      '<?xml version="1.0"?>\n<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type>' +
        '<Code>NoSuchHostedZone</Code><Message>No hosted zone found with ID: Z1</Message></Error>' +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  });

  it('in the stand-in itself is a 500 that names it, and the endpoint lives on', async () => {
    const endpoint = await start({
      services: [
        ecs({
          ListTasks: () => {
            throw new TypeError('a defect');
          },
          DescribeTasks: () => ({ tasks: [] }),
        }),
      ],
    });
    const client = new ECSClient(config(endpoint));

    const error = await rejection(client.send(new ListTasksCommand({})));
    const { tasks } = await client.send(new DescribeTasksCommand({ tasks: [] }));

    expect(error).toMatchObject({ name: 'InternalFailure', message: expect.stringContaining('a defect') });
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(tasks).toEqual([]);
  });
});

describe('a request that no client sends', () => {
  const json = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListTasks',
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const rrset = '/2013-04-01/hostedzone/Z1/rrset/';

  it.each([
    { what: 'unsigned JSON', headers: json, body: '{}', status: 400, code: 'MissingAuthenticationTokenException' },
    { what: 'unsigned Route 53', path: rrset, headers: {}, status: 403, code: 'MissingAuthenticationToken' },
    { what: 'unsigned S3', path: '/bucket/key', headers: {}, status: 403, code: 'AccessDenied' },
    { what: 'unsigned EC2', headers: form, body: 'Action=DescribeInstances', status: 400, code: 'MissingParameter' },
    {
      what: 'a broken signature',
      path: rrset,
      headers: { authorization: 'AWS4-HMAC-SHA256 nothing' },
      status: 403,
      code: 'IncompleteSignature',
    },
    {
      what: 'JSON that ends early',
      headers: { ...json, ...signed('ecs') },
      body: '{"cluster":',
      status: 400,
      code: 'SerializationException',
    },
    {
      what: 'JSON that is no object',
      headers: { ...json, ...signed('ecs') },
      body: '[1]',
      status: 400,
      code: 'SerializationException',
    },
    {
      what: 'a member of another kind',
      headers: { ...json, ...signed('ecs') },
      body: '{"maxResults":"ten"}',
      status: 400,
      code: 'SerializationException',
    },
    {
      what: 'a member of a later model',
      headers: { ...json, ...signed('ecs') },
      body: '{"cluster":"shop","later":true}',
      status: 400,
      code: 'SerializationException',
    },
    {
      what: 'a parameter of a later model',
      headers: { ...form, ...signed('ec2') },
      body: 'Action=DescribeInstances&Filter.1.Name=instance-id&Filter.1.Value.1=i-1&Filter.1.Later=1',
      status: 400,
      code: 'UnknownParameter',
    },
    {
      what: 'an element of a later model',
      path: rrset,
      headers: signed('route53'),
      body: '<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Later/></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
      status: 400,
      code: 'element Later is not served here',
    },
    {
      what: 'a query of a later model',
      path: `${rrset}?later=1`,
      headers: signed('route53'),
      status: 400,
      code: 'InvalidArgument',
    },
    {
      what: 'an unknown target',
      headers: { ...signed('ecs'), 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.Nothing' },
      body: '{}',
      status: 400,
      code: 'UnknownOperationException',
    },
    { what: 'no target', headers: signed('ecs'), body: '{}', status: 400, code: 'UnknownOperationException' },
    {
      what: 'an operation that is not served',
      headers: { ...signed('ecs'), 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListServices' },
      body: '{}',
      status: 501,
      code: 'NotImplemented',
    },
    {
      what: 'an unknown action',
      headers: { ...form, ...signed('ec2') },
      body: 'Action=Nothing',
      status: 400,
      code: 'InvalidAction',
    },
    { what: 'no action', headers: { ...form, ...signed('ec2') }, body: 'A=B', status: 400, code: 'MissingAction' },
    {
      what: 'an unknown path',
      path: '/2013-04-01/nothing',
      headers: signed('route53'),
      status: 404,
      code: 'UnknownOperationException',
    },
    {
      what: 'XML that is none',
      path: rrset,
      headers: signed('route53'),
      body: 'text',
      status: 400,
      code: 'MalformedInput',
    },
    {
      what: 'XML with another root',
      path: rrset,
      headers: signed('route53'),
      body: '<Other/>',
      status: 400,
      code: 'MalformedInput',
    },
    {
      what: 'XML that ends early',
      path: rrset,
      headers: signed('route53'),
      body: '<ChangeResourceRecordSetsRequest><A>',
      status: 400,
      code: 'MalformedInput',
    },
    {
      what: 'XML without content',
      path: rrset,
      headers: signed('route53'),
      body: '<ChangeResourceRecordSetsRequest/>',
      status: 400,
      code: 'InvalidInput',
    },
    { what: 'no XML at all', path: rrset, headers: signed('route53'), body: '', status: 400, code: 'InvalidInput' },
    {
      what: 'a method that S3 does not know',
      method: 'PATCH',
      path: '/bucket/key',
      headers: signed('s3'),
      status: 405,
      code: 'MethodNotAllowed',
    },
    {
      what: 'chunks that end early',
      method: 'PUT',
      path: '/bucket/key',
      headers: { ...signed('s3'), 'content-encoding': 'aws-chunked' },
      body: 'ff\r\nabc',
      status: 400,
      code: 'IncompleteBody',
    },
    {
      what: 'a service that is not served',
      headers: signed('lambda'),
      body: '{}',
      status: 404,
      code: 'service lambda is not served here',
    },
  ])('$what gets $code', async ({ method, path = '/', headers, body, status, code }) => {
    const services = [
      ecs({ ListTasks: () => ({}) }),
      { signingName: 'ec2', operations: { DescribeInstances: () => ({}) } },
      route53StandIn({ now: () => 0 }),
      s3StandIn({ now: () => 0 }),
    ];
    const endpoint = await start({ services });

    const response = await fetch(`${endpoint.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      ...(body !== undefined && { body }),
    });

    expect(await response.text()).toContain(code);
    expect(response.status).toBe(status);
  });

  it('names the expected document, as seen in public logs', async () => {
    const endpoint = await start({ services: [route53StandIn({ now: () => 0 })] });

    const response = await fetch(`${endpoint.url}${rrset}`, {
      method: 'POST',
      headers: signed('route53'),
      body: '<A/>',
    });

    expect(await response.text()).toContain(
      '<Message>ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest</Message>',
    );
  });
});

describe('chunked uploads', () => {
  it.each([
    {
      what: 'signed chunks',
      body: '3;chunk-signature=0\r\nabc\r\n2;chunk-signature=0\r\nde\r\n0;chunk-signature=0\r\n\r\n',
    },
    { what: 'a trailing checksum', body: '5\r\nabcde\r\n0\r\nx-amz-checksum-crc32:hYfYZQ==\r\n\r\n' },
  ])('with $what are joined', async ({ body }) => {
    const s3 = s3StandIn({ now: () => 0 });
    s3.addBucket('bucket');
    const endpoint = await start({ services: [s3] });
    const headers = {
      ...signed('s3'),
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
      'content-encoding': 'aws-chunked, gzip',
    };

    const put = await fetch(`${endpoint.url}/bucket/key`, { method: 'PUT', headers, body });
    const head = await fetch(`${endpoint.url}/bucket/key`, { method: 'HEAD', headers: signed('s3') });

    expect(put.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('5');
    expect(head.headers.get('content-encoding')).toBe('gzip');
  });

  it('of another length than announced are refused', async () => {
    const endpoint = await start({ services: [s3StandIn({ now: () => 0 })] });

    const put = await fetch(`${endpoint.url}/bucket/key`, {
      method: 'PUT',
      headers: { ...signed('s3'), 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '6' },
      body: '5\r\nabcde\r\n0\r\n\r\n',
    });

    expect(await put.text()).toContain('<Code>IncompleteBody</Code>');
  });

  it('with a wrong trailing checksum are refused', async () => {
    const endpoint = await start({ services: [s3StandIn({ now: () => 0 })] });
    const body = '5\r\nabcde\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';

    const put = await fetch(`${endpoint.url}/bucket/key`, {
      method: 'PUT',
      headers: { ...signed('s3'), 'content-encoding': 'aws-chunked' },
      body,
    });

    expect(await put.text()).toContain('<Code>BadDigest</Code>');
  });
});

describe('an interceptor', () => {
  const service = () => {
    let runs = 0;
    return {
      runs: () => runs,
      service: ecs({
        ListTasks: () => {
          runs += 1;
          return { taskArns: ['arn'] };
        },
      }),
    };
  };

  it('sees every call that can be decoded', async () => {
    const calls: InterceptedCall[] = [];
    const endpoint = await start({
      services: [ecs({ ListTasks: () => ({}) })],
      intercept: (call) => {
        calls.push(call);
      },
    });

    await new ECSClient(config(endpoint)).send(new ListTasksCommand({ cluster: 'shop' }));

    expect(calls).toEqual([{ service: 'ecs', operation: 'ListTasks', input: { cluster: 'shop' } }]);
  });

  it.each([
    {
      what: 'a fault',
      injection: new ServiceFault('ThrottlingException', 'Rate exceeded'),
      name: 'ThrottlingException',
      runs: 0,
    },
    { what: 'a raw response', injection: { status: 503, body: '{"__type":"Broken"}' }, name: 'Broken', runs: 0 },
    { what: 'a reset before the call', injection: 'reset' as const, code: 'ECONNRESET', runs: 0 },
    { what: 'a reset after the call', injection: 'reset-after' as const, code: 'ECONNRESET', runs: 1 },
  ])('may inject $what', async ({ injection, name, code, runs }) => {
    const counted = service();
    const endpoint = await start({ services: [counted.service], intercept: () => injection });

    const error = await rejection(new ECSClient(config(endpoint)).send(new ListTasksCommand({})));

    expect(error).toMatchObject({ ...(name && { name }), ...(code && { code }) });
    expect(counted.runs()).toBe(runs);
  });

  it('may delay a call, which then goes on', async () => {
    const counted = service();
    const endpoint = await start({ services: [counted.service], intercept: async () => ({ delayMs: 5 }) });

    const { taskArns } = await new ECSClient(config(endpoint)).send(new ListTasksCommand({}));

    expect(taskArns).toEqual(['arn']);
    expect(counted.runs()).toBe(1);
  });
});

describe('an endpoint', () => {
  it('closes though clients keep idle connections and calls are not answered', async () => {
    const called = Promise.withResolvers<void>();
    const endpoint = await startEndpoint({
      services: [ecs({ ListTasks: () => ({}), DescribeTasks: () => ({}) })],
      intercept: ({ operation }) => {
        if (operation === 'ListTasks') return undefined;
        called.resolve();
        return new Promise(() => undefined);
      },
    });
    await new ECSClient(config(endpoint)).send(new ListTasksCommand({}));
    const unanswered = rejection(new ECSClient(config(endpoint)).send(new DescribeTasksCommand({ tasks: [] })));
    await called.promise;

    await endpoint.close();

    expect(await unanswered).toMatchObject({ code: 'ECONNRESET' });
    await expect(fetch(endpoint.url)).rejects.toThrow();
  });

  it('does not start on a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const outcome = startEndpoint({ services: [], port });

    await expect(outcome).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await new Promise((resolve) => other.close(resolve));
  });

  it('does not start with a service whose protocol nobody knows', async () => {
    const outcome = startEndpoint({ services: [{ signingName: 'nothing', operations: {} }] });

    await expect(outcome).rejects.toThrow('no wire protocol for service nothing, known are route53, s3, ec2');
  });

  it('refuses an upload for a bucket that is not there without losing the connection', async () => {
    const endpoint = await start({ services: [s3StandIn({ now: () => 0 })] });
    const client = new S3Client(config(endpoint));

    const error = await rejection(client.send(new PutObjectCommand({ Bucket: 'none', Key: 'a', Body: 'text' })));

    expect(error).toMatchObject({ name: 'NoSuchBucket', BucketName: 'none' });
  });
});
