import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type RRType,
} from '@aws-sdk/client-route-53';
import { escapeName, isBelow, normalizeName } from '../domain/dns/name.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import { AccessDenied, BatchRefusedError, ZoneBusyError } from '../domain/words/errors.ts';
import { MAX_COMMENT_CHARACTERS, RECORD_SETS_PER_PAGE } from '../domain/words/quotas.ts';
import type { Change } from '../domain/zone/change.ts';
import { calling, isForbidden, messageOf, nameOf, present, statusOf, translated } from './aws/faults.ts';
import { turnOf } from './aws/pace.ts';
import { type ListMemory, readItems } from './aws/pages.ts';
import { complaintsIn } from './route53-complaints.ts';
import { fromRecordSet, toRecordSet } from './route53-record-sets.ts';
import { type ZoneClient, zoneClient } from './zone-client.ts';

export interface ZoneReader {
  /** The zone itself; asked for once in a function's life, since name and kind never change. */
  describe(): Promise<HostedZone>;
  /** Every record set of the zone. */
  all(memory?: ZoneMemory): Promise<readonly RecordSet[]>;
  /** Every record set at one name, normalized; one call, unless more than a hundred stand there. */
  at(name: string, memory?: ZoneMemory): Promise<readonly RecordSet[]>;
  /** Every record set at or below one name. */
  below(name: string, memory?: ZoneMemory): Promise<readonly RecordSet[]>;
  /** Record sets from one name on, as many as one call gives. */
  from(name: string): Promise<ZonePage>;
}

export interface HostedZone {
  /** Normalized. */
  readonly name: string;
  readonly isPrivate: boolean;
}

/** A piece of the zone, in Route 53's order. */
export interface ZonePage {
  readonly recordSets: readonly RecordSet[];
  /** Everything up to this name, and not at it, is there; absent: up to the end of the zone. */
  readonly before?: string;
}

export interface ZoneWriter {
  /**
   * Sends one change batch, applied as a whole or not at all.
   *
   * @param comment leads from CloudTrail to the execution
   * @returns the change's id
   * @throws BatchRefusedError with Route 53's messages; ThrottledError; ZoneBusyError; what no retry mends:
   *   AccessDenied, NoSuchHostedZone
   */
  change(changes: readonly Change[], comment: string): Promise<string>;
}

type ZoneMemory = ListMemory<RecordSet, Position>;
export type Position = { readonly name: string; readonly type?: RRType; readonly identifier?: string };

/** Record sets from a start point on. */
interface Listing {
  readonly from?: Position;
  readonly perPage: number;
  readonly wanted: (name: string) => boolean;
  /** Whether there may be more after a page that ends with this name; as `wanted` unless given. */
  readonly goesOn?: (name: string) => boolean;
}

export function zoneReader(zoneId: string, client: ZoneClient = zoneClient()): ZoneReader {
  let described: Promise<HostedZone> | undefined;
  const describe = async () => {
    const call = 'route53:GetHostedZone';
    const { HostedZone, VPCs = [] } = await allowed(
      call,
      calling(call, () => client.send(new GetHostedZoneCommand({ Id: zoneId }))),
    );
    return {
      name: normalizeName(present(HostedZone?.Name, call, "the zone's name")),
      // A zone that was made without a comment may have no Config (API_HostedZone); only a private one has VPCs.
      isPrivate: present(
        HostedZone?.Config?.PrivateZone ?? (VPCs.length > 0 || undefined),
        call,
        'whether the zone is private',
      ),
    };
  };
  const call = 'route53:ListResourceRecordSets';
  const readPage = async (perPage: number, start: Position | undefined) => {
    const page = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        MaxItems: perPage,
        StartRecordName: start?.name,
        StartRecordType: start?.type,
        StartRecordIdentifier: start?.identifier,
      }),
    );
    return {
      recordSets: present(page.ResourceRecordSets, call, 'record sets').map((stored) => toRecordSet(stored, zoneId)),
      more: present(page.IsTruncated, call, 'IsTruncated'),
      next: (): Position => ({
        name: present(page.NextRecordName, call, 'NextRecordName'),
        ...(page.NextRecordType && { type: page.NextRecordType }),
        ...(page.NextRecordIdentifier && { identifier: page.NextRecordIdentifier }),
      }),
    };
  };
  const list = ({ from, perPage, wanted, goesOn = wanted }: Listing, memory?: ZoneMemory) => {
    const ask = async (position = from) => {
      const { recordSets, more, next } = await readPage(perPage, position);
      const last = recordSets.at(-1);
      return { recordSets, next: more && (!last || goesOn(last.ownerName)) ? next() : undefined };
    };
    const wantedOf = ({ recordSets }: { readonly recordSets: readonly RecordSet[] }) =>
      recordSets.filter(({ ownerName }) => wanted(ownerName));
    return allowed(call, readItems({ call, ask, next: ({ next }) => next }, wantedOf, memory));
  };
  return {
    async from(name) {
      const { recordSets, more, next } = await allowed(
        call,
        calling(call, () => readPage(RECORD_SETS_PER_PAGE, { name: escapeName(name) })),
      );
      return { recordSets, ...(more && { before: normalizeName(next().name) }) };
    },
    describe() {
      described ??= describe().catch((fault: unknown) => {
        described = undefined;
        throw fault;
      });
      return described;
    },
    all: (memory) => list({ perPage: RECORD_SETS_PER_PAGE, wanted: () => true }, memory),
    at: (ownerName, memory) =>
      list({ from: { name: escapeName(ownerName) }, perPage: 100, wanted: (name) => name === ownerName }, memory),
    below: (top, memory) => {
      const wanted = (name: string) => name === top || isBelow(name, top);
      // A label with a dot of its own sorts in among the names below, and must not end the reading.
      const goesOn = (name: string) => wanted(name) || name.includes('\\056');
      return list({ from: { name: escapeName(top) }, perPage: RECORD_SETS_PER_PAGE, wanted, goesOn }, memory);
    },
  };
}

export function zoneWriter(zoneId: string, client: ZoneClient = zoneClient()): ZoneWriter {
  return {
    async change(changes, comment) {
      const command = new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: {
          Comment: comment.slice(0, MAX_COMMENT_CHARACTERS),
          Changes: changes.map(({ action, recordSet }) => ({
            Action: action,
            ResourceRecordSet: fromRecordSet(recordSet, zoneId),
          })),
        },
      });
      const call = 'route53:ChangeResourceRecordSets';
      await turnOf(call);
      const { ChangeInfo } = await client.send(command).catch((fault: unknown) => {
        const messages = bareMessages(fault);
        if (messages) throw refused(`[${messages.join(', ')}]`, fault);
        if (nameOf(fault) === 'PriorRequestNotComplete') {
          throw new ZoneBusyError(`zone ${zoneId} is busy: ${messageOf(fault)}`, { cause: fault });
        }
        if (isForbidden(fault)) throw denied(call, fault);
        const known = translated(fault, call);
        if (known !== fault || nameOf(fault) === NO_ZONE) throw known;
        if (refusesBatch(fault)) throw refused(messageOf(fault), fault);
        throw fault;
      });
      return present(ChangeInfo?.Id, call, 'the id of the change');
    },
  };
}

/** The modelled `messages` stay empty with the body that Route 53 sends: the text is in `message`. */
const REFUSALS = new Set(['InvalidChangeBatch', 'InvalidInput', 'MalformedInput', 'NoSuchHealthCheck']);
const NO_ZONE = 'NoSuchHostedZone';

/** Any other complaint about what was sent (4xx) is one about some name of it too, which is found by taking it apart. */
function refusesBatch(fault: unknown): boolean {
  const status = statusOf(fault) ?? 0;
  return REFUSALS.has(nameOf(fault)) || (status >= 400 && status < 500);
}

const refused = (message: string, cause: unknown) => new BatchRefusedError(message, complaintsIn(message), { cause });

/** That the role may not be had says more than that the call may not be made. */
const denied = (call: string, fault: unknown) =>
  fault instanceof AccessDenied
    ? fault
    : new AccessDenied(`${call} is not allowed (${nameOf(fault)}: ${messageOf(fault)})`, { cause: fault });

/** @throws AccessDenied under the one name that the state machine knows */
async function allowed<T>(call: string, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (fault) {
    throw isForbidden(fault) ? denied(call, fault) : fault;
  }
}

/**
 * The messages of a refusal in the form of the API reference, `<InvalidChangeBatch><Messages>`, of which the SDK makes an
 * error without name and text.
 */
function bareMessages(fault: unknown): readonly string[] | undefined {
  const { Messages } = fault as { readonly Messages?: { readonly Message?: string | readonly string[] } };
  return Messages?.Message === undefined ? undefined : [Messages.Message].flat();
}
