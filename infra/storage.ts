import { Duration, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { KNOWN } from './acknowledgements.ts';
import type { Settings } from './settings.ts';

/** Payloads and plans of executions: long enough to look into last week's runs. */
const RUNS_KEPT = Duration.days(7);
/** Longer than an execution may last (`TimeoutSeconds` 3,300): what a run has drained must not reach another one. */
const VISIBILITY = Duration.hours(1);
/** Wake-ups of a day ago say nothing that the schedule has not seen since. */
const WAKE_UPS_KEPT = Duration.days(1);
/** The most that SQS keeps: time for people to look. */
const DEAD_LETTERS_KEPT = Duration.days(14);
/** A wake-up that so many runs could not settle is not the fault of a bad moment. */
const MAX_RECEIVES = 20;

/**
 * The run bucket. `inventory/` and `definitions/` have no rule: they are kept for ever.
 *
 * Not versioned: everything in it is either written once or may be lost.
 */
export function runBucket(scope: Construct, { outcomeRetention, removalPolicy }: Settings): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'RunBucket', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: false,
    removalPolicy,
    lifecycleRules: [
      { id: 'Runs', prefix: 'runs/', expiration: RUNS_KEPT },
      { id: 'Outcomes', prefix: 'outcomes/', expiration: outcomeRetention },
      { id: 'Index', prefix: 'index/', expiration: outcomeRetention },
      { id: 'HeldRemovals', prefix: 'held/', expiration: outcomeRetention },
      { id: 'UnfinishedUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
  Validations.of(bucket).acknowledge(KNOWN.bucketLogs);
  return bucket;
}

/** Where wake-ups wait for the run of their window, and where what nobody could settle or deliver ends. */
export function queues(scope: Construct): { readonly eventQueue: sqs.Queue; readonly deadLetterQueue: sqs.Queue } {
  const guarded = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
  const deadLetterQueue = new sqs.Queue(scope, 'DeadLetterQueue', { ...guarded, retentionPeriod: DEAD_LETTERS_KEPT });
  const eventQueue = new sqs.Queue(scope, 'EventQueue', {
    ...guarded,
    visibilityTimeout: VISIBILITY,
    retentionPeriod: WAKE_UPS_KEPT,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
  });
  return { eventQueue, deadLetterQueue };
}
