import { escapeName } from '../../functions/domain/dns/name.ts';
import { valueText } from '../../functions/domain/dns/record-set.ts';
import { srvText } from '../../functions/domain/dns/srv.ts';
import { printableTexts } from '../../functions/domain/words/text.ts';
import type { Adoption, AdoptionPlan } from '../../functions/domain/zone/adoption.ts';
import type { ChangeUnit } from '../../functions/domain/zone/change.ts';
import { type Paint, plural } from './style.ts';
import { table } from './table.ts';

const FATES = {
  taken: { sign: '>', colour: 'green', why: '' },
  dropped: { sign: '-', colour: 'red', why: 'no task claims it' },
  unplaced: { sign: '?', colour: 'yellow', why: 'its host name tells no address, stays: --drop-unplaced drops it' },
  blocked: { sign: '?', colour: 'yellow', why: 'others have something in its place, stays: ecssd explain says what' },
  kept: { sign: '=', colour: 'dim', why: 'of others, stays' },
} as const;

const whyOf = ({ fate, to, unplaced }: Adoption): string => {
  if (to) return `→ ${srvText(to)}`;
  return unplaced ? 'its host name tells no address' : FATES[fate].why;
};

/**
 * Everything that is sent, and what stays at the same names: one line for each value with what becomes of it, then one for
 * each value that comes or goes beside them (addresses, markers).
 */
export function adoptionLines({ adoptions, units }: AdoptionPlan, paint: Paint): readonly string[] {
  const values = adoptions.map((adoption) => ({
    colour: FATES[adoption.fate].colour,
    row: [FATES[adoption.fate].sign, escapeName(adoption.name), valueText(adoption.from), whyOf(adoption)],
  }));
  const beside = units
    .filter(({ kind }) => kind !== 'name')
    .flatMap(valuesBeside)
    .map(({ sign, name, type, value }) => ({
      colour: sign === '+' ? ('green' as const) : ('red' as const),
      row: [sign, escapeName(name), value, type],
    }));
  const all = [...values, ...beside];
  return table(all.map(({ row }) => printableTexts(row))).map((line, index) =>
    paint(all[index]?.colour ?? 'dim', line),
  );
}

/** Values that a unit adds and takes away; one that only gets another TTL counts as added. */
export function valuesBeside({ changes }: Pick<ChangeUnit, 'changes'>) {
  const of = (wanted: string) =>
    changes.flatMap(({ action, recordSet: { ownerName, type, values } }) =>
      action === wanted ? values.map((value) => ({ name: ownerName, type, value: valueText(value) })) : [],
    );
  const [gone, come] = [of('DELETE'), of('CREATE')];
  const isIn = (all: typeof gone, { value }: (typeof gone)[number]) => all.some((one) => one.value === value);
  const onlyTtl = come.every((one) => isIn(gone, one)) && gone.every((one) => isIn(come, one));
  return [
    ...come.filter((one) => onlyTtl || !isIn(gone, one)).map((one) => ({ sign: '+', ...one })),
    ...gone.filter((one) => !isIn(come, one)).map((one) => ({ sign: '-', ...one })),
  ];
}

/** What a person is asked: as many values, names and record sets as are sent, and nothing else. */
export function adoptionQuestion({ adoptions, units }: AdoptionPlan): string {
  const count = (fate: Adoption['fate']) => adoptions.filter((one) => one.fate === fate).length;
  const changed = new Set(units.flatMap(({ kind, name }) => (kind === 'name' ? [name] : [])));
  const beside = units.filter(({ kind }) => kind === 'address-removal').length;
  const dropped = adoptions.filter(({ fate, unplaced }) => fate === 'dropped' && unplaced).length;
  return [
    `take over ${plural(count('taken'), 'value')} under ${plural(changed.size, 'name')}`,
    `drop ${count('dropped') - dropped} that no task claims`,
    ...(dropped > 0 ? [`drop ${dropped} that cannot be placed`] : []),
    ...(beside > 0 ? [`remove ${plural(beside, 'record set')} of the former label`] : []),
  ]
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ')
    .concat('?');
}
