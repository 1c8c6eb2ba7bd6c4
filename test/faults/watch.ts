import type { Naming } from '../../functions/domain/dns/ownership.ts';
import type { ZoneChange } from '../stand-ins/route53.ts';
import { isOurText } from '../support/builders.ts';
import { OWNER, type World, ZONE } from '../support/world.ts';

type RecordSet = NonNullable<ZoneChange['changes'][number]['after']>;

/** What is laid to the charge of one deployment: every change of the zone that its executions made and may not make. */
export interface Watch {
  readonly violations: readonly string[];
  /** Values of ours that were taken out, as `owner-name value`. */
  readonly removed: readonly string[];
  stop(): void;
}

/**
 * Watches each change of the zone as Route 53 sees it: nothing of others may change with it (L2), and no value of ours
 * may leave whose task still runs (L1).
 *
 * @param gone whether a value of ours at an owner name belongs to nobody who runs, whatever ECS says of it
 */
export function watch(
  { aws }: World,
  gone: (ownerName: string, value: string) => boolean,
  { owner = OWNER }: { readonly owner?: string } = {},
): Watch {
  const naming = { zone: ZONE, owner };
  const violations: string[] = [];
  const removed: string[] = [];
  const stop = aws.route53.onChange(({ comment = '', changes }) => {
    if (!comment.startsWith('ecs-service-discovery-dns execution')) return;
    // A value may go from one set of a name to another one, as long as that is one change.
    const coming = Map.groupBy(changes, ({ after }) => after?.Name ?? '');
    for (const { before, after } of changes) {
      const where = `${before?.Name ?? after?.Name} ${before?.Type ?? after?.Type}`;
      if (others(before, naming) !== others(after, naming)) {
        violations.push(`${where} changes what is not ours: ${others(before, naming)} → ${others(after, naming)}`);
      }
      const stay = new Set(coming.get(before?.Name ?? '')?.flatMap((one) => ours(one.after, naming)));
      for (const value of ours(before, naming).filter((one) => !stay.has(one))) {
        removed.push(`${before?.Name} ${value}`);
        if (!gone(before?.Name ?? '', value)) violations.push(`${where} loses ${value}, whose task runs`);
      }
    }
  });
  return { violations, removed, stop };
}

/** All of a set that is not ours: its foreign values with their TTL, or the whole of a set that we have no part in. */
function others(set: RecordSet | undefined, naming: Naming): string {
  if (!set || set.Name?.endsWith(`${naming.owner}.${naming.zone}`)) return '';
  const values = (set.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  if (set.Type !== 'SRV') return JSON.stringify(set);
  const foreign = values.filter((value) => !isOurText(value, naming)).sort();
  return foreign.length === 0 ? '' : JSON.stringify([foreign, set.TTL, set.SetIdentifier, set.Weight]);
}

const ours = (set: RecordSet | undefined, naming: Naming): readonly string[] =>
  set?.Type === 'SRV'
    ? (set.ResourceRecords ?? []).map(({ Value = '' }) => Value).filter((value) => isOurText(value, naming))
    : [];
