import { logOf, onFailureOf, scheduled } from '../../examples/local/cloud/permissions.ts';
import type { Fault } from '../faults/port.ts';
import { openShop, type Shop } from '../faults/shop.ts';
import type { Iam } from '../stand-ins/iam.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { runState } from '../support/builders.ts';
import { connectEvents, define, host } from '../support/fleet.ts';
import { forgetDefinitions } from '../support/inventory.ts';
import { edit, srv } from '../support/shop.ts';
import { OWNER, STATE_MACHINE, type StepName, ZONE, ZONE_ID } from '../support/world.ts';
import type { Deployed } from './deployment.ts';
import { guard, ruleArn } from './guard.ts';

/** Something that a deployment does, with its roles in force from the beginning to the end. */
export interface Drive {
  readonly name: string;
  readonly go: (iam: Iam, deployed: Deployed) => Promise<void> | void;
}

/**
 * A shop in which every call has to be allowed from now on; each function starts cold, as functions on their own do.
 *
 * @param inner what happens to calls besides
 */
export async function guarded(iam: Iam, deployed: Deployed, inner: Fault = {}): Promise<Shop> {
  const shop = await openShop({ variables: deployed.variables });
  const { onStep, onCall } = guard(iam, deployed, inner);
  shop.arm({
    ...(onCall && { onCall }),
    onStep: async (invocation, perform) => {
      const result = await (onStep ? onStep(invocation, perform) : perform());
      shop.restart();
      forgetDefinitions(shop.bucket);
      return result;
    },
  });
  return shop;
}

export const run = (shop: Shop, input: unknown, name: string) => shop.clock.run(shop.start(input, name));

/** Runs every execution that was asked for, each as if it had waited for its window: it drains all that is there. */
async function runAsked(shop: Shop): Promise<void> {
  for (let next = shop.started.shift(); next; next = shop.started.shift())
    await run(shop, waiting(next.input), next.name);
}

const waiting = (input: unknown) => ({ window: Reflect.get(Object(input), 'window') });

/** What events of these changes ask for, through the trigger. */
async function withEvents(shop: Shop, change: () => Promise<void> | void): Promise<void> {
  await shop.clock.advance(60_000); // the window of the opening is over
  const { settled, off } = connectEvents(shop);
  await change();
  await settled();
  off();
}

const broken = () => Promise.reject(Object.assign(new Error('out of order'), { name: 'InvalidParameterException' }));
const unavailable = () =>
  Promise.reject(Object.assign(new Error('we are sorry'), { name: 'ServerException', $fault: 'server' }));
const throttled = () => Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));

/** The first call of a step fails so; later ones go through. */
function once(call: string, step: StepName, fails: () => Promise<never>): Fault {
  let met = false;
  return {
    onCall: (about, perform) => {
      if (met || about.call !== call || about.by?.step !== step) return perform();
      met = true;
      return fails();
    },
  };
}

/** Names, tasks of each, in each cluster: what is known of so many is handed on in objects. Their path: more than a batch of probes. */
const LARGE = { names: 6, tasks: 30, path: `/${'health'.repeat(50)}` };

/** Tasks of a new definition in a cluster, on a host of its own. */
function manyTasks(shop: Shop, cluster: 'main' | 'far'): () => void {
  const address = cluster === 'main' ? '10.0.5.1' : '10.0.6.1';
  const home = host(shop, cluster, address);
  const definitions = Array.from({ length: LARGE.names }, (_, index) =>
    define(shop, `large-${cluster}-${index}`, {
      names: { 80: `_a-rather-long-name-of-a-service-${cluster}-${index}._tcp` },
      environment: { SERVICE_80_CHECK_HTTP: LARGE.path },
    }),
  );
  return () => {
    for (const [index, taskDefinition] of definitions.entries()) {
      for (let number = 0; number < LARGE.tasks; number += 1) {
        const hostPorts = { 80: 20_000 + index * LARGE.tasks + number };
        shop.aws.ecs.admin.putTask({ cluster, taskDefinition, containerInstance: home, hostPorts });
      }
    }
  };
}

/** Event runs and a full run over many tasks that have just started. */
async function largeRuns(iam: Iam, deployed: Deployed, inner: Fault = {}): Promise<void> {
  const shop = await guarded(iam, deployed, inner);
  const [main, far] = [manyTasks(shop, 'main'), manyTasks(shop, 'far')];
  await withEvents(shop, () => {
    main();
    far();
  });
  await runAsked(shop);
  await run(shop, {}, 'large');
}

/** What each step is given of a run whose objects have been expired or deleted meanwhile. */
const GONE = { key: 'runs/gone/gone.json' };
const RUN = runState({ execution: 'gone', trigger: 'events', kind: 'event' });
const ITEM = { index: 0, batch: GONE, readAt: 0 };
const OF_GONE_OBJECTS: readonly (readonly [step: StepName, payload: object])[] = [
  ['SnapshotZone', { run: { ...RUN, scope: GONE } }],
  ['ListClusters', { run: { ...RUN, scope: GONE } }],
  ['CollectTasks', { run: RUN, item: { group: 0, names: 'main', clusters: GONE, inlineBytes: 1 } }],
  ['LoadBatch', { batch: GONE }],
  ['CompleteReading', { run: RUN, snapshot: GONE, observed: [] }],
  ['PlanChanges', { run: RUN, snapshot: GONE, reading: GONE }],
  ['ApplyBatch', { run: RUN, item: ITEM }],
  ['VerifyChanges', { run: RUN, batches: [ITEM], applied: [{ index: 0 }] }],
];

/** The small ones first: whoever looks for one that needs something takes the first. */
export const DRIVES: readonly Drive[] = [
  {
    name: 'a full run',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      await run(shop, {}, 'full');
    },
  },
  {
    name: 'an event run',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      await shop.go('event');
    },
  },
  {
    name: 'runs that publish on new hosts and stop what fails there',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const environment = { SERVICE_80_CHECK_HTTP: '/health' };
      for (const [cluster, address] of Object.entries({ main: '10.0.6.1', far: '10.0.7.1' })) {
        const taskDefinition = define(shop, `checked-${cluster}`, { names: { 80: `checked-${cluster}` }, environment });
        const containerInstance = host(shop, cluster, address);
        for (const port of [1, 2, 3]) {
          const where = { cluster, taskDefinition, containerInstance, service: `checked-${cluster}` };
          shop.aws.ecs.admin.putTask({ ...where, hostPorts: { 80: port } });
        }
      }
      await run(shop, {}, 'publishing');
      await shop.clock.advance(120_000);
      for (const address of ['10.0.6.1', '10.0.7.1']) {
        shop.health.set(`${address}:1`, { state: 'failing', cause: 'connection refused' });
      }
      await run(shop, {}, 'stopping');
    },
  },
  {
    name: 'a run that publishes tasks at the public addresses of their interfaces',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const environment = { SERVICE_80_PUBLIC: 'true' };
      for (const [cluster, number] of Object.entries({ main: 1, far: 2 })) {
        const names = { 80: `open-${cluster}` };
        const taskDefinition = define(shop, `open-${cluster}`, { names, environment, networkMode: 'awsvpc' });
        const [address, networkInterfaceId] = [`10.0.8.${number}`, `eni-open-${number}`];
        const publicIp = `198.51.100.${number}`;
        shop.aws.ec2.admin.putNetworkInterface(networkInterfaceId, { privateIpAddresses: [address], publicIp });
        shop.aws.ecs.admin.putTask({ cluster, taskDefinition, address, elasticInterface: { networkInterfaceId } });
      }
      await run(shop, {}, 'open');
    },
  },
  {
    name: 'a run that fails and gives back its messages',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed, once('route53:GetHostedZone', 'SnapshotZone', broken));
      await run(shop, {}, 'failing');
    },
  },
  {
    name: 'objects of a run that are gone',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      for (const [step, payload] of OF_GONE_OBJECTS) await shop.call(step, payload).catch(() => {});
    },
  },
  {
    name: 'a batch that is tried again',
    go: async (iam, deployed) => {
      const fault = once('route53:ChangeResourceRecordSets', 'ApplyBatch', throttled);
      const shop = await guarded(iam, deployed, fault);
      await run(shop, {}, 'again');
    },
  },
  {
    name: 'a batch that Route 53 refuses, since somebody was there before',
    go: async (iam, deployed) => {
      let edited = false;
      const shop: Shop = await guarded(iam, deployed, {
        onCall: async (about, perform) => {
          const { ChangeBatch } = about.input as ChangeResourceRecordSetsInput;
          const ours = ChangeBatch?.Changes.find(
            ({ Action, ResourceRecordSet: { Type } }) => Action === 'CREATE' && Type === 'A',
          );
          if (!edited && ours && about.by) {
            edited = true;
            await edit(shop, [{ ...ours, ResourceRecordSet: { ...ours.ResourceRecordSet, TTL: 7 } }]);
          }
          return perform();
        },
      });
      await run(shop, {}, 'refused');
    },
  },
  {
    name: 'a zone without our marker, and with a high negative TTL',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const sets = shop.aws.route53.recordSets(ZONE_ID);
      const marker = sets.find(({ Name, Type }) => Name === `${OWNER}.${ZONE}` && Type === 'TXT');
      const soa = sets.find(({ Type }) => Type === 'SOA');
      await edit(shop, [
        { Action: 'DELETE', ResourceRecordSet: marker },
        {
          Action: 'UPSERT',
          ResourceRecordSet: {
            ...soa,
            TTL: 900,
            ResourceRecords: soa?.ResourceRecords?.map(({ Value = '' }) => ({ Value: Value.replace(/\d+$/, '86400') })),
          },
        },
      ]);
      await run(shop, {}, 'first');
    },
  },
  {
    name: 'removals that are held, and approved',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const values = Array.from({ length: 40 }, (_, index) => `1 1 ${40_000 + index} ip-10-0-1-1.${OWNER}.${ZONE}`);
      await edit(shop, [{ Action: 'CREATE', ResourceRecordSet: srv('ghost', values, 5) }]);
      await run(shop, {}, 'held');
      await shop.clock.advance(60_000);
      const keys = [...shop.bucket.keys()].flatMap((key) => /^held\/([0-9a-f]{16})\.json$/.exec(key)?.[1] ?? []);
      for (const approve of keys) await run(shop, { approve }, `approving-${approve}`);
    },
  },
  {
    name: 'tasks that have vanished without a trace',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      await forgetEvents(shop);
      for (const cluster of ['main', 'far']) {
        const [first = ''] = await tasksOf(shop, cluster);
        shop.aws.ecs.admin.removeTask(first);
      }
      await run(shop, {}, 'vanished');
    },
  },
  {
    name: 'an event of a stopped task that ECS does not know for a moment',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed, {
        onCall: async ({ call, by }, perform) => {
          const answer = await perform();
          return call === 'ecs:DescribeTasks' && by?.step === 'CollectTasks' ? withoutStopped(answer) : answer;
        },
      });
      await run(shop, {}, 'publishing');
      await withEvents(shop, () => stopOwn(shop));
      await runAsked(shop);
    },
  },
  {
    name: 'an event of a stop that repeats another',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      await run(shop, {}, 'publishing');
      await forgetEvents(shop);
      for (let time = 0; time < 2; time += 1) {
        await withEvents(shop, () => stopOwn(shop));
        await runAsked(shop);
      }
    },
  },
  {
    name: 'a host that drains',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      // Without the option there is no rule, and nobody is told of hosts.
      if (deployed.variables.ON_DRAINING === undefined) return;
      const { admin } = shop.aws.ecs;
      const taskDefinition = define(shop, 'moved', { names: { 80: 'moved' } });
      const homes = ['main', 'far', 'main'].map((cluster, index) => {
        const containerInstance = host(shop, cluster, `10.0.8.${index + 2}`);
        admin.putTask({ cluster, taskDefinition, containerInstance, hostPorts: { 80: 1 } });
        return containerInstance;
      });
      await run(shop, {}, 'publishing');
      await withEvents(shop, () => {
        for (const one of homes.slice(0, 2)) admin.updateContainerInstance(one, { status: 'DRAINING' });
      });
      await runAsked(shop);
    },
  },
  {
    name: 'machines of ECS Anywhere',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const taskDefinition = define(shop, 'edge', { names: { 80: 'edge' } });
      const { ssm, ecs } = shop.aws;
      const machines = ['main', 'far'].map((cluster, index) => {
        const ec2InstanceId = `mi-${`${index}`.padStart(17, '0')}`;
        ssm.admin.putMachine(ec2InstanceId, { ipAddress: `192.168.7.${index}` });
        const containerInstance = ecs.admin.registerContainerInstance({ cluster, ec2InstanceId });
        ecs.admin.putTask({ cluster, taskDefinition, containerInstance, hostPorts: { 80: 1 } });
        return containerInstance;
      });
      await run(shop, {}, 'edge');
      // What leaves although its task runs on is verified with its host.
      ecs.admin.updateContainerInstance(machines[0] ?? '', { status: 'DRAINING' });
      await run(shop, {}, 'drained');
    },
  },
  {
    name: 'tasks that are starting, whose events are settled before they are up',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const taskDefinition = define(shop, 'slow', { names: { 80: 'slow-one' }, healthCheck: true });
      const home = host(shop, 'main', '10.0.8.1');
      await withEvents(shop, () => {
        shop.aws.ecs.admin.putTask({ cluster: 'main', taskDefinition, containerInstance: home, hostPorts: { 80: 1 } });
      });
      await runAsked(shop);
    },
  },
  {
    name: 'what Lambda and Scheduler do with the roles',
    go: async (iam, deployed) => {
      const { deployment } = deployed;
      const notThere = () => Promise.reject(Object.assign(new Error(), { name: 'StateMachineDoesNotExist' }));
      const cloud = {
        iam,
        sqs: { admin: { deliver: () => {} } },
        clients: { stepFunctions: { startExecution: notThere } },
      } as never;
      const { functions, schedules } = deployment.permissions;
      for (const { name } of functions) logOf(cloud, deployment, () => {})(name, 'a line');
      for (const { arn, asynchronous } of deployment.functions) {
        if (asynchronous.onFailure) onFailureOf(cloud, deployment)(asynchronous.onFailure, '{}', arn);
      }
      for (const { name } of schedules) {
        await scheduled(cloud, deployment)({ stateMachineArn: STATE_MACHINE, input: '{}' }, name);
      }
    },
  },
  {
    name: 'what EventBridge delivers, and what it cannot deliver',
    go: (iam, { deployment }) => {
      for (const { name, targets } of deployment.rules) {
        const keys = { 'aws:SourceArn': ruleArn(name), 'aws:SourceAccount': ACCOUNT };
        for (const target of targets) {
          const { Arn: resource = '' } = (target.DeadLetterConfig ?? {}) as { readonly Arn?: string };
          iam.allows({ service: 'events.amazonaws.com' }, { action: 'sqs:SendMessage', resource, keys });
          const call = { action: 'lambda:InvokeFunction', resource: target.Arn, keys };
          iam.allows({ service: 'events.amazonaws.com' }, call);
        }
      }
    },
  },
  { name: 'runs over many tasks', go: (iam, deployed) => largeRuns(iam, deployed) },
  {
    name: 'a run that cannot keep what it has drained',
    go: (iam, deployed) => largeRuns(iam, deployed, once('s3:PutObject', 'ReadTrigger', broken)),
  },
  {
    name: 'many events of a cluster that cannot be read',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed, {
        onCall: ({ call, input }, perform) => {
          const far = 'cluster' in input && String(input.cluster).endsWith('far');
          return call === 'ecs:DescribeTasks' && far ? unavailable() : perform();
        },
      });
      await withEvents(shop, manyTasks(shop, 'far'));
      // One run: while the cluster cannot be read each asks for another.
      const asked = shop.started.shift();
      if (asked) await run(shop, waiting(asked.input), asked.name);
    },
  },
  {
    name: 'an event of a host in a zone of more addresses than a page has',
    go: async (iam, deployed) => {
      const shop = await guarded(iam, deployed);
      const Changes = Array.from({ length: 320 }, (_, index) => ({
        Action: 'CREATE',
        ResourceRecordSet: {
          Name: `ip-10-1-${Math.floor(index / 200)}-${index % 200}.${OWNER}.${ZONE}`,
          Type: 'A',
          TTL: 60,
          ResourceRecords: [{ Value: `10.1.${Math.floor(index / 200)}.${index % 200}` }],
        },
      }));
      await edit(shop, Changes);
      const taskDefinition = define(shop, 'late', { names: { 80: 'late-one' } });
      const containerInstance = host(shop, 'main', '10.99.1.1');
      await withEvents(shop, () => {
        shop.aws.ecs.admin.putTask({ cluster: 'main', taskDefinition, containerInstance, hostPorts: { 80: 1 } });
      });
      await runAsked(shop);
    },
  },
];

interface DescribedTasks {
  readonly tasks?: readonly { readonly taskArn: string; readonly desiredStatus: string }[];
}

/** The answer of DescribeTasks as if those that are to stop were forgotten. */
function withoutStopped(answer: DescribedTasks): object {
  const { tasks = [] } = answer;
  const stopped = tasks.filter(({ desiredStatus }) => desiredStatus === 'STOPPED');
  const failures = stopped.map(({ taskArn: arn }) => ({ arn, reason: 'MISSING' }));
  return { tasks: tasks.filter((task) => !stopped.includes(task)), failures };
}

/** Stops the tasks that have an interface of their own. */
async function stopOwn(shop: Shop): Promise<void> {
  for (const task of await tasksOf(shop, 'main')) {
    const hasInterface = (shop.aws.ecs.admin.task(task).attachments ?? []).length > 0;
    if (hasInterface) shop.aws.ecs.admin.stopTask(task);
  }
}

interface ChangeResourceRecordSetsInput {
  readonly ChangeBatch?: {
    readonly Changes: readonly { readonly Action: string; readonly ResourceRecordSet: { readonly Type: string } }[];
  };
}

/** Nothing is in the queue any more. */
async function forgetEvents(shop: Shop): Promise<void> {
  const QueueUrl = `http://127.0.0.1/${ACCOUNT}/${OWNER}-events`;
  await shop.aws.sqs.operations.PurgeQueue?.({ QueueUrl } as never, { ...PLACE, requestId: 'a drive' });
}

const PLACE = { region: REGION, accountId: ACCOUNT };

/** The tasks of a cluster that run. */
async function tasksOf(shop: Shop, cluster: string): Promise<readonly string[]> {
  const context = { ...PLACE, requestId: 'a drive' };
  const answer = await shop.aws.ecs.operations.ListTasks?.({ cluster } as never, context);
  return (answer as { readonly taskArns: readonly string[] }).taskArns;
}

const INTERFACE_ACTIONS = ['Create', 'Describe', 'Delete', 'Detach'].map((verb) => `ec2:${verb}NetworkInterface`);

/** What must be refused, whatever else a role allows. */
export const MISUSES: readonly Drive[] = [
  {
    name: 'calls in the clear, or with an old TLS',
    go: (iam, { deployment }) => {
      for (const { roleArn } of deployment.permissions.functions) {
        const ask = (action: string, resource: string, keys: Readonly<Record<string, string>>) =>
          iam.allows({ roleArn }, { action, resource, keys });
        for (const keys of [{ 'aws:SecureTransport': 'false' }, { 's3:TlsVersion': '1.1' }]) {
          ask('s3:GetObject', 'arn:aws:s3:::runs/runs/x', keys);
          ask('s3:ListBucket', 'arn:aws:s3:::runs', keys);
        }
        for (const { arn } of deployment.queues) ask('sqs:SendMessage', arn, { 'aws:SecureTransport': 'false' });
      }
    },
  },
  {
    name: 'network interfaces by the code of a function',
    go: (iam, { deployment }) => {
      const actions = [
        ...INTERFACE_ACTIONS.map((action) => action.replace('DescribeNetworkInterface', 'DescribeNetworkInterfaces')),
        'ec2:DescribeSubnets',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ];
      for (const { roleArn, arn, inVpc } of deployment.permissions.functions) {
        const keys = { 'lambda:SourceFunctionArn': arn };
        for (const action of inVpc ? actions : []) iam.allows({ roleArn }, { action, resource: '*', keys });
      }
    },
  },
];
