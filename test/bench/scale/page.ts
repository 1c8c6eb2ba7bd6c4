import { GROUP_CLUSTERS, GROUP_TASKS } from '../../../functions/domain/reading/groups.ts';
import {
  MAX_BATCHES_PER_PASS,
  MAX_GROUPS_PER_RUN,
  MAX_SETS_PER_ZONE,
  MAX_VALUES_PER_SET,
} from '../../../functions/domain/words/quotas.ts';
import { TRANSITION_MS } from '../stage/latency.ts';
import { IDLE_MEBIBYTES } from './memory.ts';
import { type Measured, REQUEST_SHARE, type Scene } from './scenes.ts';
import { callsOf, floorOf, isMet, type Target } from './targets.ts';

/** `docs/scale.md`: what grows with the fleet, and where it ends. */
export function page(found: readonly Measured[], targets: readonly Target[]): string {
  const sizes = found.map(({ size }) => size).join(',');
  const usual = found.filter(({ size, tasks }) => size === String(tasks));
  const missed = targets.filter((target) => !isMet(target));
  return `# How it grows

What a deployment asks of AWS, how long its runs take and where its limits are, as fleets grow. This page is written by a
command, from what it has measured; it runs without an AWS account, for fleets of up to 100,000 tasks:

\`\`\`sh
npm run bench -- scale --sizes 10,1000
npm run bench -- scale --sizes ${sizes} --write
\`\`\`

The first prints its tables, the second has written this page. Without \`--sizes\` it goes up to 10,000 tasks, within five
minutes on two cores; \`--json\` is for machines, and \`--strict\` fails where a target is missed. What is met here
(\`test/bench/scale/met.json\`) may not get lost: the command fails for that anyhow.

The steps and the state machine are those that are deployed. The services stand in memory on a clock that is driven, with
AWS's token buckets, page sizes and quotas, the retries of its SDK, and several sandboxes of each function, each of which
remembers for itself. **Assumed** are the latencies: ${TRANSITION_MS} ms for a transition, 30 ms S3, SQS and Step Functions, 60 ms ECS and
EC2, 50 ms a reading and 200 ms a change of Route 53, none for EventBridge and probes. CPU is not in the times. The account is
used by nobody else. The fleet is seeded: of 20 services 12 in bridge mode, 2 in host mode, 3 awsvpc on EC2 and 3 on Fargate; 12
with a check of ours, 4 with one of the container.

## Calls

The floor is the fewest calls that do the work: every task, host and record set read once, a page or a call at a time, and the
changes in as few batches as their limits allow. Attempts count, throttled ones too.

${chart('Calls to ECS, EC2 and Route 53 ÷ the floor', usual, (scene) => callsOf(scene) / floorOf(scene))}

${table(
  ['fleet', 'tasks', 'clusters', 'names', 'hosts', 'record sets'],
  found.map(({ size, tasks, clusters, services, hosts, recordSets, raisedTo }) => [
    size,
    grouped(tasks),
    grouped(clusters),
    grouped(services),
    grouped(hosts),
    `${grouped(recordSets)}${raisedTo === undefined ? '' : ` (quota raised to ${grouped(raisedTo)})`}`,
  ]),
)}

*warm* is a full run that finds nothing to change, the third one after everything was published; in *warm, all known* every
sandbox has read every task definition. A start and a stop come with all the events that ECS sends for one.

${table(
  [
    'fleet',
    'scene',
    'ends in',
    'calls',
    'floor',
    'retries',
    'S3 GET',
    'PUT',
    'transitions',
    'history',
    'payload KiB',
    'seconds',
    'throttle floor s',
  ],
  found.flatMap(({ size, scenes }) =>
    scenes.map((scene) => [
      size,
      scene.scene,
      [...new Set(scene.ends)].join(', '),
      grouped(callsOf(scene)),
      grouped(floorOf(scene)),
      grouped(scene.retries),
      grouped(scene.s3.gets),
      grouped(scene.s3.puts),
      grouped(scene.transitions),
      grouped(scene.events),
      grouped(Math.ceil(scene.payload / 1_024)),
      scene.seconds.toFixed(1),
      scene.throttleSeconds.toFixed(1),
    ]),
  ),
)}

The throttle floor is how long the calls of the floor take where ${REQUEST_SHARE * 100} % of the account's rates may be used, its buckets full at
first.

\`requestShare\` says how much of the account's rates a deployment may use, of each bucket: ECS's cluster-resource reads (100 at
once, 20 a second) and reads of task definitions (50, 20), EC2's describes (100, 20) and Route 53's requests (50, 10). Its calls wait
for their turn in that share; what is left is for deployments, consoles and other tools. A full run takes about as long as
its throttle floor, so half of the share makes the run of a large fleet twice as long. Runs that events start make a dozen
calls and never wait. Where the clusters take more calls than the burst has, two are read at a time, the smallest first. A
state whose time is nearly over, or that AWS throttles all the same, goes on in its next try where it was.

## Functions

CPU of one warm full run, on the machine that has measured, in milliseconds: all calls of the function together, and the
largest.

${table(
  ['fleet', 'function', 'calls', 'CPU', 'largest', 'waits s'],
  usual.flatMap(({ size, scenes }) =>
    (scenes.find(({ scene }) => scene === 'warm')?.steps ?? []).map((step) => [
      size,
      step.step,
      grouped(step.invocations),
      grouped(Math.round(step.cpu)),
      grouped(Math.round(step.mostCpu)),
      (step.waited / 1_000).toFixed(1),
    ]),
  ),
)}

Memory of the call that was told most, cold or warm, in a process of its own whose heap may grow no further than the function's
memory: MiB beyond an idle process, for which ${IDLE_MEBIBYTES} MiB are taken.

${table(
  ['fleet', 'function', 'told MiB', 'needs', 'has'],
  usual.flatMap(({ size, memory }) =>
    memory.map(({ step, told, needed, given }) => [
      size,
      step,
      grouped(told),
      needed === undefined ? '**more than it has**' : grouped(needed),
      grouped(given),
    ]),
  ),
)}

## Targets

${missed.length === 0 ? 'All are met.' : `${missed.length} of ${targets.length} are missed today.`}

${reasons(missed)}
${table(
  ['target', '', 'measured', 'at most', ''],
  targets.map((target) => [
    target.id,
    isMet(target) ? 'met' : '**missed**',
    figure(target.value),
    figure(target.limit),
    target.unit,
  ]),
)}

## Limits that are left

* ${grouped(MAX_GROUPS_PER_RUN)} clusters in one run, or as many groups of up to ${GROUP_CLUSTERS} small ones (${GROUP_TASKS} tasks together); those beyond are
  read in later runs, in turn, and their values are held.
* ${grouped(MAX_BATCHES_PER_PASS)} change batches in one pass, each of at most 1,000 values and 32,000 characters; what is beyond waits for the next run.
* ${grouped(MAX_SETS_PER_ZONE)} record sets in a zone, unless AWS raises it: one for each name, one for each host, one for each task with an address
  of its own.
* ${grouped(MAX_VALUES_PER_SET)} values in one record set; instances beyond are \`over-capacity\`, or stand in further sets with
  \`beyondCapacity: 'spread'\`.
* Reading a fleet takes its time at AWS's rates, whatever a function does: the throttle floor above. A schedule that is shorter than
  a full run has them overlap: 100,000 tasks take about four minutes (\`--sizes 100000\`, half an hour of work) and want one of ten.
  New, they take several full runs, since probing them uses up what the history of an execution has room for.
`;
}

/** Why targets are missed, and what would change it: by the end of their ids. */
const MISSED: Readonly<Record<string, readonly [why: string, change: string]>> = {
  'calls, warm': [
    'EC2 is asked for the hosts of one cluster after the other; the floor is one call for 200 hosts of any cluster',
    'asking for all of them at once, in CompleteReading',
  ],
  'calls, cold': [
    'verification describes every new task a second time, and EC2 is asked cluster by cluster',
    'the latter only: a task that stops while it is published is what verification is for',
  ],
  'S3 PUT, warm': [
    'each batch of probes has an object of its targets and one of its verdicts',
    'verdicts that cross the states inline, a bit each',
  ],
  'S3 GET, an event run': [
    'inventory, definitions, and what is too large to stay inline are read in the steps that need them',
    'inline payloads that are compact',
  ],
  'event to accepted change, p50': [
    'about 17 transitions, and some 150 ms of S3 on the way',
    'fewer states in event runs; inline payloads that are compact',
  ],
  'a full run': ['the calls of the floor take most of it', 'a larger requestShare, or rates that AWS raises'],
  'time, warm': ['clusters are read one or two at a time, with pauses between', 'a larger requestShare'],
  'runs until all is published, cold': [
    'probing a fleet that is new takes most of the history of an execution',
    'a checker that probes more endpoints in one state',
  ],
  'memory, share of its function': ['the reading of a whole fleet is held at once', 'functions with more memory'],
  CPU: ['of this machine and what else it did; it varies by a third', 'a quiet machine'],
};

function reasons(missed: readonly Target[]): string {
  const told = Map.groupBy(missed, ({ id }) => id.slice(id.indexOf(': ') + 2));
  const rows = [...told.keys()].flatMap((id) => {
    const known = MISSED[id];
    return known ? [[id, ...known]] : [];
  });
  return rows.length === 0 ? '' : `${table(['missed', 'why', 'what would change it'], rows)}\n`;
}

/** Mermaid draws no logarithms: one category for each size. */
function chart(title: string, fleets: readonly Measured[], of: (scene: Scene) => number): string {
  const drawn = ['cold', 'warm', 'warm, all known'];
  const values = (name: string) =>
    fleets.map(({ scenes }) => {
      const scene = scenes.find((one) => one.scene === name);
      return scene ? Math.round(of(scene) * 100) / 100 : 0;
    });
  const lines = drawn.map((name) => ({ name, values: values(name) }));
  const most = Math.ceil(Math.max(1, ...lines.flatMap((line) => line.values)));
  return [
    '```mermaid',
    'xychart-beta',
    `    title "${title}: cold (bars), warm, warm with all known (lines)"`,
    `    x-axis "tasks" [${fleets.map(({ size }) => `"${size}"`).join(', ')}]`,
    `    y-axis "times the floor" 0 --> ${most}`,
    ...lines.map((line, index) => `    ${index === 0 ? 'bar' : 'line'} [${line.values.join(', ')}]`),
    '```',
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

const grouped = (value: number) => value.toLocaleString('en-US');
const figure = (value: number) => (Number.isInteger(value) ? grouped(value) : grouped(Number(value.toFixed(2))));
