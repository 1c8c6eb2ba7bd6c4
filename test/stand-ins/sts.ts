import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import type { Iam } from './iam.ts';
import { servedOnly } from './served.ts';
import { type CallContext, type Operation, type Service, ServiceFault } from './service.ts';
import { STS_SERVED } from './sts/served.ts';

export interface StsOptions {
  /** Who may assume which role; its sessions are those that `authorize` knows. */
  readonly iam: Iam;
}

/** Of a role's ARN that a session shows: account and name, without the path. */
const ROLE = /^arn:[\w-]+:iam::(\d{12}):role\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/;
/** Seconds (API_AssumeRole, DurationSeconds); the longest is up to each role, which has the default here. */
const SHORTEST = 900;
const LONGEST = 3_600;

/** The Security Token Service: sessions of roles, for whoever IAM lets have them. */
export function stsStandIn({ iam }: StsOptions): Service {
  const operations = {
    AssumeRole: (input: AssumeRoleRequest, context: CallContext) => {
      const { RoleArn = '', RoleSessionName = '', ExternalId: externalId, DurationSeconds = LONGEST } = input;
      const [, account, name] = ROLE.exec(RoleArn) ?? [];
      if (!account || !name) throw new ServiceFault('ValidationError', `${RoleArn} is invalid`);
      check('roleSessionName', RoleSessionName, /^[\w+=,.@-]{2,64}$/);
      if (externalId !== undefined) check('externalId', externalId, /^[\w+=,.@:/-]{2,1224}$/);
      if (DurationSeconds < SHORTEST) {
        throw invalid('durationSeconds', DurationSeconds, `have value greater than or equal to ${SHORTEST}`);
      }
      if (DurationSeconds > LONGEST) {
        const text = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
        throw new ServiceFault('ValidationError', text);
      }
      const asked = { roleArn: RoleArn, sessionName: RoleSessionName, seconds: DurationSeconds };
      const session = iam.assumeRole({ ...asked, ...(externalId !== undefined && { externalId }) }, context);
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: new Date(session.expiresAt),
        },
        AssumedRoleUser: {
          AssumedRoleId: `AROAEXAMPLEEXAMPLE000:${RoleSessionName}`,
          Arn: `arn:aws:sts::${account}:assumed-role/${name}/${RoleSessionName}`,
        },
      };
    },
    GetCallerIdentity: (_: object, context: CallContext) => {
      const { arn } = iam.whoIs(context);
      return { UserId: context.accessKeyId ?? '', Account: context.accountId, Arn: arn };
    },
  } satisfies Record<string, Operation>;
  return {
    signingName: 'sts',
    operations: servedOnly(operations, STS_SERVED, (message) => new ServiceFault('ValidationError', message)),
    served: STS_SERVED,
  };
}

function check(member: string, value: string, pattern: RegExp): void {
  if (!pattern.test(value)) throw invalid(member, value, `satisfy regular expression pattern: ${pattern.source}`);
}

const invalid = (member: string, value: string | number, must: string): ServiceFault =>
  new ServiceFault(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
