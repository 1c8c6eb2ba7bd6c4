import type { AddressType } from '../../functions/domain/dns/address-name.ts';
import { addressOf } from '../../functions/domain/dns/ownership.ts';
import { parseSrv } from '../../functions/domain/dns/srv.ts';
import { isOurText } from '../support/builders.ts';
import { OWNER, type World, ZONE_ID } from '../support/world.ts';
import { NAMES } from './declarations.ts';
import { addressIn, type ModelTask } from './fleet.ts';
import { ALIAS_NAME, addressSetOf } from './neighbour.ts';
import type { Stage } from './stage.ts';
import { addressTypesOf, type Named } from './traits.ts';
import { claimants, isAliasOf, namingOf, valuesIn } from './watch.ts';

/** Longer than a marked set stays. */
const RETIRED = 61 * 60_000;

/** What must hold of names beyond one for each port once everything is put right, and of their addresses an hour later. */
export async function checkNames(play: Stage, named: Named): Promise<void> {
  const { ours, green, gate, trace, violations } = play;
  const worlds = [ours, ...(trace.some((line) => line.startsWith('launch green')) ? [green] : [])];
  for (const world of worlds) {
    const owner = world === ours ? OWNER : 'green';
    const types = addressTypesOf(named);
    for (const type of named.alias ? types : []) checkAlias(play, owner, { type, form: named.alias });
    const strange = named.alias ? aliasesBut(play, owner, types) : [];
    if (strange.length > 0) violations.push(`L5 ${strange.join(', ')} stand, which ${owner} does not publish`);
    if (named.family) checkAnswers(play, owner, named.family);
  }
  if (play.neighbour && !play.neighbour.isUnharmed())
    violations.push('L2 the alias of the neighbour is not as it was put');
  if (!named.family) return;
  await gate.advance(RETIRED);
  for (const world of worlds) {
    play.launch(world, {}, world === ours ? 'ours-retired' : 'green-retired');
    await gate.idle();
    await play.rest();
  }
  const sets = setsOf(ours);
  const withA = new Set(sets.flatMap(({ Name, Type }) => (Type === 'A' ? [Name] : [])));
  // The sets of a host that is there stay, and one of them that nobody needs is not made again.
  const byHand = (name: string) => trace.some((line) => line.includes(`change by by hand: ${name} `));
  const left = sets.find(
    ({ Name = '', Type }) => Type === 'AAAA' && Name.startsWith('ip-') && !withA.has(Name) && !byHand(Name),
  );
  if (left) violations.push(`L5 ${left.Name} AAAA is left behind by the A set beside it`);
}

const setsOf = ({ aws }: World) => aws.route53.recordSets(ZONE_ID);

/** What stands of an address name of types that its deployment does not publish. */
const aliasesBut = ({ ours }: Stage, owner: string, types: readonly AddressType[]): readonly string[] =>
  setsOf(ours)
    .filter((set) => set.Name === addressSetOf(owner) || isAliasOf(set, owner))
    .filter(({ Type }) => !types.some((one) => one === Type))
    .map(({ Name, Type }) => `${Name} ${Type}`);

/** The alias of a type stands exactly while its set does (L9), and the set has what it should unless another alias is in the way (L5). */
function checkAlias(
  { ours, tasks, violations }: Stage,
  owner: string,
  { type, form }: { readonly type: AddressType; readonly form: Named['alias'] },
): void {
  const sets = setsOf(ours).filter(({ Type }) => Type === type);
  const at = `${addressSetOf(owner)} ${type}`;
  const found = sets
    .filter(({ Name }) => Name === addressSetOf(owner))
    .flatMap(valuesIn)
    .sort();
  const wanted = tasks.desiredAddresses(type);
  const [alias] = sets.filter((set) => isAliasOf(set, owner));
  const blocked = form === 'simple' && sets.some((set) => set.Name === ALIAS_NAME && set.AliasTarget && set !== alias);
  if (blocked) {
    const runs = (address: string) =>
      tasks.tasks.some((one) => one.addressed && one.stoppedAt === undefined && addressIn(one, type) === address);
    const gone = found.filter((address) => !runs(address));
    if (gone.length > 0) violations.push(`L5 ${gone.join(', ')} of nobody stand at ${at}`);
    return;
  }
  if (found.join() !== wanted.join()) violations.push(`L5 ${at} has ${found.join(', ')}, want ${wanted.join(', ')}`);
  if ((alias !== undefined) !== found.length > 0)
    violations.push(
      `L9 the ${type} alias of ${owner} ${alias ? 'stands' : 'is missing'}, and its set has ${found.length} addresses`,
    );
  if (alias && alias.Weight !== (form === 'weighted' ? wanted.length : undefined))
    violations.push(`L5 the ${type} alias of ${owner} has weight ${alias.Weight}`);
}

/** Each target answers with exactly the addresses of its instance, of each family that is published. */
function checkAnswers({ ours, tasks, violations }: Stage, owner: string, family: NonNullable<Named['family']>): void {
  const sets = setsOf(ours);
  for (const name of NAMES) {
    for (const value of ours.values(name).filter((one) => isOurText(one, namingOf(owner)))) {
      const target = parseSrv(value)?.target ?? '';
      const whose = claimants(tasks.tasks, { name: `${name}.${namingOf(owner).zone}`, value }).at(-1);
      const is = sets
        .filter(({ Name }) => Name === target)
        .flatMap((set) => valuesIn(set).map((answer) => `${set.Type} ${answer}`));
      const want = whose ? answersOf(whose, family) : [`of ${addressOf(target, namingOf(owner))}`];
      if (is.sort().join() !== want.join())
        violations.push(`L5 ${target} answers ${is.join(', ')}, want ${want.join(', ')}`);
    }
  }
}

const answersOf = ({ address, address6 }: ModelTask, family: NonNullable<Named['family']>): readonly string[] => [
  ...(family === 'ipv6' ? [] : [`A ${address}`]),
  ...(family === 'ipv4' ? [] : [`AAAA ${address6}`]),
];
