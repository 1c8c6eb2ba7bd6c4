import { CONDITION_KEYS } from './condition-keys.ts';
import { holds, isOperator } from './conditions.ts';
import { arnMatches, type Keys, many, matches } from './patterns.ts';

/** A policy document as a template has it, its functions evaluated. */
export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Of a resource's policy: whom it is about. */
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** Values by operator and key: `{ StringEquals: { 's3:prefix': ['a/'] } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One action on one resource, with what the service tells of the call. */
export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** An ARN, or `*` where the action names none. */
  readonly resource: string;
  /** Condition keys that the call has: one value, or several. */
  readonly keys: Keys;
}

/** Who asks: a role, or a service that acts on nobody's behalf. */
export type Principal = { readonly roleArn: string } | { readonly service: string };

/** What one statement says of one request. */
export type Word = 'allow' | 'deny' | undefined;

const MEMBERS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

/** Whose policy a document is, and what each of its statements has beside action and effect. */
const KINDS = {
  role: { needs: 'Resource', lacks: 'Principal' },
  trust: { needs: 'Principal', lacks: 'Resource' },
  resource: { needs: 'Principal', lacks: undefined },
} as const;

/**
 * The statements of a document.
 *
 * @throws Error for a statement that IAM would refuse, and for a member, an operator, a condition key or a policy variable
 *   that is not evaluated here: it would be ignored
 */
export function readPolicy(document: PolicyDocument, kind: keyof typeof KINDS): readonly Statement[] {
  const { needs, lacks } = KINDS[kind];
  const statements = many(document.Statement);
  for (const statement of statements) {
    const member = Object.keys(statement).find((name) => !MEMBERS.includes(name));
    if (member !== undefined) throw new Error(`${member} of a policy statement is not evaluated here`);
    if (statement[needs] === undefined) throw new Error(`a statement of a ${kind} policy needs a ${needs}`);
    if (lacks && statement[lacks] !== undefined) throw new Error(`a statement of a ${kind} policy has no ${lacks}`);
    const stranger = strangers(statement.Principal).find((one) => kind !== 'trust' || !ACCOUNT.test(one));
    if (stranger !== undefined) throw new Error(`principal ${stranger} is not evaluated here`);
    const variable = /\$\{[^}]*\}/.exec(JSON.stringify([statement.Resource, statement.Condition]))?.[0];
    if (variable !== undefined) throw new Error(`policy variable ${variable} is not evaluated here`);
    for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
      if (!isOperator(operator)) throw new Error(`condition operator ${operator} is not evaluated here`);
      const key = Object.keys(keys).find((name) => !CONDITION_KEYS.has(name.toLowerCase()));
      if (key !== undefined) throw new Error(`condition key ${key} is not known here`);
    }
  }
  return statements;
}

/** An account as a principal: everybody in it whom its own policies allow it. Trust policies may name one. */
const ACCOUNT = /^AWS (?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/;

/** Principals that stand for others than one role or one service: accounts, users of elsewhere. */
function strangers(about: Statement['Principal']): readonly string[] {
  if (about === undefined || typeof about === 'string') return about === undefined || about === '*' ? [] : [about];
  return Object.entries(about).flatMap(([kind, names]) =>
    many(names).flatMap((name) => {
      if (name === '*' || kind === 'Service') return [];
      return kind === 'AWS' && name.includes(':role/') && !name.includes('*') ? [] : [`${kind} ${name}`];
    }),
  );
}

/** What a statement of a role's policy says. */
export function wordOf(statement: Statement, { action, resource, keys }: AccessRequest): Word {
  const applies =
    many(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    many(statement.Resource ?? '*').some((pattern) => covers(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, wanted]) => holds(operator, wanted, keys));
  if (!applies) return undefined;
  return statement.Effect === 'Allow' ? 'allow' : 'deny';
}

/** `*` alone is everything, and the only thing that covers what names no resource. */
const covers = (pattern: string, resource: string) => pattern === '*' || arnMatches(pattern, resource);

/** What a statement of a resource's policy says to a principal. */
export function wordTo(principal: Principal, statement: Statement, request: AccessRequest): Word {
  return isAbout(statement.Principal, principal) ? wordOf(statement, request) : undefined;
}

function isAbout(about: Statement['Principal'], principal: Principal): boolean {
  if (about === undefined || about === '*') return about === '*';
  return Object.entries(about).some(([kind, names]) =>
    many(names).some((name) => {
      if (name === '*') return kind === 'AWS' || kind === '*';
      if ('service' in principal) return kind === 'Service' && name === principal.service;
      return kind === 'AWS' && (name === principal.roleArn || isAccountOf(principal.roleArn, name));
    }),
  );
}

const isAccountOf = (roleArn: string, name: string): boolean =>
  ACCOUNT.exec(`AWS ${name}`)?.[1] === roleArn.split(':')[4];
