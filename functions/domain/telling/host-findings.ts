import type { Claim } from '../ecs/claim.ts';
import type { Host } from '../ecs/task.ts';
import type { Judged } from '../health/judged.ts';
import { REASONS } from '../words/reason.ts';

/** Findings of one kind that are spelled out; the rest is counted. */
const SHOWN = 10;

/**
 * What a person should know of hosts, although it changes nothing: ECS has lost touch with one on which tasks of ours run,
 * so that what it shows of them may be old; or one machine is registered twice, so that its ports are told by two agents.
 */
export function hostFindings(hosts: readonly Host[], judged: readonly Judged[]): readonly string[] {
  const running = judged.map(({ claim }) => claim).filter(runs);
  const live = hosts.filter(({ state }) => state !== 'gone');
  const silent = live.flatMap(({ containerInstance, ec2Instance, disconnected }) => {
    const tasks = tasksOf(running.filter((one) => one.containerInstance === containerInstance));
    if (!disconnected || tasks.length === 0) return [];
    const machine = ec2Instance === undefined ? '' : ` (${ec2Instance})`;
    return [
      `the agent of container instance ${idOf(containerInstance)}${machine} is not connected: what ECS shows of its ${counted(tasks)} may be old`,
    ];
  });
  const lost = tasksOf(running.filter((one) => one.disconnected && one.containerInstance === undefined));
  const machines = Map.groupBy(
    live.filter(({ ec2Instance }) => ec2Instance !== undefined),
    ({ ec2Instance }) => ec2Instance,
  );
  const twice = [...machines].flatMap(([machine, all]) => {
    const instances = [...new Set(all.map(({ containerInstance }) => shortOf(containerInstance)))].sort();
    return instances.length > 1
      ? [
          `${machine} is registered ${instances.length} times, deregister all but one of container instances ${instances.slice(0, SHOWN).join(', ')}`,
        ]
      : [];
  });
  return [
    ...first(silent, 'agents are not connected'),
    ...(lost.length > 0
      ? [
          `ECS has lost touch with ${counted(lost)}, whose state may be old: ${lost.map(idOf).slice(0, SHOWN).join(', ')}`,
        ]
      : []),
    ...first(twice, 'machines are registered more than once'),
  ];
}

const runs = ({ leftOut }: Claim) => leftOut === undefined || REASONS['left-out'][leftOut.reason].runs;
const tasksOf = (claims: readonly Claim[]) => [...new Set(claims.map(({ task }) => task))].sort();
const counted = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? 'task' : 'tasks'}`;

function first(findings: readonly string[], what: string): readonly string[] {
  const more = findings.length - SHOWN;
  return more > 0 ? [...findings.slice(0, SHOWN), `${more} more ${what}`] : findings;
}

const idOf = (arn: string) => arn.split('/').at(-1);
/** `<cluster>/<id>`, as both may differ. */
const shortOf = (arn: string) => arn.split('/').slice(-2).join('/');
