import type { InMemoryCall } from '../stand-ins/in-memory-client.ts';
import { type Container, type Declaring, type Distort, type Mode, SHARED, type Task } from './containers.ts';

/** Every container of every task that DescribeTasks shows; `undefined` drops it. */
const containers =
  (change: (container: Container) => Container | undefined): Distort =>
  ({ tasks = [], ...rest }) => ({
    ...rest,
    tasks: tasks.map((task) => ({
      ...task,
      containers: (task.containers ?? []).flatMap((container) => change(container) ?? []),
    })),
  });
const app = (change: (container: Container) => Container | undefined) =>
  containers((container) => (container.name === 'app' ? change(container) : container));
const definition =
  (change: (container: Declaring) => Declaring): Distort =>
  ({ taskDefinition = {}, ...rest }) => ({
    ...rest,
    taskDefinition: {
      ...taskDefinition,
      containerDefinitions: (taskDefinition.containerDefinitions ?? []).map(change),
    },
  });
const withoutAddress = (task: Task): Task => ({
  ...task,
  attachments: (task.attachments ?? []).map(({ details: _, ...attachment }) => attachment),
  containers: (task.containers ?? []).map(({ networkInterfaces: _, ...container }) => container),
});
const asked = ({ input }: InMemoryCall, key: string) => (input as Record<string, string[]>)[key] ?? [];
const missing = (arns: readonly string[]) => arns.map((arn) => ({ arn, reason: 'MISSING' }));

/** Answers that lack something, or have it wrong, while everything runs. */
export const LIES: readonly {
  readonly row: string;
  readonly lie: Readonly<Record<string, Distort>>;
  readonly modes: readonly Mode[];
  /** What a full run says of what is published. */
  readonly reason: string | readonly string[];
  /** Functions begin anew, so that they ask again for what they know. */
  readonly anew?: boolean;
}[] = [
  {
    row: 'EC2 answers with nothing',
    lie: { DescribeInstances: () => ({ Reservations: [] }) },
    modes: ['bridge', 'host'],
    reason: 'held-no-address',
  },
  {
    row: 'EC2 answers with nothing of hosts that tell no address',
    lie: { DescribeInstances: () => ({ Reservations: [] }) },
    modes: ['awsvpc', 'fargate'],
    reason: 'healthy',
  },
  {
    row: 'EC2 answers without addresses',
    lie: {
      DescribeInstances: (_, call) => ({
        Reservations: [
          { Instances: asked(call, 'InstanceIds').map((InstanceId) => ({ InstanceId, State: { Name: 'running' } })) },
        ],
      }),
    },
    modes: ['bridge', 'host'],
    reason: 'held-no-address',
  },
  {
    row: 'ECS knows no container instance',
    lie: {
      DescribeContainerInstances: (_, call) => ({
        containerInstances: [],
        failures: missing(asked(call, 'containerInstances')),
      }),
    },
    modes: ['bridge', 'host'],
    reason: 'held-no-address',
  },
  {
    row: 'no task shows its own address',
    lie: { DescribeTasks: ({ tasks = [], ...rest }) => ({ ...rest, tasks: tasks.map(withoutAddress) }) },
    modes: ['awsvpc', 'fargate'],
    reason: 'held-no-address',
  },
  {
    row: 'no binding is shown',
    lie: { DescribeTasks: app((container) => ({ ...container, networkBindings: [] })) },
    modes: ['bridge'],
    reason: 'held-contradiction',
  },
  {
    row: 'only the bindings of the other port are shown',
    lie: {
      DescribeTasks: app(({ networkBindings = [], ...container }) => ({
        ...container,
        networkBindings: networkBindings.filter(({ containerPort }) => containerPort === 81),
      })),
    },
    modes: ['bridge'],
    reason: ['healthy', 'held-contradiction'],
  },
  {
    row: 'the containers of no task are shown',
    lie: { DescribeTasks: containers(() => undefined) },
    modes: ['bridge', 'host', 'awsvpc', 'fargate'],
    reason: 'held-contradiction',
  },
  {
    row: 'the app of no task is shown',
    lie: { DescribeTasks: app(() => undefined) },
    modes: ['bridge', 'host', 'awsvpc', 'fargate'],
    reason: 'held-contradiction',
  },
  {
    row: 'every app is PENDING again',
    lie: { DescribeTasks: app((container) => ({ ...container, lastStatus: 'PENDING' })) },
    modes: ['bridge', 'host', 'awsvpc', 'fargate'],
    reason: 'held-contradiction',
  },
  {
    row: 'every task is PENDING again',
    lie: {
      DescribeTasks: ({ tasks = [], ...rest }) => ({
        ...rest,
        tasks: tasks.map((task) => ({ ...task, lastStatus: 'PENDING' })),
      }),
    },
    modes: ['bridge', 'awsvpc'],
    reason: 'held-contradiction',
  },
  {
    row: 'every sibling has stopped',
    lie: {
      DescribeTasks: containers((container) =>
        container.name === 'app' ? container : { ...container, lastStatus: 'STOPPED', exitCode: 0 },
      ),
    },
    modes: ['bridge', 'host', 'awsvpc', 'fargate'],
    reason: 'healthy',
  },
  {
    row: 'the definition lacks its environment',
    lie: { DescribeTaskDefinition: definition((container) => ({ ...container, environment: [] })) },
    modes: ['bridge', 'awsvpc'],
    reason: 'held-contradiction',
    anew: true,
  },
  {
    row: 'the definition lacks the app',
    lie: {
      DescribeTaskDefinition: ({ taskDefinition = {}, ...rest }) => ({
        ...rest,
        taskDefinition: {
          ...taskDefinition,
          containerDefinitions: (taskDefinition.containerDefinitions ?? []).filter(({ name }) => name !== 'app'),
        },
      }),
    },
    modes: ['bridge'],
    reason: 'held-contradiction',
    anew: true,
  },
  {
    row: 'every declaration is ignored, but by the app that is not shown',
    lie: {
      DescribeTasks: app(() => undefined),
      DescribeTaskDefinition: definition((container) =>
        container.name === 'app'
          ? container
          : { ...container, environment: [...SHARED, { name: 'SERVICE_80_IGNORE', value: 'yes' }] },
      ),
    },
    modes: ['bridge', 'awsvpc'],
    reason: 'held-contradiction',
    anew: true,
  },
  {
    row: 'no task is listed',
    lie: { ListTasks: () => ({ taskArns: [] }) },
    modes: ['bridge', 'host', 'awsvpc', 'fargate'],
    reason: 'held-contradiction',
  },
  {
    row: 'no task is listed, and EC2 answers with nothing',
    lie: { ListTasks: () => ({ taskArns: [] }), DescribeInstances: () => ({ Reservations: [] }) },
    modes: ['bridge', 'awsvpc'],
    reason: 'held-contradiction',
  },
  {
    row: 'no task is listed, and ECS knows no container instance',
    lie: {
      ListTasks: () => ({ taskArns: [] }),
      DescribeContainerInstances: (_, call) => ({
        containerInstances: [],
        failures: missing(asked(call, 'containerInstances')),
      }),
    },
    modes: ['bridge', 'awsvpc'],
    reason: 'held-contradiction',
  },
];
