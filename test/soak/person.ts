import { setTimeout as sleep } from 'node:timers/promises';
import { normalizeName } from '../../functions/domain/dns/name.ts';
import type { Stage } from '../bench/stage/stage.ts';
import { isOurText } from '../support/builders.ts';
import { declaredNames } from './tasks.ts';

type RecordSet = ReturnType<Stage['cloud']['route53']['recordSets']>[number];
type Change = { readonly Action: 'CREATE' | 'DELETE' | 'UPSERT'; readonly ResourceRecordSet: RecordSet };

/** Somebody who edits the zone by hand, in the console: carefully, carelessly, and what is none of theirs. */
export interface Person {
  /** One edit. Never throws: what Route 53 refuses has moved, and is left. */
  act(): Promise<void>;
  readonly edits: number;
  readonly refused: number;
  /** What must still be in the zone, `<name> <type> <value>`, each once. */
  readonly own: ReadonlySet<string>;
}

const TTL = 60;

/** @param random 0 ≤ x < 1: all choices follow from it */
export function startPerson({ cloud, zone, deployed }: Stage, random: () => number): Person {
  const own = new Set<string>();
  let edits = 0;
  let refused = 0;
  let values = 0;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const recordSets = () => cloud.route53.recordSets(zone.id);
  const at = (name: string) => recordSets().find((set) => normalizeName(set.Name ?? '') === name && set.Type === 'SRV');
  const texts = (set: RecordSet | undefined) => (set?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  const isOurs = (value: string) => deployed.some(({ naming }) => isOurText(value, naming));

  const send = async (changes: readonly Change[]): Promise<boolean> => {
    edits += 1;
    try {
      const ChangeBatch = { Comment: 'by hand', Changes: [...changes] };
      await cloud.clients.route53.changeResourceRecordSets({ HostedZoneId: zone.id, ChangeBatch });
      return true;
    } catch {
      refused += 1;
      return false;
    }
  };
  /** As the console does it: exactly what was on the screen goes, what was typed comes. */
  const replace = (name: string, before: RecordSet | undefined, after: readonly string[]): Promise<boolean> =>
    send([
      ...(before ? [{ Action: 'DELETE' as const, ResourceRecordSet: before }] : []),
      ...(after.length > 0
        ? [
            {
              Action: 'CREATE' as const,
              ResourceRecordSet: {
                Name: name,
                Type: 'SRV' as const,
                TTL: before?.TTL ?? TTL,
                ResourceRecords: after.map((Value) => ({ Value })),
              },
            },
          ]
        : []),
    ]);

  const add = async (name: string): Promise<void> => {
    values += 1;
    const value = `10 5 ${1_024 + values} hand-${values}.example.com.`;
    const before = at(name);
    if (await replace(name, before, [...texts(before), value])) own.add(`${name} SRV ${value}`);
  };
  const remove = async (name: string): Promise<void> => {
    const before = at(name);
    const value = pick(texts(before).filter((text) => own.has(`${name} SRV ${text}`)));
    if (value === undefined) return;
    const rest = texts(before).filter((text) => text !== value);
    if (await replace(name, before, rest)) own.delete(`${name} SRV ${value}`);
  };
  /** Writes what was on the screen a while ago over whatever stands there now. */
  const overwrite = async (name: string): Promise<void> => {
    const before = at(name);
    if (!before) return;
    await sleep(random() * 500);
    await send([{ Action: 'UPSERT', ResourceRecordSet: { ...before, TTL } }]);
  };
  const addOther = async (): Promise<void> => {
    values += 1;
    const name = `hand-${values}.${zone.name}.`;
    const Value = `10.9.${values >> 8}.${values & 255}`;
    const ResourceRecordSet = { Name: name, Type: 'A' as const, TTL, ResourceRecords: [{ Value }] };
    if (await send([{ Action: 'CREATE', ResourceRecordSet }])) own.add(`${name} A ${Value}`);
  };
  /** A value, or an address record set, that a deployment has made. */
  const meddle = async (name: string): Promise<void> => {
    const before = at(name);
    const value = pick(texts(before).filter(isOurs));
    if (random() < 0.5 && value !== undefined) {
      await replace(
        name,
        before,
        texts(before).filter((text) => text !== value),
      );
      return;
    }
    const address = pick(recordSets().filter(({ Name = '', Type }) => Type === 'A' && Name.startsWith('ip-')));
    if (address) await send([{ Action: 'DELETE', ResourceRecordSet: address }]);
  };

  return {
    async act() {
      const name = `${pick(declaredNames) ?? ''}.${zone.name}.`;
      const what = random();
      if (what < 0.4) return add(name);
      if (what < 0.6) return remove(name);
      if (what < 0.75) return overwrite(name);
      return what < 0.85 ? addOther() : meddle(name);
    },
    get edits() {
      return edits;
    },
    get refused() {
      return refused;
    },
    own,
  };
}
