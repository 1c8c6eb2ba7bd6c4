import type { Permissions } from '../../examples/local/template/permissions.ts';
import { many } from '../stand-ins/iam/patterns.ts';
import type { PolicyDocument, Statement } from '../stand-ins/iam.ts';

/** Something that could be left out of a deployment's permissions, with what is left then. */
export interface Removal {
  /** For people: `VerifyChanges…Role: s3:GetObject …`. */
  readonly what: string;
  /** `statement`: a whole one; the others are parts of one. */
  readonly kind: 'statement' | 'action' | 'resource' | 'value';
  readonly left: Permissions;
}

/** Every statement of every policy, every action, every resource and every value of a condition's list, one at a time. */
export function removalsOf(permissions: Permissions): readonly Removal[] {
  const ofRoles = permissions.roles.flatMap((role) =>
    role.policies.flatMap((policy, index) =>
      statementsOf(policy).flatMap((statement, at) =>
        removed(statement).map(({ kind, text, rest }): Removal => {
          const policies = role.policies.with(index, replaced(policy, at, rest));
          const roles = permissions.roles.map((one) => (one === role ? { ...role, policies } : one));
          return { what: `${shortName(role.arn)}: ${text}`, kind, left: { ...permissions, roles } };
        }),
      ),
    ),
  );
  const ofResources = [...permissions.ofResources].flatMap(([arn, policy]) =>
    statementsOf(policy).flatMap((statement, at) =>
      removed(statement).map(({ kind, text, rest }): Removal => {
        const left = new Map(permissions.ofResources).set(arn, replaced(policy, at, rest));
        return { what: `${shortName(arn)}: ${text}`, kind, left: { ...permissions, ofResources: left } };
      }),
    ),
  );
  return [...ofRoles, ...ofResources];
}

interface Part {
  readonly kind: Removal['kind'];
  readonly text: string;
  /** Undefined where nothing is left of the statement. */
  readonly rest: Statement | undefined;
}

function removed(statement: Statement): readonly Part[] {
  const actions = many(statement.Action);
  const resources = many(statement.Resource ?? '*');
  const about = `${statement.Effect === 'Deny' ? 'no ' : ''}${actions.join()} on ${resources.map(shortName).join()}`;
  return [
    { kind: 'statement', text: about, rest: undefined },
    ...without(actions).map(([action, Action]): Part => {
      return { kind: 'action', text: `${action} of ${about}`, rest: { ...statement, Action } };
    }),
    ...without(resources).map(([resource, Resource]): Part => {
      return { kind: 'resource', text: `${shortName(resource)} of ${about}`, rest: { ...statement, Resource } };
    }),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).flatMap(([key, values]) =>
        without(many(values)).map(([value, left]): Part => {
          const Condition = { ...statement.Condition, [operator]: { ...keys, [key]: left } };
          return { kind: 'value', text: `${key} ${String(value)} of ${about}`, rest: { ...statement, Condition } };
        }),
      ),
    ),
  ];
}

/** Each of several, with the others; nothing where there is only one, which is the whole. */
function without<T>(all: readonly T[]): readonly (readonly [T, readonly T[]])[] {
  if (all.length < 2) return [];
  return all.map((one) => [one, all.filter((other) => other !== one)] as const);
}

function replaced(policy: PolicyDocument, at: number, rest: Statement | undefined): PolicyDocument {
  const statements = statementsOf(policy);
  return { Statement: rest ? statements.with(at, rest) : statements.toSpliced(at, 1) };
}

const statementsOf = ({ Statement }: PolicyDocument): readonly Statement[] => many(Statement);

/** The end of an ARN, without the digits that CloudFormation adds. */
const shortName = (arn: string): string => arn.replace(/^arn:aws:[^:]*:[^:]*:[^:]*:/, '').replace(/[0-9A-F]{8}$/, '');
