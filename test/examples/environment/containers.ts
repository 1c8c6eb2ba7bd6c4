import type { Template } from 'aws-cdk-lib/assertions';
import { ofType, rendered } from '../../infra/synthesized.ts';

/** One container of a task definition, as far as tests ask. */
export interface Container {
  /** `Calc`, `CalcOnFargate`: the construct it belongs to. */
  readonly workload: string;
  readonly service: string;
  readonly networkMode: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Which key of which secret each variable holds: `CALC_PASSWORD` → `CalcLoginSecret password`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Pair {
  readonly Name: string;
  readonly Value?: unknown;
  readonly ValueFrom?: unknown;
}

const pairs = (list: unknown) => (list ?? []) as readonly Pair[];

export function containersOf(template: Template): readonly Container[] {
  return ofType(template, 'AWS::ECS::TaskDefinition').flatMap(({ id, Properties }) =>
    (Properties.ContainerDefinitions as readonly Record<string, unknown>[]).map((properties) => ({
      workload: id.replace(/Task[0-9A-F]{8}$/, ''),
      service: String(properties.Name),
      networkMode: String(Properties.NetworkMode),
      environment: Object.fromEntries(
        pairs(properties.Environment).map(({ Name, Value }) => [Name, rendered(Value)] as const),
      ),
      secrets: Object.fromEntries(
        pairs(properties.Secrets).map(({ Name, ValueFrom }) => [
          Name,
          rendered(ValueFrom).replace(/^\{(\w+)\}:(\w+)::$/, '$1 $2'),
        ]),
      ),
      properties,
    })),
  );
}
