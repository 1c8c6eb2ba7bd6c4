import type { Template } from 'aws-cdk-lib/assertions';
import { ofType, rendered } from './synthesized.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/**
 * What each role may do, a line for each action and resource: `s3:PutObject {RunBucket}/runs/*`.
 *
 * @param within only of roles whose logical id begins so: of one construct among others
 */
export function grants(
  template: Template,
  effect: Statement['Effect'],
  within = '',
): Readonly<Record<string, readonly string[]>> {
  const lines: Record<string, string[]> = {};
  for (const { Properties } of ofType(template, 'AWS::IAM::Policy')) {
    const { Statement } = Properties.PolicyDocument as { Statement: readonly Statement[] };
    const [first] = many(Properties.Roles);
    if (!(first as { Ref: string }).Ref.startsWith(within)) continue;
    const role = roleOf(rendered(first));
    for (const { Effect, Action, Resource, Condition } of Statement) {
      if (Effect !== effect) continue;
      const when = Condition ? ` if ${conditionOf(Condition)}` : '';
      const allowed = many(Action).flatMap((action) =>
        many(Resource).map((resource) => `${action} ${rendered(resource)}${when}`),
      );
      lines[role] = [...(lines[role] ?? []), ...allowed].sort();
    }
  }
  return lines;
}

interface Trust extends Omit<Statement, 'Resource'> {
  readonly Principal: Readonly<Record<string, unknown>>;
}

/** Who may take each role, and when, a line for each: `Allow sts:AssumeRole Service lambda.amazonaws.com`. */
export function trusts(template: Template, within = ''): Readonly<Record<string, readonly string[]>> {
  const roles = ofType(template, 'AWS::IAM::Role').filter(({ id }) => id.startsWith(within));
  return Object.fromEntries(
    roles.map(({ id, Properties }) => {
      const { Statement } = Properties.AssumeRolePolicyDocument as { readonly Statement: readonly Trust[] };
      const lines = Statement.flatMap(({ Effect, Action, Principal, Condition }) =>
        many(Action).flatMap((action) =>
          Object.entries(Principal).map(
            ([kind, who]) =>
              `${Effect} ${action} ${kind} ${rendered(who)}${Condition ? ` if ${conditionOf(Condition)}` : ''}`,
          ),
        ),
      );
      return [roleOf(rendered({ Ref: id })), lines];
    }),
  );
}

/** `{ReconcilerApplyBatchRole}` → `ApplyBatch`. */
const roleOf = (reference: string) =>
  reference.replace(/^\{(Reconciler|Triggers|Shifts)?|Role\}$|\}$/g, '') || 'StateMachine';

const conditionOf = (condition: NonNullable<Statement['Condition']>) =>
  Object.entries(condition)
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => `${operator} ${key} ${rendered(value)}`))
    .join(' and ');
