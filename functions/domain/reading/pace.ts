/** A token bucket: how many tokens fit in, and how many flow back in a second. */
export interface Rate {
  readonly capacity: number;
  readonly refill: number;
}

/**
 * The token buckets of an account that our reads and changes take from, one token a call, and each full at first (ECS, EC2
 * and Route 53: request throttling, as of 2026; EC2's are of each action, for calls with a filter; of SSM's AWS says nothing,
 * so that it is a careful guess).
 *
 * | bucket                     | capacity | refill a second |
 * | -------------------------- | -------- | --------------- |
 * | ECS cluster reads          | 50       | 20              |
 * | ECS cluster-resource reads | 100      | 20              |
 * | ECS service reads          | 100      | 20              |
 * | ECS task definition reads  | 50       | 20              |
 * | EC2, each describe         | 100      | 20              |
 * | SSM instance information   | 20       | 5               |
 * | Route 53 requests          | 50       | 10              |
 */
export const BUCKETS = {
  clusters: { capacity: 50, refill: 20 },
  clusterResources: { capacity: 100, refill: 20 },
  services: { capacity: 100, refill: 20 },
  definitions: { capacity: 50, refill: 20 },
  machines: { capacity: 100, refill: 20 },
  interfaces: { capacity: 100, refill: 20 },
  subnets: { capacity: 100, refill: 20 },
  anywhere: { capacity: 20, refill: 5 },
  zone: { capacity: 50, refill: 10 },
} as const satisfies Readonly<Record<string, Rate>>;
export type BucketName = keyof typeof BUCKETS;

const TAKEN_FROM: ReadonlyMap<string, BucketName> = new Map<string, BucketName>([
  ['ecs:ListClusters', 'clusters'],
  ['ecs:ListTasks', 'clusterResources'],
  ['ecs:DescribeTasks', 'clusterResources'],
  ['ecs:DescribeContainerInstances', 'clusterResources'],
  ['ecs:DescribeServices', 'services'],
  ['ecs:DescribeServiceDeployments', 'services'],
  ['ecs:DescribeTaskDefinition', 'definitions'],
  ['ec2:DescribeInstances', 'machines'],
  ['ec2:DescribeNetworkInterfaces', 'interfaces'],
  ['ec2:DescribeSubnets', 'subnets'],
  ['ssm:DescribeInstanceInformation', 'anywhere'],
  ['route53:GetHostedZone', 'zone'],
  ['route53:ListResourceRecordSets', 'zone'],
  ['route53:ChangeResourceRecordSets', 'zone'],
]);

/** The bucket of a call, as errors name it: `ecs:ListTasks`; undefined for those that nothing paces. */
export const bucketOf = (call: string): BucketName | undefined => TAKEN_FROM.get(call);

/** What a deployment may take of a bucket. @param share above 0, at most 1 */
export const shareOf = (bucket: BucketName, share: number): Rate => ({
  capacity: BUCKETS[bucket].capacity * share,
  refill: BUCKETS[bucket].refill * share,
});

/** What one caller may take of what its deployment may. */
export interface Portion {
  /** Of what each bucket holds at first, from 0 to 1. */
  readonly burst: number;
  /** Of what flows back, above 0, at most 1. */
  readonly refill: number;
  /** Of cluster-resource reads: its place among those that are read one after the other. */
  readonly reads?: PlannedReads;
}

/** Calls that are expected of a caller, and of all whose turn comes before its own. */
export interface PlannedReads {
  readonly calls: number;
  readonly before: number;
  /** When the first turn began, in milliseconds since the epoch. */
  readonly from: number;
}

export const WHOLE: Portion = { burst: 1, refill: 1 };

/** What follows a throttle: nothing is there at first, whatever was expected. */
export const afterThrottle = ({ refill }: Portion): Portion => ({ burst: 0, refill });

/** How a bucket of one caller stands. Below nothing: so many calls have been given their turns to come. */
export interface Level {
  readonly tokens: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Calls that are still expected; they have the whole refill, since everybody's follow one another. */
  readonly expected: number;
  readonly most: number;
  /** A second: since the last call, for calls that are expected, and for those beyond. */
  readonly flow: number;
  readonly refill: { readonly expected: number; readonly beyond: number };
}

/**
 * A caller's bucket at its beginning.
 *
 * | place among others        | there at first                                             | flows back        |
 * | ------------------------- | ---------------------------------------------------------- | ----------------- |
 * | none                      | its portion of the burst                                   | its portion       |
 * | calls, others' before it  | of burst and all that has flowed back what those before    | all, for as many  |
 * |                           | leave; no more than it needs; below nothing: it waits      | calls; then as above |
 *
 * Together those with a place never take more than burst and refill allow, whoever begins when: each has its own tokens.
 *
 * @param rate of the deployment
 * @param reads its place, in the bucket where it has one
 */
export function levelAt(rate: Rate, { burst, refill, reads }: Portion, now: number): Level {
  const flows = { expected: rate.refill, beyond: rate.refill * refill };
  if (!reads) {
    const most = Math.max(1, rate.capacity * Math.max(burst, refill));
    return { tokens: rate.capacity * burst, at: now, most, expected: 0, flow: flows.beyond, refill: flows };
  }
  const { calls, before, from } = reads;
  const flowed = rate.refill * (Math.max(0, now - from) / 1_000);
  const most = Math.min(calls, rate.capacity);
  const tokens = Math.min(most, rate.capacity + flowed - before);
  return { tokens, at: now, most: Math.max(1, most), expected: calls, flow: flows.expected, refill: flows };
}

/** One call takes its token. @returns how the bucket stands then, and the milliseconds until the token is there */
export function drawn(level: Level, now: number): { readonly level: Level; readonly wait: number } {
  const flow = level.expected > 0 ? level.refill.expected : level.refill.beyond;
  const tokens = flowedTo(level, now) - 1;
  const expected = Math.max(0, level.expected - 1);
  return { level: { ...level, tokens, at: now, expected, flow }, wait: tokens < 0 ? (-tokens / flow) * 1_000 : 0 };
}

/** Attempts beyond the first took tokens as well, and say that the account's bucket is empty. */
export function exhausted(level: Level, attempts: number, now: number): Level {
  return { ...level, tokens: Math.min(0, flowedTo(level, now)) - attempts, at: now };
}

const flowedTo = ({ tokens, at, most, flow }: Level, now: number): number =>
  Math.min(most, tokens + flow * (Math.max(0, now - at) / 1_000));
