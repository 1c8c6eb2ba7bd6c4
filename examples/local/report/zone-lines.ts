import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { parseAddress, shownEndpoint, shownName } from '../../../functions/domain/dns/address-name.ts';
import { parseSrv } from '../../../functions/domain/dns/srv.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import type { ZoneChange } from '../../../test/stand-ins/route53.ts';

/** One value that came to the zone or left it. */
export interface ZoneLine {
  readonly sign: '+' | '-' | '~';
  /** Fully qualified, with its final dot. */
  readonly name: string;
  /** `ip-127-0-1-10.ecs.servicediscovery.internal.:41234` of an SRV value, the address of one of an address name; type and value of any other. */
  readonly value: string;
  /** A reason code of the plan, or words where no plan speaks of it. */
  readonly reason: string;
  /** The last part of the task's ARN. */
  readonly task?: string;
}

/** The execution and its pass that sent a change, from the comment of the batch; undefined for one of others. */
export function originOf({
  comment = '',
}: Pick<ZoneChange, 'comment'>): { execution: string; pass: number } | undefined {
  const [, execution, pass] = /^ecs-service-discovery-dns execution (\S+) pass (\d+)\b/.exec(comment) ?? [];
  return execution === undefined ? undefined : { execution, pass: Number(pass) };
}

/**
 * What an accepted batch changed, value by value.
 *
 * @param dispositions of the plan that the batch is part of; none for a change that no execution made
 */
export function zoneLines(
  { changes }: Pick<ZoneChange, 'changes'>,
  dispositions: readonly Disposition[] | undefined,
): readonly ZoneLine[] {
  return changes.flatMap(({ before, after }) => {
    const set = after ?? before;
    const name = set?.Name;
    if (name === undefined) return [];
    const [old, current] = [valuesOf(before), valuesOf(after)];
    const type = set?.Type ?? '';
    const lines = [
      ...old.filter((value) => !current.includes(value)).map((value) => ({ sign: '-' as const, value })),
      ...current.filter((value) => !old.includes(value)).map((value) => ({ sign: '+' as const, value })),
    ];
    if (lines.length === 0) {
      const reason = dispositions ? 'time to live' : 'by hand';
      return [{ sign: '~' as const, name, value: `${type} TTL ${before?.TTL} → ${after?.TTL}`, reason }];
    }
    return lines.map(({ sign, value }) => lineOf({ sign, name, type, value }, dispositions));
  });
}

const valuesOf = (set: ResourceRecordSet | undefined): readonly string[] => [
  ...(set?.ResourceRecords ?? []).flatMap(({ Value }) => (Value === undefined ? [] : [Value])),
  ...(set?.AliasTarget?.DNSName === undefined ? [] : [`${ALIAS}${set.AliasTarget.DNSName}`]),
];

/** Before what an alias stands for. */
const ALIAS = 'alias of ';

/** What no plan needs to explain of our own: see the design's section 3. */
const REASONS: Readonly<Record<string, string>> = {
  A: 'address of a host',
  AAAA: 'address of a host',
  TXT: 'marker of the deployment',
};

function unexplained(type: string, value: string): string {
  return value.startsWith(ALIAS) ? 'alias of an address name' : (REASONS[type] ?? type);
}

function lineOf(
  { sign, name, type, value }: { sign: '+' | '-'; name: string; type: string; value: string },
  dispositions: readonly Disposition[] | undefined,
): ZoneLine {
  const srv = type === 'SRV' ? parseSrv(value) : parseAddress(name, value);
  if (!srv)
    return { sign, name, value: `${type} ${value}`, reason: dispositions ? unexplained(type, value) : 'by hand' };

  const { target, port } = srv;
  const outcome = sign === '+' ? 'published' : 'removed';
  const found = dispositions?.find(
    (one) => one.outcome === outcome && one.name === name && one.target === target && one.port === port,
  );
  const task = found?.task?.split('/').at(-1);
  return {
    sign,
    name: shownName(name),
    value: shownEndpoint({ target, port }),
    reason: found?.reason ?? (dispositions ? 'of another owner' : 'by hand'),
    ...(task !== undefined && { task }),
  };
}
