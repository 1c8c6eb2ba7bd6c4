import type { ZoneChange } from '../stand-ins/route53.ts';
import { type StillWorld, ZONE_ID } from '../support/world.ts';
import type { Fleet } from './fleet.ts';

/** Whatever is published has an address of each family by then (L9). */
export function checkNamed(
  around: StillWorld,
  { instances }: Fleet,
  changes: ZoneChange['changes'],
  breaks: (law: string, what: string) => void,
): void {
  const valuesOf = (set: (typeof changes)[number]['after']) =>
    set?.Type === 'SRV' ? (set.ResourceRecords ?? []).map(({ Value = '' }) => Value) : [];
  const before = new Set(changes.flatMap((change) => valuesOf(change.before)));
  for (const value of changes.flatMap(({ after }) => valuesOf(after)).filter((one) => !before.has(one))) {
    const types = new Set(answersAt(around, value.split(' ')[3] ?? '').map((answer) => answer.split(' ')[0]));
    const lacking = instances
      .filter((one) => one.value === value)
      .flatMap(({ answers }) => answers.map((answer) => answer.split(' ')[0]))
      .find((type) => !types.has(type));
    if (lacking) breaks('L9', `${value} is published, and its target has no ${lacking} record set`);
  }
}

/** The target of each instance answers with exactly its addresses, of each family that is published. */
export function checkAnswers(
  around: StillWorld,
  { instances, lives }: Fleet,
  found: readonly string[],
  breaks: (law: string, what: string) => void,
): void {
  for (const one of instances.filter((each) => lives(each) && found.includes(`${each.name} ${each.value}`))) {
    const [, , , target = ''] = one.value.split(' ');
    const [is, want] = [answersAt(around, target).join(', '), one.answers.join(', ')];
    if (is !== want) breaks('L5', `${target} answers with ${is}, want ${want}`);
  }
}

/** What was marked goes an hour later, both sets of a target together (L5, L9). */
export async function checkRetired(
  around: StillWorld,
  run: () => Promise<unknown>,
  breaks: (law: string, what: string) => void,
): Promise<void> {
  await around.clock.advance(61 * 60_000);
  await run();
  const sets = around.aws.route53.recordSets(ZONE_ID);
  const withA = new Set(sets.flatMap(({ Name, Type }) => (Type === 'A' ? [Name] : [])));
  const left = sets.find(({ Name = '', Type }) => Type === 'AAAA' && Name.startsWith('ip-') && !withA.has(Name));
  if (left) breaks('L5', `${left.Name} AAAA is left behind by the A set beside it`);
}

/** What stands at a target, as `<type> <value>`. */
const answersAt = ({ aws }: StillWorld, target: string): readonly string[] =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Name }) => Name === target)
    .flatMap(({ Type, ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => `${Type} ${Value}`))
    .sort();
