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

/** A request that was decided, for whoever counts. */
export interface Decision extends AccessRequest {
  /** A role's ARN, or a service's name. */
  readonly by: string;
  readonly allowed: boolean;
}

export interface Iam {
  /** @throws Error for what is not evaluated here */
  putRole(role: Role): void;
  /** Replaces the policy of a queue, a bucket or a function. @throws Error for what is not evaluated here */
  putResourcePolicy(resourceArn: string, policy: PolicyDocument): void;
  /**
   * From now on whoever signs with this key acts as the role. Every other key belongs to the account's administrator.
   *
   * @throws ServiceFault AccessDenied where the role does not trust the service, Error for an unknown role
   */
  assume(accessKeyId: string, assumption: Assumption): void;
  /** Whether a principal is allowed something; told to the listeners. */
  allows(principal: Principal, request: AccessRequest): boolean;
  /** @throws ServiceFault in the service's own code, where whoever signed may not make that call */
  authorize(call: Call, context: CallContext): void;
  /** Whether whoever signed may do something that a call needs besides itself. */
  may(context: CallContext, action: string, resource: string): boolean;
  /** Sees each decision about a principal; gives back how to end that. */
  onDecision(listener: (decision: Decision) => void): () => void;
}

export interface IamOptions {
  /** Twelve digits. */
  readonly accountId: string;
}

/** What every call over HTTPS carries; the endpoints here stand for such. */
const TRANSPORT: Keys = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/**
 * Identity and resource policies of one account ("Policy evaluation logic" of the IAM user guide): a Deny wins, then an
 * Allow of either side, else no. Boundaries, session policies and organizations are not there.
 */
export function iamStandIn({ accountId }: IamOptions): Iam {
  const roles = new Map<string, { readonly trust: readonly Statement[]; readonly statements: readonly Statement[] }>();
  const ofResources = new Map<string, readonly Statement[]>();
  const assumed = new Map<string, Assumption>();
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

  return {
    putRole: ({ arn, trust, policies }) => {
      roles.set(arn, {
        trust: readPolicy(trust, 'trust'),
        statements: policies.flatMap((policy) => readPolicy(policy, 'role')),
      });
    },
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
    allows,
    authorize: (call, context) => {
      const who = signer(context);
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
function roleOf({ roleArn }: Assumption): Principal {
  return { roleArn };
}

/** A bucket's policy is also that of its objects. */
function policyOf(policies: ReadonlyMap<string, readonly Statement[]>, resource: string): readonly Statement[] {
  const [bucket = ''] = resource.startsWith('arn:aws:s3:::') ? resource.split('/') : [];
  return policies.get(resource) ?? policies.get(bucket) ?? [];
}

/** How each service says no (its API reference; EC2's own code, S3 and Route 53 in their error documents). */
function accessDenied(service: string, roleArn: string, { action, resource }: AccessRequest): ServiceFault {
  const message = `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (service === 'ec2') {
    const text = `You are not authorized to perform this operation. ${message}`;
    return new ServiceFault('UnauthorizedOperation', text, { statusCode: 403 });
  }
  if (service === 's3' || service === 'route53') return new ServiceFault('AccessDenied', message, { statusCode: 403 });
  return new ServiceFault('AccessDeniedException', message);
}
