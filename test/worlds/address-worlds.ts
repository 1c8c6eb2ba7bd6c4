import { ADDRESS_TYPES, type AddressType } from '../../functions/domain/dns/address-name.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { addressesAt, addressShop, aliasSet, made, NAME, SET, standing } from '../support/address-shop.ts';
import { connectEvents, everyRunStarted, RestlessError } from '../support/fleet.ts';
import { edit } from '../support/shop.ts';
import { OWNER, ZONE } from '../support/world.ts';
import { diceOf } from './dice.ts';

const OTHER = `calc._address.green.${ZONE}`;
const GREEN = { SetIdentifier: 'green', Weight: 2 };
const THEIRS = { A: '10.9.9.9', AAAA: '2001:db8:9::9' } as const;
/** What is published with each `addressFamily`, whose turn follows from the seed. */
const FAMILIES: readonly { readonly family: string; readonly types: readonly AddressType[] }[] = [
  { family: '', types: ['A'] },
  { family: 'dualstack', types: ['A', 'AAAA'] },
  { family: 'ipv4', types: ['A'] },
  { family: 'ipv6', types: ['AAAA'] },
];

const addressOf = (id: number, type: AddressType) => (type === 'A' ? `10.0.1.${id}` : `2001:db8:1::${id.toString(16)}`);

/**
 * One world of an address name: instances that come, go and fail by one of their addresses, aliases of others that come and go,
 * hands that take ours away, event runs and full runs; then two good runs, after which it must be as it should, each address
 * family for itself. Everything follows from the seed.
 *
 * @returns the laws that it broke
 */
export async function runAddressWorld(seed: number): Promise<readonly string[]> {
  const dice = diceOf(seeded(seed));
  const weighted = dice.chance(0.5);
  const { family, types } = FAMILIES[seed % FAMILIES.length] ?? { family: '', types: [] };
  const environment = { ROUTING: weighted ? 'weighted' : 'simple', ADDRESS_FAMILY: family };
  const around = addressShop({ random: seeded(seed), environment });
  for (const Type of ADDRESS_TYPES) await made(around, addressesAt(OTHER, [THEIRS[Type]], { Type }));
  const running = new Map<number, string>();
  const failed = new Set<string>();
  const broken: string[] = [];
  const aliasesAt = (type: AddressType) => standing(around, NAME, type);
  const isTheirs = (type: AddressType) => aliasesAt(type).some((text) => text.includes('green'));
  const ourAlias = (type: AddressType) => aliasesAt(type).find((text) => text.includes(`.${OWNER}.`));
  const theirs = (Action: 'CREATE' | 'DELETE', Type: AddressType) =>
    edit(around, [{ Action, ResourceRecordSet: aliasSet(NAME, OTHER, { Type, ...(weighted && GREEN) }) }]);
  const runningAt = (type: AddressType) => [...running.keys()].map((id) => addressOf(id, type));
  const published = (type: AddressType) => standing(around, SET, type);
  let ids = 0;
  const acts = [
    () => {
      ids += 1;
      running.set(ids, around.place(addressOf(ids, 'A'), { ipv6Address: addressOf(ids, 'AAAA') }));
    },
    () => {
      const [id, task] = [...running][dice.upTo(Math.max(0, running.size - 1))] ?? [];
      if (id === undefined || task === undefined) return;
      around.aws.ecs.admin.stopTask(task);
      running.delete(id);
    },
    () => {
      const address = addressOf(1 + dice.upTo(5), dice.pick(ADDRESS_TYPES));
      failed.add(address);
      around.health.set(`${address}:8080`, { state: 'failing', cause: 'connection refused' });
    },
    () => {
      const type = dice.pick(ADDRESS_TYPES);
      if (isTheirs(type)) return theirs('DELETE', type);
      return ourAlias(type) && !weighted ? undefined : theirs('CREATE', type);
    },
    async () => {
      const type = dice.pick(types);
      const [, weight] = / ecs (\d+)$/.exec(ourAlias(type) ?? '') ?? [];
      const about = weight === undefined ? {} : { SetIdentifier: OWNER, Weight: Number(weight) };
      const ResourceRecordSet = aliasSet(NAME, SET, { Type: type, ...about });
      if (ourAlias(type)) await edit(around, [{ Action: 'DELETE', ResourceRecordSet }]);
    },
  ];
  for (let round = 0; round < 6; round += 1) {
    const events = dice.chance(0.6) ? connectEvents(around) : undefined;
    const stood = new Set(types.flatMap(published));
    for (let count = 1 + dice.upTo(3); count > 0; count -= 1) await dice.pick(acts)();
    const before = ADDRESS_TYPES.filter(isTheirs);
    await events?.settled();
    events?.off();
    const when = `round ${round}:`;
    try {
      if (events) await everyRunStarted(around);
      else await around.run({ trigger: 'schedule' });
    } catch (fault) {
      if (!(fault instanceof RestlessError)) throw fault;
      return [`seed ${seed}, ${family}: L5 ${when} ${fault.message}`];
    }
    for (const type of ADDRESS_TYPES) {
      const found = published(type);
      if (ourAlias(type) && found.length === 0) broken.push(`L9 ${when} the ${type} alias has no addresses`);
      if (before.includes(type) && !isTheirs(type)) broken.push(`L2 ${when} the ${type} alias of others is gone`);
      const remained = runningAt(type).filter((one) => stood.has(one));
      const gone = remained.filter((one) => !failed.has(one) && !found.includes(one));
      if (gone.length > 0) broken.push(`L7 ${when} ${gone.join(', ')} runs and passes, and is gone`);
      if (remained.length > 0 && found.length === 0)
        broken.push(`L7 ${when} failing checks alone empty the ${type} set`);
    }
  }
  around.health.clear();
  await around.run({ trigger: 'schedule' });
  await around.run({ trigger: 'schedule' });
  const calls = around.called.get('ChangeResourceRecordSets');
  await around.run({ trigger: 'schedule' });
  if (around.called.get('ChangeResourceRecordSets') !== calls) broken.push('L5 a further run changes something');
  for (const type of ADDRESS_TYPES) {
    const all = types.includes(type) ? runningAt(type) : [];
    const [found, wanted] = [published(type), all.sort()];
    const blocked = isTheirs(type) && !weighted;
    const right = blocked ? found.every((one) => wanted.includes(one)) : found.join() === wanted.join();
    if (!right) broken.push(`L5 ${type}: ${found.join(', ')} stand, not ${wanted.join(', ')}`);
    const alias = weighted ? `→ ${SET} ${OWNER} ${wanted.length}` : `→ ${SET}`;
    const is = ourAlias(type);
    if (!blocked && is !== (wanted.length > 0 ? alias : undefined)) broken.push(`L5 the ${type} alias is ${is}`);
    if (blocked && is) broken.push(`L2 our ${type} alias stands in the place of another`);
  }
  return broken.map((what) => `seed ${seed}, ${family}: ${what}`);
}
