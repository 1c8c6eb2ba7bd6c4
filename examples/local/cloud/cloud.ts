import { EC2 } from '@aws-sdk/client-ec2';
import { ECS } from '@aws-sdk/client-ecs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Route53 } from '@aws-sdk/client-route-53';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { systemClock } from '../../../test/stand-ins/clock.ts';
import { type Ec2StandIn, ec2StandIn } from '../../../test/stand-ins/ec2.ts';
import { type EcsStandIn, ecsStandIn } from '../../../test/stand-ins/ecs.ts';
import { type EventsStandIn, eventsStandIn } from '../../../test/stand-ins/events.ts';
import { type Iam, iamStandIn } from '../../../test/stand-ins/iam.ts';
import { type EndpointOptions, type Interceptor, startEndpoint } from '../../../test/stand-ins/protocol.ts';
import { startRecorder } from '../../../test/stand-ins/recorder.ts';
import { type Route53StandIn, route53StandIn } from '../../../test/stand-ins/route53.ts';
import { type S3StandIn, s3StandIn } from '../../../test/stand-ins/s3.ts';
import { type SqsStandIn, sqsStandIn } from '../../../test/stand-ins/sqs.ts';
import { type SsmStandIn, ssmStandIn } from '../../../test/stand-ins/ssm.ts';
import { TaskError } from '../../../test/stand-ins/step-functions/faults.ts';
import { type StepFunctionsStandIn, stepFunctionsStandIn } from '../../../test/stand-ins/step-functions.ts';
import { stsStandIn } from '../../../test/stand-ins/sts.ts';
import { moveDeployments } from '../ecs/deployments.ts';
import type { Lambdas } from '../lambda/lambdas.ts';
import { CREDENTIALS, PLACE } from './place.ts';

export interface CloudOptions {
  /** TCP port of the endpoint; 0 takes a free one. */
  readonly port: number;
  /** Sees every call; may inject a fault. */
  readonly intercept?: Interceptor;
  /** File that every call and its answer are written to; by default that of the variable `AWS_RECORD`, if it is set. */
  readonly recordTo?: string | undefined;
}

/** AWS on one port of this machine: the stand-ins, joined as the services are, and clients of them. */
export interface Cloud {
  readonly endpointUrl: string;
  readonly ecs: EcsStandIn;
  readonly ec2: Ec2StandIn;
  readonly route53: Route53StandIn;
  readonly s3: S3StandIn;
  readonly sqs: SqsStandIn;
  readonly ssm: SsmStandIn;
  readonly events: EventsStandIn;
  readonly stepFunctions: StepFunctionsStandIn;
  readonly iam: Iam;
  readonly clients: Clients;
  /** What nobody's role allowed and somebody asked for, so far, one line each. */
  readonly denied: readonly string[];
  /** Writes down calls of further endpoints to the same services. */
  readonly record: EndpointOptions['record'];
  /** From now on Step Functions and EventBridge call these functions. */
  useLambdas(lambdas: Lambdas): void;
  /** Stops all executions and deliveries, then the endpoint. */
  close(): Promise<void>;
}

/** Unmodified SDK clients, pointed at the endpoint. */
export interface Clients {
  readonly ecs: ECS;
  readonly ec2: EC2;
  readonly route53: Route53;
  readonly s3: S3;
  readonly sqs: SQS;
  readonly events: EventBridge;
  readonly stepFunctions: SFN;
}

/**
 * Starts the stand-ins behind one endpoint. ECS tells EventBridge of its tasks; EventBridge calls functions without
 * waiting for them, Step Functions waits.
 *
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { port, intercept, recordTo = process.env.AWS_RECORD } = options;
  const clock = systemClock;
  const { now } = clock;
  let lambdas: Lambdas | undefined;
  let endpointUrl = '';
  const iam = iamStandIn(PLACE);
  const denied: string[] = [];
  iam.onDecision(({ by, action, resource, allowed }) => {
    if (!allowed) denied.push(`${by} may not do ${action} on ${resource}`);
  });

  const sqs = sqsStandIn({ clock, ...PLACE, endpointUrl: () => endpointUrl });
  const ecs = ecsStandIn({
    now,
    ...PLACE,
    seed: Math.floor(Math.random() * 2 ** 31),
    minuteMs: MINUTE_MS,
    invoke: (functionArn, payload, { roleArn }) => {
      iam.assume(roleArn, { roleArn, service: 'ecs.amazonaws.com' }); // only where the role trusts ECS
      if (!iam.allows({ roleArn }, { action: 'lambda:InvokeFunction', resource: functionArn, keys: {} })) {
        throw new Error(`${roleArn} may not invoke the hook ${functionArn}`);
      }
      return lambdas?.invoke(functionArn, payload);
    },
  });
  const stopMoving = moveDeployments(ecs.admin);
  const ec2 = ec2StandIn({ now, ...PLACE });
  const route53 = route53StandIn({ now });
  const s3 = s3StandIn({ now });
  const ssm = ssmStandIn({ now });
  const events = eventsStandIn({
    clock,
    ...PLACE,
    invoke: async (targetArn, input, { ruleArn }) => {
      if (!iam.allows(EVENTS, { action: 'lambda:InvokeFunction', resource: targetArn, keys: sourceOf(ruleArn) })) {
        throw Object.assign(new Error('EventBridge may not invoke the function'), { name: 'AccessDeniedException' });
      }
      return lambdas?.send(targetArn, input);
    },
    deadLetter: (queueArn, body, attributes) => {
      const keys = sourceOf(attributes.RULE_ARN?.StringValue ?? '');
      if (!iam.allows(EVENTS, { action: 'sqs:SendMessage', resource: queueArn, keys })) return;
      sqs.admin.deliver(queueArn, body, attributes);
    },
  });
  const stepFunctions = stepFunctionsStandIn({
    clock,
    ...PLACE,
    invoke: async (resource, payload, { roleArn }) => {
      if (!lambdas) throw new TaskError('Lambda.ServiceException', 'no function is deployed yet');
      if (!iam.allows({ roleArn }, { action: 'lambda:InvokeFunction', resource, keys: {} })) {
        const message = `User: ${roleArn} is not authorized to perform: lambda:InvokeFunction on resource: ${resource}`;
        throw new TaskError('Lambda.AWSLambdaException', message);
      }
      return lambdas.invoke(resource, payload);
    },
  });
  ecs.admin.onTaskChange((event) => events.admin.deliver(event));
  ecs.admin.onInstanceEvent((event) => events.admin.deliver(event));
  ecs.admin.onServiceEvent((event) => events.admin.deliver(event));

  const services = [ecs, ec2, route53, s3, sqs, ssm, events, stepFunctions, stsStandIn({ iam })];
  const recorder = recordTo ? startRecorder(recordTo) : undefined;
  const endpoint = await startEndpoint({
    services,
    port,
    accountId: PLACE.accountId,
    authorize: iam.authorize,
    may: iam.may,
    accountOf: iam.accountOf,
    ...(intercept && { intercept }),
    ...(recorder && { record: recorder.record }),
  });
  endpointUrl = endpoint.url;
  const clients = clientsOf(endpointUrl);

  return {
    endpointUrl,
    ecs,
    ec2,
    route53,
    s3,
    sqs,
    ssm,
    events,
    stepFunctions,
    iam,
    clients,
    denied,
    record: recorder?.record,
    useLambdas: (started) => {
      lambdas = started;
    },
    close: async () => {
      stopMoving();
      sqs.admin.close();
      await Promise.all([events.admin.close(), stepFunctions.admin.close()]);
      for (const client of Object.values(clients)) client.destroy();
      await endpoint.close();
      recorder?.close();
    },
  };
}

/** How long a minute of bake times, and of hooks' timeouts and delays, lasts here, in milliseconds. */
const MINUTE_MS = 10_000;

const EVENTS = { service: 'events.amazonaws.com' } as const;

const sourceOf = (ruleArn: string) => ({ 'aws:SourceArn': ruleArn, 'aws:SourceAccount': PLACE.accountId });

function clientsOf(endpoint: string): Clients {
  const settings = { endpoint, region: PLACE.region, credentials: CREDENTIALS };
  return {
    ecs: new ECS(settings),
    ec2: new EC2(settings),
    route53: new Route53(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
    sqs: new SQS(settings),
    events: new EventBridge(settings),
    stepFunctions: new SFN(settings),
  };
}
