import { DescribeTasksCommand, ECSClient, ListTasksCommand, paginateListTasks } from '@aws-sdk/client-ecs';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { inMemoryClient } from './in-memory-client.ts';
import { type Endpoint, startEndpoint } from './protocol.ts';
import { route53StandIn } from './route53.ts';
import { s3StandIn } from './s3.ts';
import { type Service, ServiceFault } from './service.ts';

const service = (operations: Service['operations']): Service => ({ signingName: 'ecs', operations });

describe('a call', () => {
  it('reaches the operation of its name and comes back with metadata', async () => {
    const client = inMemoryClient(
      service({
        ListTasks: ({ cluster }: { cluster: string }, { region }) => ({ taskArns: [`${region}/${cluster}`] }),
      }),
      { of: ECSClient, context: { region: 'eu-west-1' } },
    );

    const answer = await client.send(new ListTasksCommand({ cluster: 'shop' }));

    expect(answer).toMatchObject({ taskArns: ['eu-west-1/shop'], $metadata: { httpStatusCode: 200, attempts: 1 } });
  });

  it('shares no state with the service, neither input nor output', async () => {
    const kept: { inputs: string[][]; output: string[] } = { inputs: [], output: ['arn'] };
    const client = inMemoryClient(
      service({
        DescribeTasks: ({ tasks }: { tasks: string[] }) => {
          kept.inputs.push(tasks);
          return { tasks: kept.output.map((taskArn) => ({ taskArn })), failures: kept.output };
        },
      }),
      { of: ECSClient },
    );
    const tasks = ['one'];

    const { failures } = await client.send(new DescribeTasksCommand({ tasks }));
    tasks.push('changed by the caller');
    failures?.push({ arn: 'changed by the caller' });

    expect(kept).toEqual({ inputs: [['one']], output: ['arn'] });
  });

  it('loses members that are undefined, as on the wire', async () => {
    let seen: object = {};
    const client = inMemoryClient(
      service({
        ListTasks: (input: object) => {
          seen = input;
          return { taskArns: [], nextToken: undefined };
        },
      }),
      { of: ECSClient },
    );

    const answer = await client.send(new ListTasksCommand({ cluster: 'shop', family: undefined }));

    expect(Object.keys(seen)).toEqual(['cluster']);
    expect(Object.keys(answer)).not.toContain('nextToken');
  });

  it('that faults throws what the SDK throws', async () => {
    const client = inMemoryClient(
      service({
        ListTasks: () => {
          throw new ServiceFault('ClusterNotFoundException', 'Cluster not found.', { fields: { clusterArn: 'arn' } });
        },
      }),
      { of: ECSClient },
    );

    const error = await client.send(new ListTasksCommand({})).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
      clusterArn: 'arn',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('of an operation that is not served says so', async () => {
    const client = inMemoryClient(service({}), { of: ECSClient });

    await expect(client.send(new ListTasksCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('waits for what comes before and after it, each of which may fail in its place', async () => {
    const steps: string[] = [];
    const operations = { ListTasks: () => ({ taskArns: [], ran: steps.push('run') }) };
    const lost = inMemoryClient(service(operations), {
      of: ECSClient,
      before: async ({ operation }) => {
        steps.push(`before ${operation}`);
      },
      after: async () => {
        throw new Error('the answer is lost');
      },
    });
    const never = inMemoryClient(service(operations), {
      of: ECSClient,
      before: async () => {
        throw new Error('no connection');
      },
    });

    await expect(lost.send(new ListTasksCommand({}))).rejects.toThrow('the answer is lost');
    await expect(never.send(new ListTasksCommand({}))).rejects.toThrow('no connection');

    expect(steps).toEqual(['before ListTasks', 'run']);
  });
});

it('the SDK’s paginators take it for a client', async () => {
  const client = inMemoryClient(
    service({
      ListTasks: ({ nextToken }: { nextToken?: string }) =>
        nextToken ? { taskArns: ['two'] } : { taskArns: ['one'], nextToken: 'more' },
    }),
    { of: ECSClient },
  );
  const found: string[] = [];

  for await (const { taskArns = [] } of paginateListTasks({ client }, {})) found.push(...taskArns);

  expect(found).toEqual(['one', 'two']);
});

it('an object of S3 can be read like the SDK’s stream', async () => {
  const s3 = s3StandIn({ now: () => 0 });
  s3.addBucket('runs');
  const client = inMemoryClient(s3, { of: S3Client });

  await client.send(new PutObjectCommand({ Bucket: 'runs', Key: 'a', Body: 'text ä' }));
  await client.send(new PutObjectCommand({ Bucket: 'runs', Key: 'b', Body: Uint8Array.of(0, 255) }));

  const text = await client.send(new GetObjectCommand({ Bucket: 'runs', Key: 'a' }));
  const bytes = await client.send(new GetObjectCommand({ Bucket: 'runs', Key: 'b' }));
  expect(await text.Body?.transformToString()).toBe('text ä');
  expect(await bytes.Body?.transformToByteArray()).toEqual(Uint8Array.of(0, 255));
});

describe('the wire and the in-memory client', () => {
  const open: Endpoint[] = [];

  afterEach(async () => {
    await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
  });

  it('agree on every answer and every error', async () => {
    const options = { now: () => 0 };
    const wired = route53StandIn(options);
    const direct = route53StandIn(options);
    const endpoint = await startEndpoint({ services: [wired] });
    open.push(endpoint);
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const clients = [
      new Route53Client({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 }),
      inMemoryClient(direct, { of: Route53Client }),
    ];
    const outcome = async (zoneId: string, client: Route53Client, changes: readonly Change[]) => {
      const request = new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: [...changes] },
      });
      const answered = await client.send(request).then(
        ({ ChangeInfo: info }) => info,
        ({ name, message, $metadata: { httpStatusCode } }) => ({ name, message, httpStatusCode }),
      );
      const { ResourceRecordSets: sets } = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }),
      );
      return { answered, sets };
    };

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(someChange(), { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (batches) => {
          const zoneId = wired.addHostedZone({ name: 'a.internal' });
          direct.addHostedZone({ name: 'a.internal' });

          for (const batch of batches) {
            const [overHttp, inMemory] = await Promise.all(clients.map((client) => outcome(zoneId, client, batch)));
            expect(inMemory).toEqual(overHttp);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** Changes of few names and values, so that they meet; some of them malformed. */
function someChange(): fc.Arbitrary<Change> {
  return fc
    .record({
      Action: fc.constantFrom('CREATE' as const, 'DELETE' as const, 'UPSERT' as const),
      Name: fc.constantFrom('x.a.internal.', 'Y.a.internal', '*.a.internal.', 'b.internal.'),
      Type: fc.constantFrom('A' as const, 'SRV' as const, 'CNAME' as const),
      TTL: fc.constantFrom(0, 5),
      Value: fc.constantFrom('10.0.0.1', '1 1 80 t.a.internal.', 'not <a> "value" & more'),
      policy: fc.constantFrom(
        {},
        { SetIdentifier: 'one', Weight: 1 },
        { SetIdentifier: 'two', MultiValueAnswer: true },
      ),
    })
    .map(({ Action, Value, policy, ...set }) => ({
      Action,
      ResourceRecordSet: { ...set, ...policy, ResourceRecords: [{ Value }] },
    }));
}
