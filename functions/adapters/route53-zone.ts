import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { isBelow, normalizeName } from '../domain/dns/name.ts';
import type { RecordSet, RoutingPolicy } from '../domain/dns/record-set.ts';
import type { Change } from '../domain/plan/change.ts';
import { MAX_COMMENT_CHARACTERS, RECORD_SETS_PER_PAGE } from '../domain/plan/quotas.ts';
import { BatchRefusedError, ZoneBusyError } from '../domain/run/errors.ts';
import { calling, messageOf, nameOf, translated } from './faults.ts';

export interface ZoneReader {
  /** The zone's own name, normalized; asked for once in a function's life, since it never changes. */
  zoneName(): Promise<string>;
  /** Every record set of the zone. */
  all(): Promise<readonly RecordSet[]>;
  /** Every record set at one name, normalized; one call, unless more than a hundred stand there. */
  at(name: string): Promise<readonly RecordSet[]>;
  /** Every record set at or below one name. */
  below(name: string): Promise<readonly RecordSet[]>;
}

export interface ZoneWriter {
  /**
   * Sends one change batch, applied as a whole or not at all.
   *
   * @param comment leads from CloudTrail to the execution
   * @returns the change's id
   * @throws BatchRefusedError with Route 53's messages; ThrottledError; ZoneBusyError
   */
  change(changes: readonly Change[], comment: string): Promise<string>;
}

type Client = Pick<Route53Client, 'send'>;
type Position = { readonly name: string; readonly type?: RRType; readonly identifier?: string };

export function zoneReader(zoneId: string, client: Client = new Route53Client({})): ZoneReader {
  let name: Promise<string> | undefined;
  const readName = async () => {
    const answer = await calling('route53:GetHostedZone', () => client.send(new GetHostedZoneCommand({ Id: zoneId })));
    return normalizeName(answer.HostedZone?.Name ?? '');
  };
  /** Pages from a start point for as long as `goesOn` says of the last set read. */
  const list = async (from: Position | undefined, perPage: number, goesOn: (name: string) => boolean) => {
    const sets: RecordSet[] = [];
    let start = from;
    do {
      const command = new ListResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        MaxItems: perPage,
        ...(start && { StartRecordName: start.name }),
        ...(start?.type && { StartRecordType: start.type }),
        ...(start?.identifier && { StartRecordIdentifier: start.identifier }),
      });
      const page = await calling('route53:ListResourceRecordSets', () => client.send(command));
      const read = (page.ResourceRecordSets ?? []).map(toRecordSet);
      sets.push(...read.filter(({ ownerName }) => goesOn(ownerName)));
      const last = read.at(-1);
      const more = page.IsTruncated && page.NextRecordName !== undefined && (!last || goesOn(last.ownerName));
      start = more && page.NextRecordName !== undefined ? nextPosition(page.NextRecordName, page) : undefined;
    } while (start);
    return sets;
  };
  return {
    zoneName() {
      name ??= readName().catch((fault: unknown) => {
        name = undefined;
        throw fault;
      });
      return name;
    },
    all: () => list(undefined, RECORD_SETS_PER_PAGE, () => true),
    at: (ownerName) => list({ name: ownerName }, 100, (name) => name === ownerName),
    below: (top) => list({ name: top }, RECORD_SETS_PER_PAGE, (name) => name === top || isBelow(name, top)),
  };
}

function nextPosition(
  name: string,
  page: { readonly NextRecordType?: RRType | undefined; readonly NextRecordIdentifier?: string | undefined },
): Position {
  return {
    name,
    ...(page.NextRecordType && { type: page.NextRecordType }),
    ...(page.NextRecordIdentifier && { identifier: page.NextRecordIdentifier }),
  };
}

export function zoneWriter(zoneId: string, client: Client = new Route53Client({})): ZoneWriter {
  return {
    async change(changes, comment) {
      const command = new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: {
          Comment: comment.slice(0, MAX_COMMENT_CHARACTERS),
          Changes: changes.map(({ action, recordSet }) => ({
            Action: action,
            ResourceRecordSet: fromRecordSet(recordSet),
          })),
        },
      });
      try {
        const answer = await client.send(command);
        return answer.ChangeInfo?.Id ?? '';
      } catch (fault) {
        // The modelled `messages` stay empty with the body that Route 53 sends: the text is in `message` (aws-facts 1.1).
        if (nameOf(fault) === 'InvalidChangeBatch' || nameOf(fault) === 'InvalidInput') {
          throw new BatchRefusedError(messageOf(fault), { cause: fault });
        }
        if (nameOf(fault) === 'PriorRequestNotComplete') {
          throw new ZoneBusyError(`zone ${zoneId} is busy: ${messageOf(fault)}`, { cause: fault });
        }
        throw translated(fault, 'route53:ChangeResourceRecordSets');
      }
    },
  };
}

export function toRecordSet(stored: ResourceRecordSet): RecordSet {
  return {
    ownerName: normalizeName(stored.Name ?? ''),
    type: stored.Type ?? '',
    ttl: stored.TTL ?? 0,
    values: (stored.ResourceRecords ?? []).map(({ Value }) => Value ?? ''),
    policy: policyOf(stored),
    ...(stored.SetIdentifier !== undefined && { setIdentifier: stored.SetIdentifier }),
    ...(stored.Weight !== undefined && { weight: stored.Weight }),
    stored,
  };
}

function policyOf({
  SetIdentifier,
  Weight,
  MultiValueAnswer,
  AliasTarget,
  TrafficPolicyInstanceId,
}: ResourceRecordSet): RoutingPolicy {
  if (AliasTarget || TrafficPolicyInstanceId) return 'other';
  if (SetIdentifier === undefined) return 'simple';
  if (Weight !== undefined) return 'weighted';
  return MultiValueAnswer ? 'multivalue' : 'other';
}

/** What was read goes back word for word; what we want is spelled out. */
export function fromRecordSet({
  stored,
  ownerName,
  type,
  ttl,
  values,
  setIdentifier,
  weight,
  policy,
}: RecordSet): ResourceRecordSet {
  if (stored) return stored as ResourceRecordSet;
  return {
    Name: ownerName,
    Type: type as RRType,
    ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier }),
    ...(weight !== undefined && { Weight: weight }),
    ...(policy === 'multivalue' && { MultiValueAnswer: true }),
    TTL: ttl,
    ResourceRecords: values.map((Value) => ({ Value })),
  };
}
