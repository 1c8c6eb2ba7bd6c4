import { onTestFinished } from 'vitest';
import { type RoleToAssume, roleSessions } from '../../functions/adapters/role-credentials.ts';
import { currentSession } from '../../functions/adapters/session.ts';
import { type ZoneClient, zoneClient } from '../../functions/adapters/zone-client.ts';
import { pointClientsAt } from '../adapters/served.ts';
import { type Iam, iamStandIn, type PolicyDocument, type Statement } from '../stand-ins/iam.ts';
import { ACCOUNT } from '../stand-ins/in-memory-aws.ts';
import { type Endpoint, type Injection, type InterceptedCall, startEndpoint } from '../stand-ins/protocol.ts';
import { stsStandIn } from '../stand-ins/sts.ts';
import type { World, WorldOptions } from './world.ts';

/** The account that owns the zone. */
export const NETWORK = '222222222222';
export const EXTERNAL_ID = 'of-the-shop';
export const ZONE_ROLE = `arn:aws:iam::${NETWORK}:role/zone`;
/** Of the functions, which sign with its name. */
const FUNCTION = `arn:aws:iam::${ACCOUNT}:role/EcsServiceDiscoveryDns-Function`;

export interface Elsewhere {
  readonly options: Pick<WorldOptions, 'zoneAccount' | 'zoneClient'>;
  /** Every call that came over the wire, in order: `sts:AssumeRole run-1`, `route53:ListResourceRecordSets`. */
  readonly calls: readonly string[];
  /** What nobody was allowed, or nobody could sign for any more: the service's own words. */
  readonly refused: readonly string[];
  /** What Route 53 and STS make of a call instead. */
  intercept: (call: InterceptedCall) => Injection | undefined;
  /** The role as the account of the zone has it. */
  putRole(): void;
  removeRole(): void;
  /** Sessions are that much older from now on, as in a run that goes on for long. */
  later(ms: number): void;
}

export interface ElsewhereOptions {
  readonly role?: Partial<RoleToAssume>;
  /** Trust and rights of the role in the account of the zone. */
  readonly trust: PolicyDocument;
  readonly rights: readonly PolicyDocument[];
}

/** A zone of another account: Route 53 and STS over HTTP, and between them and the functions the role. */
export function elsewhere({ role, trust, rights }: ElsewhereOptions): Elsewhere {
  const calls: string[] = [];
  const refused: string[] = [];
  let ahead = 0;
  let iam: Iam | undefined;
  let endpoint: Promise<Endpoint> | undefined;
  const known = { arn: ZONE_ROLE, trust, policies: rights };
  const self: Elsewhere = {
    calls,
    refused,
    intercept: () => undefined,
    putRole: () => iam?.putRole(known),
    removeRole: () => iam?.removeRole(ZONE_ROLE),
    later: (ms) => {
      ahead += ms;
    },
    options: {
      zoneAccount: NETWORK,
      zoneClient: ({ aws, clock }: Pick<World, 'aws' | 'clock'>): ZoneClient => {
        const now = () => clock.now() + ahead;
        iam ??= accounts(now, known);
        endpoint ??= startEndpoint({
          services: [aws.route53, stsStandIn({ iam })],
          authorize: (call, context) => {
            try {
              iam?.authorize(call, context);
            } catch (fault) {
              refused.push(String(fault));
              throw fault;
            }
          },
          accountOf: iam.accountOf,
          intercept: (call) => {
            calls.push(lineOf(call));
            return self.intercept(call);
          },
        });
        const client = endpoint.then(({ url }) => {
          pointClientsAt(url, 'function');
          const wanted = { arn: ZONE_ROLE, externalId: EXTERNAL_ID, ...role };
          return zoneClient(roleSessions(wanted, currentSession, { now }));
        });
        const send = (...asked: Parameters<ZoneClient['send']>) =>
          holding(
            clock,
            client.then((one) => one.send(...asked)),
          );
        return { send: send as ZoneClient['send'] };
      },
    },
  };
  onTestFinished(async () => void (await (await endpoint)?.close()));
  return self;
}

/** The world stands still for as long as a real answer is under way. */
const holding = <T>(clock: World['clock'], work: Promise<T>): Promise<T> =>
  'hold' in clock ? (clock.hold as (work: Promise<T>) => Promise<T>)(work) : work;

function accounts(now: () => number, role: Parameters<Iam['putRole']>[0]): Iam {
  const iam = iamStandIn({ accountId: ACCOUNT, now });
  const trust: Statement = { Effect: 'Allow', Principal: { Service: LAMBDA }, Action: 'sts:AssumeRole' };
  const own: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ZONE_ROLE };
  iam.putRole({ arn: FUNCTION, trust: { Statement: trust }, policies: [{ Statement: own }] });
  iam.putRole(role);
  iam.assume('function', { roleArn: FUNCTION, service: LAMBDA });
  return iam;
}

const LAMBDA = 'lambda.amazonaws.com';

function lineOf({ service, operation, input }: InterceptedCall): string {
  const { RoleSessionName: session } = input as { readonly RoleSessionName?: string };
  return [`${service}:${operation}`, session].filter((part) => part !== undefined).join(' ');
}
