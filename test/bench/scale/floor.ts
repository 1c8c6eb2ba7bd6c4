import type { ZoneChange } from '../../stand-ins/route53.ts';

/** Calls by operation, the fewest that are enough. */
export type Calls = Readonly<Record<string, number>>;

/** What a full run has to read and to write. */
export interface Work {
  /** Tasks that ECS lists, by cluster. */
  readonly listed: readonly number[];
  /** Tasks that it does not list any more and that were published, by cluster. */
  readonly vanished?: readonly number[];
  /** Hosts, by cluster. */
  readonly hosts: readonly number[];
  /** Task definitions that nobody has read yet. */
  readonly definitions: number;
  readonly recordSets: number;
  readonly changes: readonly ZoneChange[];
}

/** Items of one page or one call (ECS; EC2 by filter; Route 53). */
const [ECS, INSTANCES, RECORD_SETS] = [100, 200, 300];
const [ELEMENTS, CHARACTERS] = [1_000, 32_000];

/** The fewest calls by which the work can be done: every task, host and record set read once, nothing read twice. */
export function floorOf({ listed, vanished = [], hosts, definitions, recordSets, changes }: Work): Calls {
  const calls = {
    ListClusters: pages(listed.length, ECS),
    ListTasks: sum(listed.map((tasks) => Math.max(1, pages(tasks, ECS)))),
    DescribeTasks: sum(listed.map((tasks, index) => pages(tasks + (vanished[index] ?? 0), ECS))),
    DescribeContainerInstances: sum(hosts.map((all) => pages(all, ECS))),
    DescribeTaskDefinition: definitions,
    DescribeInstances: pages(sum(hosts), INSTANCES),
    ListResourceRecordSets: Math.max(1, pages(recordSets, RECORD_SETS)),
    ChangeResourceRecordSets: batchesOf(changes),
  };
  return Object.fromEntries(Object.entries(calls).filter(([, times]) => times > 0));
}

/** What Route 53 was asked to change, in as few batches as its limits allow. */
function batchesOf(changes: readonly ZoneChange[]): number {
  const sets = changes.flatMap((batch) =>
    batch.changes.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()),
  );
  const values = sets.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value.length));
  return Math.max(pages(values.length, ELEMENTS), pages(sum(values), CHARACTERS));
}

/** A token bucket, and which calls take from it. */
interface Bucket {
  readonly burst: number;
  readonly refill: number;
  readonly calls: readonly string[];
}

const BUCKETS: readonly Bucket[] = [
  { burst: 50, refill: 10, calls: ['ListResourceRecordSets', 'ChangeResourceRecordSets', 'GetHostedZone'] },
  {
    burst: 100,
    refill: 20,
    calls: ['ListTasks', 'DescribeTasks', 'ListContainerInstances', 'DescribeContainerInstances'],
  },
  { burst: 50, refill: 20, calls: ['DescribeTaskDefinition'] },
];

/** Seconds that so many calls take at least, where a share of each bucket, full at first, is all that they may take. */
export function throttleSeconds(calls: Calls, share: number): number {
  const waits = BUCKETS.map(({ burst, refill, calls: taking }) => {
    const taken = sum(taking.map((operation) => calls[operation] ?? 0));
    return Math.max(0, (taken - burst * share) / (refill * share));
  });
  // The zone is read before ECS; tasks and definitions are read side by side.
  const [zone = 0, ...ecs] = waits;
  return zone + Math.max(...ecs);
}

const pages = (items: number, size: number) => Math.ceil(items / size);
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
