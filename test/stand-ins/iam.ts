import { type Call, needsOf } from './iam/needs.ts';
import type { Keys } from './iam/patterns.ts';
import {
  type AccessRequest,
  type PolicyDocument,
  type Principal,
  readPolicy,
  type Statement,
  type Word,
  wordOf,
  wordTo,
} from './iam/policy.ts';
import { accessDenied, expiredToken, invalidToken } from './iam/refusals.ts';
import { type CallContext, ServiceFault } from './service.ts';

export type { Call } from './iam/needs.ts';
export type { Keys } from './iam/patterns.ts';
export type { AccessRequest, PolicyDocument, Principal, Statement } from './iam/policy.ts';

export interface Role {
  readonly arn: string;
  /** Who may act as the role. */
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
}

/** Who acts as a role, and with which keys besides those of each call. */
export interface Assumption {
  readonly roleArn: string;
  /** `lambda.amazonaws.com` */
  readonly service: string;
  /** What the service acts for, if it tells. */
  readonly sourceArn?: string;
  /** Of each later call, e.g. `lambda:SourceFunctionArn`. */
  readonly keys?: Keys;
}

/** Asks for a session of a role, as AssumeRole does. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string;
  readonly seconds: number;
}

/** What signs as a role until it is over. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds of the epoch. */
  readonly expiresAt: number;
}

/** A request that was decided, for whoever counts. */
export interface Decision extends AccessRequest {
  /** A role's ARN, or a service's name. */
  readonly by: string;
  readonly allowed: boolean;
}

export interface Iam {
  /** @throws Error for what is not evaluated here */
  putRole(role: Role): void;
  /** Takes a role away, and with it every session of it. */
  removeRole(arn: string): void;
  /** Replaces the policy of a queue, a bucket or a function. @throws Error for what is not evaluated here */
  putResourcePolicy(resourceArn: string, policy: PolicyDocument): void;
  /**
   * From now on whoever signs with this key acts as the role. Every other key belongs to the account's administrator.
   *
   * @throws ServiceFault AccessDenied where the role does not trust the service, Error for an unknown role
   */
  assume(accessKeyId: string, assumption: Assumption): void;
  /**
   * A session of a role, for whoever signed. In another account both must allow it: the caller's own policies and the role's
   * trust; in the caller's own a trust that names it alone is enough.
   *
   * @throws ServiceFault AccessDenied, for a role that is not there too
   */
  assumeRole(asked: SessionRequest, context: CallContext): Session;
  /** Whoever signed. */
  whoIs(context: CallContext): { readonly arn: string };
  /** The account of whoever signs with this key; twelve digits. */
  accountOf(accessKeyId: string): string;
  /** Whether a principal is allowed something; told to the listeners. */
  allows(principal: Principal, request: AccessRequest): boolean;
  /** @throws ServiceFault in the service's own code, where whoever signed is nobody, or may not make that call */
  authorize(call: Call, context: CallContext): void;
  /** Whether whoever signed may do something that a call needs besides itself. */
  may(context: CallContext, action: string, resource: string): boolean;
  /** Sees each decision about a principal; gives back how to end that. */
  onDecision(listener: (decision: Decision) => void): () => void;
}

export interface IamOptions {
  /** Twelve digits; roles may be of others. */
  readonly accountId: string;
  /** Milliseconds of the epoch; the machine's clock unless given. */
  readonly now?: () => number;
}

/** Who signs with a key. */
interface Actor {
  readonly roleArn: string;
  readonly keys?: Keys;
  /** Of a session: what has to come with the key, and until when it counts. */
  readonly session?: Pick<Session, 'sessionToken' | 'expiresAt'> & { readonly name: string };
}

/** What every call over HTTPS carries; the endpoints here stand for such. */
const TRANSPORT: Keys = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/**
 * Identity and resource policies ("Policy evaluation logic" of the IAM user guide): a Deny wins, then an Allow of either
 * side, else no. Boundaries, session policies and organizations are not there; roles of several accounts are, and meet in
 * `assumeRole` only.
 */
export function iamStandIn({ accountId, now = Date.now }: IamOptions): Iam {
  const roles = new Map<string, { readonly trust: readonly Statement[]; readonly statements: readonly Statement[] }>();
  const ofResources = new Map<string, readonly Statement[]>();
  const assumed = new Map<string, Actor>();
  const listeners = new Set<(decision: Decision) => void>();

  const decide = (principal: Principal, request: AccessRequest): boolean => {
    const full = { ...request, keys: { ...TRANSPORT, ...request.keys } };
    const own = 'roleArn' in principal ? (roles.get(principal.roleArn)?.statements ?? []) : [];
    const words: readonly Word[] = [
      ...own.map((statement) => wordOf(statement, full)),
      ...policyOf(ofResources, request.resource).map((statement) => wordTo(principal, statement, full)),
    ];
    return !words.includes('deny') && words.includes('allow');
  };
  const allows = (principal: Principal, request: AccessRequest): boolean => {
    const allowed = decide(principal, request);
    const by = 'roleArn' in principal ? principal.roleArn : principal.service;
    for (const listener of listeners) listener({ ...request, by, allowed });
    return allowed;
  };
  const signer = ({ accessKeyId }: CallContext) => assumed.get(accessKeyId ?? '');
  const administrator = `arn:aws:iam::${accountId}:role/Administrator`;
  /** @throws ServiceFault for a session that is over, or of nobody */
  const authenticate = (service: string, context: CallContext): Actor | undefined => {
    const who = signer(context);
    // Keys of sessions begin so ("IAM identifiers"); any other is the administrator's.
    if (!who && context.accessKeyId?.startsWith('ASIA')) throw invalidToken(service);
    if (!who?.session) return who;
    if (who.session.sessionToken !== context.sessionToken || !roles.has(who.roleArn)) throw invalidToken(service);
    if (who.session.expiresAt <= now()) throw expiredToken(service);
    return who;
  };
  let sessions = 0;

  return {
    putRole: ({ arn, trust, policies }) => {
      roles.set(arn, {
        trust: readPolicy(trust, 'trust'),
        statements: policies.flatMap((policy) => readPolicy(policy, 'role')),
      });
    },
    removeRole: (arn) => void roles.delete(arn),
    putResourcePolicy: (arn, policy) => void ofResources.set(arn, readPolicy(policy, 'resource')),
    assume: (accessKeyId, assumption) => {
      const { roleArn, service, sourceArn } = assumption;
      const role = roles.get(roleArn);
      if (!role) throw new Error(`there is no role ${roleArn}`);
      const keys: Keys = { 'aws:SourceAccount': accountId, ...(sourceArn && { 'aws:SourceArn': sourceArn }) };
      const request = { action: 'sts:AssumeRole', resource: '*', keys };
      const words = role.trust.map((statement) => wordTo({ service }, statement, request));
      if (words.includes('deny') || !words.includes('allow')) {
        throw new ServiceFault('AccessDenied', `${service} may not assume ${roleArn}`, { statusCode: 403 });
      }
      assumed.set(accessKeyId, assumption);
    },
    assumeRole: ({ roleArn, sessionName, externalId, seconds }, context) => {
      const caller = signer(context)?.roleArn ?? administrator;
      const keys: Keys = {
        'aws:PrincipalArn': caller,
        'aws:PrincipalAccount': accountIn(caller),
        'sts:RoleSessionName': sessionName,
        ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
      };
      const request = { action: 'sts:AssumeRole', resource: '*', keys };
      const words = roles.get(roleArn)?.trust.map((statement) => wordTo({ roleArn: caller }, statement, request)) ?? [];
      if (words.includes('deny') || !words.includes('allow')) {
        throw accessDenied('sts', caller, { ...request, resource: roleArn });
      }
      sessions += 1;
      const session: Session = {
        accessKeyId: `ASIA${String(sessions).padStart(16, '0')}`,
        secretAccessKey: `secret-${sessions}`,
        sessionToken: `token-${sessions}`,
        expiresAt: now() + seconds * 1_000,
      };
      assumed.set(session.accessKeyId, { roleArn, session: { ...session, name: sessionName } });
      return session;
    },
    whoIs: (context) => {
      const who = signer(context);
      if (!who?.session) return { arn: who?.roleArn ?? administrator };
      const name = who.roleArn.slice(who.roleArn.lastIndexOf('/') + 1);
      return { arn: `arn:aws:sts::${accountIn(who.roleArn)}:assumed-role/${name}/${who.session.name}` };
    },
    accountOf: (accessKeyId) => accountIn(assumed.get(accessKeyId)?.roleArn ?? administrator),
    allows,
    authorize: (call, context) => {
      const who = authenticate(call.service, context);
      if (!who) return;
      for (const request of needsOf(call, context)) {
        if (allows(roleOf(who), { ...request, keys: { ...who.keys, ...request.keys } })) continue;
        throw accessDenied(call.service, who.roleArn, request);
      }
    },
    may: (context, action, resource) => {
      const who = signer(context);
      return !who || allows(roleOf(who), { action, resource, keys: who.keys ?? {} });
    },
    onDecision: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The role alone: the service that assumed it is no party to its calls. */
function roleOf({ roleArn }: Actor): Principal {
  return { roleArn };
}

const accountIn = (arn: string): string => arn.split(':')[4] ?? '';

/** A bucket's policy is also that of its objects. */
function policyOf(policies: ReadonlyMap<string, readonly Statement[]>, resource: string): readonly Statement[] {
  const [bucket = ''] = resource.startsWith('arn:aws:s3:::') ? resource.split('/') : [];
  return policies.get(resource) ?? policies.get(bucket) ?? [];
}
