import { orWhich } from '../words/near.ts';
import { printable } from '../words/text.ts';
import {
  DECLARED_KEYS,
  declaredPorts,
  isDeclaredKey,
  partsOf,
  portIn,
  portOfName,
  type Variables,
} from './declaration.ts';
import { variablesOf } from './declared.ts';
import type { ContainerDefinition, EnvironmentOverride, Task, TaskDefinition } from './task.ts';

/** Characters of a remark: room for every key that is known. */
const MAX_REMARK = 400;
/** Remarks on one task, on one cluster, and of one run; the rest is counted. */
const MOST_OF_TASK = 10;
const MOST_OF_CLUSTER = 100;
const MOST_OF_RUN = 20;

/** What a person should know of the declarations of several tasks, each remark once. */
export function remarksOnAll(
  tasks: readonly { readonly task: Task; readonly definition: TaskDefinition }[],
): readonly string[] {
  const plain = new Set(tasks.flatMap(({ task, definition }) => (isOverridden(task) ? [] : [definition])));
  const overridden = tasks.filter(({ task }) => isOverridden(task));
  const remarks = new Set([
    ...[...plain].flatMap((definition) => remarksOn(definition, [])),
    ...overridden.flatMap(({ task, definition }) => remarksOn(definition, task.overrides)),
  ]);
  return cut([...remarks].sort(), MOST_OF_CLUSTER, 'other remarks on declarations of one cluster');
}

/** ECS names every container among the overrides, whether anything of it is overridden or not. */
const isOverridden = ({ overrides }: Task) => overrides.some(({ environment }) => Object.keys(environment).length > 0);

/**
 * What a person should know of the declarations of one task, beside those that cannot be used.
 *
 * | of a port that declares a name                    | says                                         |
 * | ------------------------------------------------- | -------------------------------------------- |
 * | a key that is none of ours (`SERVICE_80_WEIGTH`)  | that nothing reads it, and which key is near |
 * | a key of ours that ECS fills from a secret        | that its value is not read                   |
 * | its name itself comes from a secret               | the same: the port is not published          |
 */
export function remarksOn(
  { arn, containers }: TaskDefinition,
  overrides: readonly EnvironmentOverride[],
): readonly string[] {
  const revision = arn.slice(arn.lastIndexOf('/') + 1);
  const remarks = containers.flatMap((container) => {
    const variables = variablesOf(container, overrides);
    const ports = new Set(declaredPorts(variables));
    return [...unknownKeys(variables, ports), ...secretKeys(container, ports)].map((remark) =>
      printable(`${revision}, container ${container.name}: ${remark}`, MAX_REMARK),
    );
  });
  return cut(remarks, MOST_OF_TASK, `other remarks on the declarations of ${revision}`);
}

/** As many as people read; one more counts the rest. */
export const boundedRemarks = (remarks: readonly string[]): readonly string[] =>
  cut(remarks.toSorted(), MOST_OF_RUN, 'other remarks on declarations');

function cut(remarks: readonly string[], most: number, what: string): readonly string[] {
  if (remarks.length <= most) return remarks;
  return [...remarks.slice(0, most), `${remarks.length - most} ${what}`];
}

function unknownKeys(variables: Variables, ports: ReadonlySet<string>): readonly string[] {
  return Object.keys(variables)
    .sort()
    .flatMap((variable) => {
      const { port, key } = partsOf(variable);
      if (port === undefined || !ports.has(port) || isDeclaredKey(key) || ports.has(portOfName(variable) ?? ''))
        return [];
      const which = orWhich(key, DECLARED_KEYS, (near) => `SERVICE_${port}_${near}`);
      return [`nothing reads SERVICE_${port}_${printable(key, 60)}, ${which}`];
    });
}

function secretKeys({ secrets = [] }: ContainerDefinition, ports: ReadonlySet<string>): readonly string[] {
  return secrets.toSorted().flatMap((variable) => {
    const named = portOfName(variable);
    const { port, key } = partsOf(variable);
    const isName = named !== undefined && portIn(named) !== 'none';
    if (!isName && !(port !== undefined && ports.has(port) && isDeclaredKey(key))) return [];
    const lost = isName && !ports.has(named) ? ', so the port is not published' : '';
    return [
      `the value of ${printable(variable, 80)} is a secret, which is not read${lost}; put it into the environment or a docker label`,
    ];
  });
}
