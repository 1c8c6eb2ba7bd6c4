import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as route53 from '@aws-sdk/client-route-53';
import * as s3 from '@aws-sdk/client-s3';
import * as sqs from '@aws-sdk/client-sqs';
import { clientSettings } from '../../../functions/adapters/aws/client-settings.ts';
import { type Interceptor, startEndpoint } from '../../stand-ins/protocol.ts';
import type { Service } from '../../stand-ins/service.ts';

/** Milliseconds within which an answer must be there. */
const PATIENCE = 150;

/** Services behind real HTTP, asked by real clients. */
export interface Wire {
  /** Sends one call, named as its command is; the SDK's own retries included. */
  send(call: string, input: object): Promise<object>;
  close(): Promise<void>;
}

/** @param intercept sees every attempt of every call, and may answer in the service's place */
export async function startWire(services: readonly Service[], intercept: Interceptor): Promise<Wire> {
  const endpoint = await startEndpoint({ services, intercept });
  const limits = { connectionTimeout: PATIENCE, requestTimeout: PATIENCE, socketTimeout: PATIENCE };
  const settings = {
    ...clientSettings(limits),
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
  const clients = {
    ecs: { client: new ecs.ECSClient(settings), commands: ecs },
    ec2: { client: new ec2.EC2Client(settings), commands: ec2 },
    route53: { client: new route53.Route53Client(settings), commands: route53 },
    s3: { client: new s3.S3Client({ ...settings, forcePathStyle: true }), commands: s3 },
    sqs: { client: new sqs.SQSClient({ ...settings, useQueueUrlAsEndpoint: false }), commands: sqs },
  } as const;
  return {
    async send(call, input) {
      const [service = '', operation = ''] = call.split(':');
      const { client, commands } = clients[service as keyof typeof clients];
      const Command = Reflect.get(commands, `${operation}Command`) as new (input: object) => object;
      return (client.send as (command: object) => Promise<object>).call(client, new Command(input));
    },
    async close() {
      for (const { client } of Object.values(clients)) client.destroy();
      await endpoint.close();
    },
  };
}
