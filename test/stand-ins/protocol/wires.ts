import { awsQuery } from './aws-query.ts';
import { ec2Query } from './ec2-query.ts';
import { jsonRpc } from './json-rpc.ts';
import { route53Wire } from './route53-wire.ts';
import { s3Wire } from './s3-wire.ts';
import { schemasOf } from './schemas.ts';
import type { HttpCall, Wire } from './wire.ts';

// The client packages are loaded when a service is served: EC2's alone takes as long as all others together.
const WIRES: Readonly<Record<string, () => Promise<Wire>>> = {
  route53: async () => route53Wire(schemasOf(await import('@aws-sdk/client-route-53'))),
  s3: async () => s3Wire(schemasOf(await import('@aws-sdk/client-s3'))),
  ec2: async () => ec2Query(schemasOf(await import('@aws-sdk/client-ec2'))),
  sts: async () =>
    awsQuery(schemasOf(await import('@aws-sdk/client-sts')), 'https://sts.amazonaws.com/doc/2011-06-15/'),
  ecs: async () =>
    jsonRpc(schemasOf(await import('@aws-sdk/client-ecs')), {
      version: '1.1',
      target: 'AmazonEC2ContainerServiceV20141113',
    }),
  ssm: async () => jsonRpc(schemasOf(await import('@aws-sdk/client-ssm')), { version: '1.1', target: 'AmazonSSM' }),
  events: async () =>
    jsonRpc(schemasOf(await import('@aws-sdk/client-eventbridge')), { version: '1.1', target: 'AWSEvents' }),
  states: async () =>
    jsonRpc(schemasOf(await import('@aws-sdk/client-sfn')), { version: '1.0', target: 'AWSStepFunctions' }),
  sqs: async () =>
    jsonRpc(schemasOf(await import('@aws-sdk/client-sqs')), {
      version: '1.0',
      target: 'AmazonSQS',
      queryCompatible: true,
    }),
};

/**
 * The wire protocol of a service.
 *
 * @param signingName the service in the signature's scope
 * @throws Error for a service whose protocol is not known
 */
export async function wireOf(signingName: string): Promise<Wire> {
  const load = WIRES[signingName];
  if (!load) {
    throw new Error(`no wire protocol for service ${signingName}, known are ${Object.keys(WIRES).join(', ')}`);
  }
  return load();
}

/** The service that an unsigned request most likely means, by the marks of its protocol. */
export function guessSigningName({ path, headers, body }: HttpCall): string {
  const target = String(headers['x-amz-target'] ?? '');
  if (target.startsWith('AmazonEC2ContainerService')) return 'ecs';
  if (target.startsWith('AWSEvents')) return 'events';
  if (target.startsWith('AmazonSSM')) return 'ssm';
  if (target.startsWith('AWSStepFunctions')) return 'states';
  if (target.startsWith('AmazonSQS')) return 'sqs';
  if (path.startsWith('/2013-04-01/')) return 'route53';
  if (!String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return 's3';
  return new TextDecoder().decode(body).includes('Version=2011-06-15') ? 'sts' : 'ec2';
}
