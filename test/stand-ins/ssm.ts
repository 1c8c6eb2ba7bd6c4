import type { DescribeInstanceInformationCommandInput, InstanceInformation } from '@aws-sdk/client-ssm';
import { servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import { SSM_SERVED } from './ssm/served.ts';
import { tokenBucket } from './token-bucket.ts';

export interface SsmOptions {
  /** Milliseconds since the epoch, never running backwards. */
  readonly now: () => number;
  /** Whether calls spend from a token bucket; off unless given. */
  readonly throttle?: boolean;
  /** Whether an id that it does not know fails the whole call, as its model allows; off unless given. */
  readonly refusesUnknown?: boolean;
}

/** A machine with an agent, as a test gives it. */
export interface NewMachine {
  /** As the agent has reported it; none before it has. */
  readonly ipAddress?: string;
  readonly pingStatus?: 'Online' | 'ConnectionLost' | 'Inactive';
}

/** The side of Systems Manager that no client sees. */
export interface SsmAdmin {
  /** Makes or replaces a managed instance. @param id `mi-` or `i-` and 17 hexadecimal digits @throws RangeError */
  putMachine(id: string, spec?: NewMachine): void;
  /** It is deregistered: from now on nobody knows it. */
  removeMachine(id: string): void;
}

/** Systems Manager for SDK clients, with the side that no client sees. */
export interface SsmStandIn extends Service {
  readonly signingName: 'ssm';
  readonly admin: SsmAdmin;
}

/** API model: InstanceInformationStringFilter, MaxResultsEC2Compatible. */
const mostValues = 100;
const page = { least: 5, most: 50, usual: 10 };
const keys = ['InstanceIds', 'PingStatus', 'ResourceType'];
/** AWS publishes none for this call: small, so that whoever asks too often is seen. */
const bucket = { capacity: 20, refillPerSecond: 5 };

/**
 * AWS Systems Manager as far as one needs it to find the address of a machine of ECS Anywhere (test/laws/ssm.test.ts). Needs
 * no timer: all follows from the clock given and the calls made.
 */
export function ssmStandIn({ now, throttle = false, refusesUnknown = false }: SsmOptions): SsmStandIn {
  const machines = new Map<string, InstanceInformation>();
  const gate = throttle ? tokenBucket(bucket, now) : undefined;
  const describe = ({ Filters = [], MaxResults = page.usual, NextToken }: DescribeInstanceInformationCommandInput) => {
    if (gate && !gate.take()) throw new ServiceFault('ThrottlingException', 'Rate exceeded');
    if (MaxResults < page.least || MaxResults > page.most) {
      throw invalid(
        `Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: from ${page.least} to ${page.most}`,
      );
    }
    const wanted = Filters.map(({ Key = '', Values = [] }) => {
      if (!keys.includes(Key)) throw new ServiceFault('InvalidFilterKey', `The filter key ${Key} is not valid.`);
      if (Values.length < 1 || Values.length > mostValues) {
        throw invalid(`Value at 'filters.values' failed to satisfy constraint: from 1 to ${mostValues} members`);
      }
      if (refusesUnknown && Key === 'InstanceIds' && Values.some((id) => !machines.has(id))) {
        throw new ServiceFault('InvalidInstanceId', 'The instance ID is not valid for this account.');
      }
      return (machine: InstanceInformation) => Values.includes(filtered(machine, Key));
    });
    const from = NextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(NextToken)?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) throw new ServiceFault('InvalidNextToken', 'The specified token is not valid.');
    const found = [...machines.values()].filter((machine) => wanted.every((is) => is(machine)));
    const rest = from + MaxResults < found.length && { NextToken: `from-${from + MaxResults}` };
    return { InstanceInformationList: found.slice(from, from + MaxResults), ...rest };
  };
  return {
    signingName: 'ssm',
    served: SSM_SERVED,
    operations: servedOnly({ DescribeInstanceInformation: describe }, SSM_SERVED, invalid),
    admin: {
      putMachine(id, { ipAddress, pingStatus = 'Online' } = {}) {
        if (!/^m?i-[0-9a-f]{17}$/.test(id)) throw new RangeError(`got machine ${id}, want "mi-" and 17 digits`);
        machines.set(id, {
          InstanceId: id,
          PingStatus: pingStatus,
          LastPingDateTime: new Date(now()),
          AgentVersion: '3.3.1611.0',
          IsLatestVersion: true,
          PlatformType: 'Linux',
          PlatformName: 'Ubuntu',
          PlatformVersion: '24.04',
          ResourceType: id.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
          ...(ipAddress !== undefined && { IPAddress: ipAddress }),
          ComputerName: `${id}.example`,
        });
      },
      removeMachine: (id) => void machines.delete(id),
    },
  };
}

const invalid = (message: string) => new ServiceFault('ValidationException', message);

function filtered({ InstanceId, PingStatus, ResourceType }: InstanceInformation, key: string): string {
  if (key === 'InstanceIds') return InstanceId ?? '';
  return (key === 'PingStatus' ? PingStatus : ResourceType) ?? '';
}
