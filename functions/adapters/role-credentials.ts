import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { AccessDenied } from '../domain/words/errors.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling, isForbidden, messageOf, nameOf, present } from './aws/faults.ts';

/** A role by which somebody acts. */
export interface RoleToAssume {
  readonly arn: string;
  readonly externalId?: string | undefined;
}

/** As the SDK's clients take them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface RoleSessions {
  /**
   * Credentials of the session that is called so now, good for some minutes more.
   *
   * @throws AccessDenied where the role may not be had, which no retry mends; ThrottledError; UnavailableError
   */
  credentials(): Promise<RoleCredentials>;
  /** Those do not work any more: the next call asks for others. */
  forget(credentials: RoleCredentials): void;
}

/** Seconds that a session lives: the least that STS gives (API_AssumeRole), since nobody can call a session back. */
const LIFETIME = 900;
/** Milliseconds after which others are asked for: the last call of a function that began before, 110 s, still has good ones. */
const RENEWED_AFTER = (LIFETIME - 300) * 1_000;

interface Held {
  /** When it was asked for, by our own clock. */
  readonly since: number;
  readonly credentials: Promise<RoleCredentials>;
  /** What came of it. */
  given?: RoleCredentials;
}

interface Options {
  readonly client?: Pick<STSClient, 'send'>;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Sessions of a role, one for each name, kept while they are good.
 *
 * Their age is counted by our own clock alone, from before the call: the time that STS states is one of its clock, which may
 * not be ours.
 *
 * @param name of the session that is wanted now, as STS takes it
 */
export function roleSessions(
  role: RoleToAssume,
  name: () => string,
  { client = new STSClient(clientSettings()), now = Date.now }: Options = {},
): RoleSessions {
  const sessions = new Map<string, Held>();
  const ask = (session: string): Held => {
    const since = now();
    const held: Held = { since, credentials: assume(client, role, session) };
    held.credentials.then(
      (given) => {
        held.given = given;
      },
      () => {
        if (sessions.get(session) === held) sessions.delete(session);
      },
    );
    return held;
  };
  const isGood = ({ since }: Held): boolean => now() - since < RENEWED_AFTER;
  return {
    credentials: () => {
      const session = name();
      const known = sessions.get(session);
      if (known && isGood(known)) return known.credentials;
      // A function that stays warm serves many runs.
      for (const [other, held] of sessions) if (!isGood(held)) sessions.delete(other);
      const held = ask(session);
      sessions.set(session, held);
      return held.credentials;
    },
    forget: (credentials) => {
      for (const [session, { given }] of sessions) if (given === credentials) sessions.delete(session);
    },
  };
}

async function assume(
  client: Pick<STSClient, 'send'>,
  { arn, externalId }: RoleToAssume,
  session: string,
): Promise<RoleCredentials> {
  const call = 'sts:AssumeRole';
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: session,
    DurationSeconds: LIFETIME,
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  const { Credentials } = await calling(call, () => client.send(command)).catch((fault: unknown) => {
    throw isForbidden(fault) ? refused({ arn, externalId }, fault) : fault;
  });
  return {
    accessKeyId: present(Credentials?.AccessKeyId, call, 'an access key'),
    secretAccessKey: present(Credentials?.SecretAccessKey, call, 'a secret key'),
    sessionToken: present(Credentials?.SessionToken, call, 'a session token'),
  };
}

/** STS says the same of a role that is not there, of one that does not trust the caller and of another external id. */
const refused = ({ arn, externalId }: RoleToAssume, fault: unknown): AccessDenied =>
  new AccessDenied(
    `${arn}, the role of the hosted zone, cannot be assumed (${nameOf(fault)}: ${messageOf(fault)}); the role has to exist and ` +
      `to trust this caller ${externalId === undefined ? 'without an external id' : 'with the external id of the deployment'}, ` +
      'and the caller has to be allowed sts:AssumeRole on it: docs/accounts.md',
    { cause: fault },
  );
