import type { ECS } from '@aws-sdk/client-ecs';
import type { Route53 } from '@aws-sdk/client-route-53';
import type { S3 } from '@aws-sdk/client-s3';
import type { SFN } from '@aws-sdk/client-sfn';
import type { SQS } from '@aws-sdk/client-sqs';
import type { Answer } from '../answer.ts';

/** The clients that every check may use; those of one service only are made by its check. */
export interface Clients {
  readonly ecs: ECS;
  readonly route53: Route53;
  /** The same without the retries of the SDK: what Route 53 says first. */
  readonly route53Once: Route53;
  readonly s3: S3;
  readonly sqs: SQS;
  readonly stepFunctions: SFN;
}

/** One `ECS Task State Change`, as far as the order of events is concerned. */
export interface TaskEvent {
  readonly task: string;
  readonly version: number;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  /** ISO 8601, of EventBridge. */
  readonly time: string;
}

/** ARNs of a function and of the role by which ECS calls it. */
export interface Hook {
  readonly functionArn: string;
  readonly roleArn: string;
}

/** What has been deployed, and how it is asked: an account, or the services of this machine. */
export interface Place {
  readonly kind: 'account' | 'local';
  /** For the report: `account 123456789012, eu-west-1`. */
  readonly label: string;
  readonly clients: Clients;
  readonly stateMachine: string;
  readonly bucket: string;
  readonly zoneId: string;
  /** Without final dot. */
  readonly zone: string;
  readonly cluster: string;
  readonly eventQueue: string;
  readonly deadLetterQueue: string;
  /** A queue of ours that nobody else reads. */
  readonly scratchQueue: string;
  /** Physical ids of the stack by logical id. */
  readonly resources: ReadonlyMap<string, string>;
  /** What ECS calls at the stages of a deployment, and by which role. */
  hook(which: 'shift' | 'sleeper'): Hook;
  /** Asks the resolver of the VPC, from inside of it. */
  ask(name: string, type: 'SRV' | 'A' | 'SOA', signal: AbortSignal): Promise<Answer>;
  /** Events of tasks that have come so far, in the order in which they came. */
  events(signal: AbortSignal): Promise<readonly TaskEvent[]>;
  /** Deploys another version over this one, and comes back when it is there. */
  update(signal: AbortSignal): Promise<void>;
  /** Runs `ecssd` against it. */
  ecssd(args: readonly string[], signal: AbortSignal): Promise<{ readonly code: number; readonly output: string }>;
  /** Takes everything down; gives what is left, one line each. */
  takeDown(signal: AbortSignal): Promise<readonly string[]>;
}
