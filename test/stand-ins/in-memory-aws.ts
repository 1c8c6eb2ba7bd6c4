import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from './clock.ts';
import { type Ec2Options, type Ec2StandIn, ec2StandIn } from './ec2.ts';
import { type EcsOptions, type EcsStandIn, ecsStandIn } from './ecs.ts';
import { type Around, type InMemoryCall, inMemoryClient } from './in-memory-client.ts';
import { type Route53Options, type Route53StandIn, route53StandIn } from './route53.ts';
import { type SqsStandIn, sqsStandIn } from './sqs.ts';
import { type SsmStandIn, ssmStandIn } from './ssm.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111111111111';

export interface InMemoryAwsOptions {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Awaited before a service sees a call; may throw in its place. */
  readonly before?: (call: InMemoryCall) => Promise<void>;
  /** Awaited after it; may throw, and the answer is lost. */
  readonly after?: (call: InMemoryCall) => Promise<void>;
  /** Does every call in the services' place. */
  readonly around?: Around;
  readonly ecs?: Partial<EcsOptions>;
  readonly ec2?: Partial<Ec2Options>;
  readonly route53?: Partial<Route53Options>;
}

export interface InMemoryAws {
  readonly ecs: EcsStandIn;
  readonly ec2: Ec2StandIn;
  readonly route53: Route53StandIn;
  readonly sqs: SqsStandIn;
  readonly ssm: SsmStandIn;
  readonly clients: {
    readonly ecs: ECSClient;
    readonly ec2: EC2Client;
    readonly route53: Route53Client;
    readonly sqs: SQSClient;
    readonly ssm: SSMClient;
  };
}

/** The services that the steps call, with their laws, on one clock and without a wire. */
export function inMemoryAws({ clock, random, before, after, around, ...options }: InMemoryAwsOptions): InMemoryAws {
  const place = { region: REGION, accountId: ACCOUNT };
  const ecs = ecsStandIn({ now: clock.now, ...place, ...options.ecs });
  const ec2 = ec2StandIn({ now: clock.now, ...place, ...options.ec2 });
  const route53 = route53StandIn({ now: clock.now, ...options.route53 });
  const sqs = sqsStandIn({ clock, random, ...place, endpointUrl: () => 'http://127.0.0.1' });
  const ssm = ssmStandIn({ now: clock.now });
  const hooks = { ...(before && { before }), ...(after && { after }), ...(around && { around }), context: place };
  return {
    ecs,
    ec2,
    route53,
    sqs,
    ssm,
    clients: {
      ecs: inMemoryClient(ecs, { of: ECSClient, ...hooks }),
      ec2: inMemoryClient(ec2, { of: EC2Client, ...hooks }),
      route53: inMemoryClient(route53, { of: Route53Client, ...hooks }),
      sqs: inMemoryClient(sqs, { of: SQSClient, ...hooks }),
      ssm: inMemoryClient(ssm, { of: SSMClient, ...hooks }),
    },
  };
}
