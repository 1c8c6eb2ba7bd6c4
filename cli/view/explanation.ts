import {
  ADDRESS_NAME_SUFFIX,
  isAddressType,
  shownEndpoint,
  shownName,
} from '../../functions/domain/dns/address-name.ts';
import { isOfIpv6, isOurValue, type Naming } from '../../functions/domain/dns/ownership.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import { readable } from '../../functions/domain/words/readable.ts';
import { type Disposition, reasonText } from '../../functions/domain/words/reason.ts';
import { printable, printableTexts } from '../../functions/domain/words/text.ts';
import { isOurAlias } from '../../functions/domain/zone/alias.ts';
import type { DeclaringTask } from '../fleet.ts';
import type { DeclaredOf } from './declared.ts';
import { idOf, type Paint, shortId, timeText } from './style.ts';
import { table } from './table.ts';

/** What became of one value or one claim, for people. */
export interface Explanation {
  readonly name: string;
  readonly endpoint: string;
  readonly text: string;
  /** The reason code; empty where no run has spoken of it. */
  readonly reason: string;
  readonly published: boolean;
  readonly task?: string;
  readonly detail?: string;
  /** What it declares of checks, grace and TTL, as the last full run has read it; absent where it declares none. */
  readonly declared?: string;
  /** When that was, in milliseconds since the epoch, and which run says so; absent where it is so now. */
  readonly at?: number;
  readonly execution?: string;
}

export function explain(disposition: Disposition): Explanation {
  const { outcome, reason, name, target, port, task, detail } = readable(disposition);
  return {
    name: shownName(name),
    endpoint:
      target === undefined ? (port === undefined ? '' : `container port ${port}`) : shownEndpoint({ target, port }),
    text: reasonText({ outcome, reason }),
    reason,
    published: outcome === 'published',
    ...(task !== undefined && { task }),
    ...(detail !== undefined && { detail }),
  };
}

/** The same, with what is known of its declaration. */
export function explainWith(disposition: Disposition, declaredOf: DeclaredOf): Explanation {
  const declared = declaredOf(disposition);
  return { ...explain(disposition), ...(declared !== undefined && { declared }) };
}

/** Tasks of which no run has said anything: they declare nothing, or no run has looked since they started. */
export function explainUntold(tasks: readonly DeclaringTask[], told: readonly Disposition[]): readonly Explanation[] {
  const known = new Set(told.map(({ task }) => task));
  const silent = tasks.filter(({ task }) => !known.has(task.arn));
  return printableTexts(silent).flatMap(({ task, names }): readonly Explanation[] => {
    const about = { endpoint: '', reason: '', published: false, task: task.arn };
    if (names.length > 0) {
      return names.map((name) => ({
        ...about,
        name: shownName(name),
        text: 'no run has looked at it yet: ecssd explain --now starts one',
      }));
    }
    const text = `no such variable: no container of ${idOf(task.definition)} declares a usable SERVICE_<port>_NAME or SERVICE_<port>_ADDRESS_NAME, neither in its environment nor as a docker label`;
    return [{ ...about, name: task.group ?? '', text }];
  });
}

/** Values at a name that are not ours, and record sets that are in the way. */
export function explainOthers(name: string, sets: readonly RecordSet[], naming: Naming): readonly Explanation[] {
  return sets
    .filter(({ type }) => type === 'SRV' || type === 'CNAME')
    .flatMap(({ type, values, policy, setIdentifier }) =>
      values
        .filter((value) => type !== 'SRV' || !isOurValue(value, naming))
        .map((value) => ({
          name,
          endpoint: `${type} ${printable(valueText(value))}`,
          text:
            type === 'SRV' && policy === 'simple'
              ? 'other owner: its target is not below our owner label; runs carry it along'
              : `other owner: ${policy} routing${setIdentifier === undefined ? '' : ` (${printable(setIdentifier)})`}; nothing of ours can stand beside it, see ecssd adopt`,
          reason: '',
          published: true,
        })),
    );
}

/** What others have where an address name has its alias; of AAAA only where instances of the name have IPv6 addresses. */
export function explainAlias(
  sets: readonly RecordSet[],
  instances: readonly Pick<Disposition, 'target'>[],
  naming: Naming,
): readonly Explanation[] {
  const ofIpv6 = instances.some(({ target = '' }) => isOfIpv6(target));
  return sets
    .filter((set) => isAddressType(set.type) && (ofIpv6 || set.type !== 'AAAA') && !isOurAlias(set, naming))
    .map(({ ownerName, type, aliasTarget, values, setIdentifier }) => ({
      name: `${ownerName}${ADDRESS_NAME_SUFFIX}`,
      endpoint: printable(aliasTarget ? `alias of ${aliasTarget.name}` : `${type} ${values.map(valueText).join(' ')}`),
      text: `other owner: an ${type} record set of others${setIdentifier === undefined ? '' : ` (${printable(setIdentifier)})`}`,
      reason: '',
      published: true,
    }));
}

export function explanationLines(all: readonly Explanation[], paint: Paint): readonly string[] {
  const lines = table(
    all.map(({ name, endpoint, text, published, task, detail, at, execution }) => [
      ...(at === undefined ? [] : [paint('dim', timeText(at))]),
      paint('bold', name),
      endpoint,
      task === undefined ? '' : paint('dim', shortId(task)),
      paint(published ? 'green' : 'yellow', text) + (detail === undefined ? '' : ` (${detail})`),
      ...(execution === undefined ? [] : [paint('dim', execution)]),
    ]),
  );
  return all.flatMap(({ declared }, index) => [
    lines[index] ?? '',
    ...(declared === undefined ? [] : [paint('dim', `  ${declared}`)]),
  ]);
}
