import { createSocket } from 'node:dgram';
import { Route53 } from '@aws-sdk/client-route-53';
import { decode, encode, type SoaAnswer, type SrvAnswer, type StringAnswer } from 'dns-packet';
import { boot } from '../../../examples/local/boot.ts';
import { awsVariables, CREDENTIALS, PLACE } from '../../../examples/local/cloud/place.ts';
import { shiftHook } from '../../../examples/local/ecs/shift-hook.ts';
import { isAlive } from '../../../examples/local/is-alive.ts';
import { OWN_SETTINGS } from '../../../examples/local/options.ts';
import type { Answer } from '../answer.ts';
import { ecssd } from './command.ts';
import type { Place, TaskEvent } from './place.ts';

/** Seconds after a loss at which a service here starts another task. */
const REPLACEMENT_DELAY = 1_000;

/** Boots the services of this machine with the examples on them. What it gives is closed by `takeDown`. */
export async function localPlace(signal: AbortSignal): Promise<Place & { close(): Promise<void> }> {
  const run = await boot({ settings: OWN_SETTINGS, schedule: 'never', replacementDelayMs: REPLACEMENT_DELAY, signal });
  const { cloud, deployment, zone, cluster } = run;
  const { clients } = cloud;
  const seen: TaskEvent[] = [];
  cloud.ecs.admin.onTaskChange((event) => seen.push(taskEventOf(event)));
  for (const service of Object.values(run.services)) cluster.scheduler.put(service);

  const [bucket = ''] = deployment.buckets;
  const queueUrl = async (form: RegExp) => {
    const { QueueUrls = [] } = await clients.sqs.listQueues({});
    return QueueUrls.find((url) => form.test(url)) ?? '';
  };
  const { QueueUrl: scratchQueue = '' } = await clients.sqs.createQueue({ QueueName: 'acceptance-scratch' });
  const once = new Route53({
    endpoint: cloud.endpointUrl,
    region: PLACE.region,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  const env = { ...process.env, ...awsVariables(cloud.endpointUrl) };
  return {
    kind: 'local',
    label: 'The services of this machine',
    clients: { ...clients, route53Once: once },
    stateMachine: deployment.stateMachine.arn,
    bucket,
    zoneId: zone.id,
    zone: zone.name,
    cluster: cluster.name,
    eventQueue: await queueUrl(/EventQueue/),
    deadLetterQueue: await queueUrl(/DeadLetter/),
    scratchQueue,
    resources: new Map(),
    hook: () => {
      const hook = shiftHook(cloud, deployment);
      if (!hook) throw new Error('the deployment has no hook: SETTINGS says blueGreen=false');
      return hook;
    },
    ask: (name, type, within) => ask(run.dnsPort, { name, type }, within),
    events: async () => seen,
    update: async (within) => {
      // The definition goes first, as in an update: what its states meet are functions of another release.
      const { arn: stateMachineArn, definition } = deployment.stateMachine;
      const next = definition.replaceAll(/"release":\s*"[^"]*"/g, '"release":"of the next version"');
      await clients.stepFunctions.updateStateMachine({ stateMachineArn, definition: next });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      within.throwIfAborted();
      await clients.stepFunctions.updateStateMachine({ stateMachineArn, definition });
    },
    ecssd: (args, within) => ecssd(args, env, within),
    takeDown: async () => {
      const pids = cluster.tasks().map(({ pid }) => pid);
      await run.close();
      return pids.filter(isAlive).map((pid) => `process ${pid}`);
    },
    close: run.close,
  };
}

function taskEventOf(event: object): TaskEvent {
  const { time, detail } = event as {
    readonly time: string;
    readonly detail: Readonly<Record<'taskArn' | 'lastStatus' | 'desiredStatus', string>> & {
      readonly version: number;
    };
  };
  const { taskArn: task, version, lastStatus, desiredStatus } = detail;
  return { task, version, lastStatus, desiredStatus, time };
}

/** One question over UDP. */
async function ask(
  port: number,
  question: { readonly name: string; readonly type: 'SRV' | 'A' | 'SOA' },
  signal: AbortSignal,
): Promise<Answer> {
  const socket = createSocket('udp4');
  try {
    const answered = new Promise<Buffer>((resolve, reject) => {
      socket.on('message', resolve);
      socket.on('error', reject);
      AbortSignal.any([signal, AbortSignal.timeout(5_000)]).addEventListener('abort', () =>
        reject(new Error(`no answer of DNS to ${question.type} ${question.name}`)),
      );
    });
    socket.send(encode({ type: 'query', id: 1, flags: 0x01_00, questions: [question] }), port, '127.0.0.1');
    const { answers = [], authorities = [], ...message } = decode(await answered);
    const mine = answers.filter(({ type }) => type === question.type) as (SrvAnswer | StringAnswer)[];
    const soa = authorities.find((record): record is SoaAnswer => record.type === 'SOA');
    return {
      status: 'rcode' in message ? String(message.rcode) : 'NOERROR',
      data: mine.map(textOf).sort(),
      ...(mine.length > 0 && { ttl: Math.min(...mine.map(({ ttl = 0 }) => ttl)) }),
      ...(soa && { negative: { ttl: soa.ttl ?? 0, minimum: soa.data.minimum ?? 0 } }),
    };
  } finally {
    socket.close();
  }
}

const textOf = (record: SrvAnswer | StringAnswer): string =>
  record.type === 'SRV'
    ? `${record.data.priority} ${record.data.weight} ${record.data.port} ${record.data.target}.`
    : String(record.data);
