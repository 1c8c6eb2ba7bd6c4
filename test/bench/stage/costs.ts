import { joinScopes, type Scope } from '../../../functions/domain/reading/scope.ts';
import { callsByExecution, type OwnedCall } from './call-log.ts';
import { loadScope } from './scopes.ts';
import type { Stage } from './stage.ts';

/** What one run looked at because of its events, what it called for that, and its times in milliseconds. */
export interface RunCost {
  readonly execution: string;
  /** What changed for it, over all its passes and each once: tasks, their names and container instances. */
  readonly tasks: number;
  readonly names: number;
  readonly hosts: number;
  /** Ways through the states: 1, unless names moved or tasks changed meanwhile. */
  readonly passes: number;
  /** What it may call, before any factor, however many passes it takes: `floorOf` all that changed for it. */
  readonly floor: number;
  /** From the queuing of its events to its first step, their mean. */
  readonly waited: number;
  /** Calls of ECS, EC2 and Route 53, answered or refused. */
  readonly calls: number;
  /** The same by step and operation: `snapshot-zone ListResourceRecordSets`. */
  readonly byOperation: Readonly<Record<string, number>>;
  readonly from: number;
  readonly until: number;
}

/** Services whose calls count: those that throttle an account. */
const COUNTED = new Set(['ecs', 'ec2', 'route53']);

/** What a look at so much may call. */
export const floorOf = ({ names, hosts, tasks }: Scope): number =>
  names.length + 4 * hosts.length + Math.ceil(tasks.length / 100) + 3;

/** Of every event run that has begun since, by the calls that are its own (`callsByExecution`). */
export async function runCosts(stage: Stage, since: number): Promise<readonly RunCost[]> {
  const calls = stage.calls.filter(({ service, from }) => COUNTED.has(service) && from >= since);
  const owned = callsByExecution(calls, stage.invocations);
  const runs = Map.groupBy(
    stage.invocations.filter(({ execution = '' }) => execution.startsWith('events-')),
    ({ execution = '' }) => execution,
  );
  const costs = [...runs].map(async ([execution, steps]): Promise<RunCost | undefined> => {
    const from = Math.min(...steps.map((step) => step.from));
    if (from < since) return undefined;
    // Every pass begins with a reading of the zone, and is told what for.
    const looks = steps.filter(({ step }) => step === 'snapshot-zone').toSorted((one, other) => one.from - other.from);
    const scopes = await Promise.all(looks.map(({ scope }) => loadScope(stage, scope)));
    const changed = joinScopes(scopes);
    const own = owned.get(execution) ?? [];
    return {
      execution,
      tasks: changed.tasks.length,
      names: changed.names.length,
      hosts: changed.hosts.length,
      passes: looks.length,
      floor: floorOf(changed),
      waited: mean((scopes[0]?.tasks ?? []).flatMap(({ queuedAt }) => (queuedAt ? [from - queuedAt] : []))),
      calls: own.length,
      byOperation: countBy(own),
      from,
      until: Math.max(...steps.map((step) => step.until)),
    };
  });
  return (await Promise.all(costs)).filter((cost) => cost !== undefined);
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function countBy(calls: readonly OwnedCall[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(calls, ({ step, operation }) => `${step} ${operation}`);
  return Object.fromEntries([...groups].map(([key, list]) => [key, list.length]));
}
