import { setTimeout as pause } from 'node:timers/promises';
import type { VirtualClock } from '../stand-ins/clock.ts';
import type { FaultyCall } from './port.ts';

/** What a fault makes of one call that it has chosen. */
export type Meddle = (
  perform: () => Promise<object>,
  about: { readonly call: FaultyCall; readonly nth: number; readonly clock: VirtualClock },
) => Promise<object>;

/** Calls of a while that the SDK has given up, each after its own three attempts. */
const WHILE = 2;
/** Within what a call may take before the SDK gives it up, in milliseconds. */
const SLOW = 5_000;

/** What the adapter waits for in real time before it sends entries again, and a little more, in milliseconds. */
const BUS_PAUSE = 300;

/** The part of an answer that is a list to be read, by call; all other calls answer one thing. */
const LISTS: Readonly<Record<string, string>> = {
  'ecs:ListClusters': 'clusterArns',
  'ecs:ListTasks': 'taskArns',
  'ecs:DescribeTasks': 'tasks',
  'ecs:DescribeContainerInstances': 'containerInstances',
  'ec2:DescribeInstances': 'Reservations',
  'ec2:DescribeNetworkInterfaces': 'NetworkInterfaces',
  'ec2:DescribeSubnets': 'Subnets',
  'ssm:DescribeInstanceInformation': 'InstanceInformationList',
  'route53:ListResourceRecordSets': 'ResourceRecordSets',
  'sqs:ReceiveMessage': 'Messages',
};

const THROTTLES: Readonly<Record<string, string>> = {
  ecs: 'ThrottlingException',
  ec2: 'RequestLimitExceeded',
  ssm: 'ThrottlingException',
  route53: 'Throttling',
  s3: 'SlowDown',
  sqs: 'RequestThrottled',
  events: 'ThrottlingException',
  states: 'ThrottlingException',
};

const fault = (name: string, message: string, details: object = {}) =>
  Object.assign(new Error(message), { name, ...details });
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

/** As the services say that the caller may not. */
const denied = (call: string) =>
  fault(/^(route53|s3):/.test(call) ? 'AccessDenied' : 'AccessDeniedException', 'not authorized', status(403));

export const DISTURBANCES = {
  throttled: (call: string) => fault(THROTTLES[call.slice(0, call.indexOf(':'))] ?? '', 'Rate exceeded', status(400)),
  timeout: () => fault('TimeoutError', 'socket did not answer within 7000 ms'),
  '5xx': () => fault('InternalFailure', 'we are sorry', { $fault: 'server', ...status(503) }),
  reset: () => fault('Error', 'read ECONNRESET', { code: 'ECONNRESET', errno: -104, syscall: 'read' }),
} as const;

const disturbing =
  (kind: keyof typeof DISTURBANCES, times: number): Meddle =>
  (perform, { call: { call }, nth }) =>
    nth > times ? perform() : Promise.reject(DISTURBANCES[kind](call));

/** Changes the list in a good answer; the answer is the last page. */
const listing =
  (change: (list: readonly unknown[]) => readonly unknown[]): Meddle =>
  async (perform, { call: { call } }) => {
    const answer: Record<string, unknown> = { ...(await perform()) };
    const member = LISTS[call] ?? '';
    answer[member] = change((answer[member] as unknown[] | undefined) ?? []);
    for (const token of ['nextToken', 'NextToken', 'NextRecordName', 'NextRecordType']) delete answer[token];
    return 'IsTruncated' in answer ? { ...answer, IsTruncated: false } : answer;
  };

/** Every second of what was asked for has failed: ECS knows nothing of it, the queue and the bus have a fault of their own. */
const failures: Meddle = async (perform, { call: { call, input }, clock }) => {
  const answer = await perform();
  const half = <T>(list: readonly T[]) => ({
    done: list.filter((_, index) => index % 2 > 0),
    failed: list.filter((_, index) => index % 2 === 0),
  });
  if (call === 'events:PutEvents') {
    void clock.hold(pause(BUS_PAUSE));
    const { Entries = [] } = answer as { Entries?: readonly object[] };
    return {
      Entries: Entries.map((entry, at) => (at % 2 ? entry : { ErrorCode: 'InternalFailure' })),
      FailedEntryCount: 1,
    };
  }
  if (call.startsWith('sqs:')) {
    const { done, failed } = half((input as { Entries: readonly { Id: string }[] }).Entries);
    const why = { SenderFault: true, Code: 'InternalError', Message: 'we are sorry' };
    return { Successful: done.map(({ Id }) => ({ Id })), Failed: failed.map(({ Id }) => ({ Id, ...why })) };
  }
  const member = LISTS[call] ?? '';
  const { done, failed } = half((answer as Record<string, readonly Described[]>)[member] ?? []);
  const arnOf = ({ taskArn, containerInstanceArn }: Described) =>
    taskArn !== undefined ? taskArn : containerInstanceArn;
  return { ...answer, [member]: done, failures: failed.map((one) => ({ arn: arnOf(one), reason: 'MISSING' })) };
};

/** What an answer may lack of each thing that it shows, everything else being as it is. */
const LACKS: Readonly<Record<string, Readonly<Record<string, (one: never) => object>>>> = {
  bindings: {
    'ecs:DescribeTasks': eachContainer((container) => ({ ...container, networkBindings: [] })),
  },
  containers: {
    'ecs:DescribeTasks': (task: object) => ({ ...task, containers: [] }),
  },
  addresses: {
    'ecs:DescribeTasks': (task: object) => ({
      ...eachContainer(({ networkInterfaces: _, ...container }) => container)(task),
      attachments: [],
    }),
    'ec2:DescribeInstances': ({ Instances = [], ...rest }: { readonly Instances?: readonly Machine[] }) => ({
      ...rest,
      Instances: Instances.map(({ PrivateIpAddress: _, NetworkInterfaces: __, ...machine }) => machine),
    }),
  },
};

interface Machine {
  readonly PrivateIpAddress?: string;
  readonly NetworkInterfaces?: readonly object[];
}
interface Container {
  readonly networkInterfaces?: readonly object[];
}

function eachContainer(change: (container: Container) => object) {
  return ({ containers = [], ...task }: { readonly containers?: readonly Container[] }) => ({
    ...task,
    containers: containers.map(change),
  });
}

const lacking = (what: string): Meddle => {
  const changes = LACKS[what] ?? {};
  return (perform, about) => {
    const change = changes[about.call.call];
    return listing((list) => (change ? list.map((one) => change(one as never)) : list))(perform, about);
  };
};

interface Described {
  readonly taskArn?: string;
  readonly containerInstanceArn?: string;
}

const FAILURES = new Set([
  'ecs:DescribeTasks',
  'ecs:DescribeContainerInstances',
  'sqs:DeleteMessageBatch',
  'sqs:ChangeMessageVisibilityBatch',
  'events:PutEvents',
]);

/** The faults of a call, by the words of the matrix. */
export const CALL_FAULTS = {
  'throttled for a while': disturbing('throttled', WHILE),
  'throttled for ever': disturbing('throttled', Number.POSITIVE_INFINITY),
  'timeout for a while': disturbing('timeout', WHILE),
  'timeout for ever': disturbing('timeout', Number.POSITIVE_INFINITY),
  '5xx for a while': disturbing('5xx', WHILE),
  '5xx for ever': disturbing('5xx', Number.POSITIVE_INFINITY),
  'reset for a while': disturbing('reset', WHILE),
  'reset for ever': disturbing('reset', Number.POSITIVE_INFINITY),
  'empty page': listing(() => []),
  'page cut short': listing((list) => list.slice(0, Math.ceil(list.length / 2))),
  'malformed body': async (perform) => {
    await perform();
    throw fault('SyntaxError', "Expected ',' or ']' after array element in JSON at position 26", status(200));
  },
  failures,
  'missing bindings': lacking('bindings'),
  'missing containers': lacking('containers'),
  'missing addresses': lacking('addresses'),
  forbidden: (_, { call: { call } }) => Promise.reject(denied(call)),
  'lost answer': async (perform, { nth }) => {
    const answer = await perform();
    if (nth > WHILE) return answer;
    throw DISTURBANCES.reset();
  },
  'wrong order': listing((list) => list.toReversed()),
  slow: async (perform, { clock }) => {
    await clock.sleep(SLOW);
    return perform();
  },
} as const satisfies Readonly<Record<string, Meddle>>;
export type CallFault = keyof typeof CALL_FAULTS;

/** Whether a call can meet a fault: what answers one thing has no pages and no order. */
export function canMeet(call: string, kind: CallFault): boolean {
  if (kind === 'failures') return FAILURES.has(call);
  if (kind.startsWith('missing ')) return LACKS[kind.slice('missing '.length)]?.[call] !== undefined;
  if (kind === 'empty page' || kind === 'page cut short' || kind === 'wrong order') return LISTS[call] !== undefined;
  return true;
}
