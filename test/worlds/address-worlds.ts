import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { addressesAt, addressShop, aliasSet, made, NAME, SET, standing } from '../support/address-shop.ts';
import { connectEvents, everyRunStarted } from '../support/fleet.ts';
import { edit } from '../support/shop.ts';
import { OWNER, ZONE } from '../support/world.ts';
import { diceOf } from './dice.ts';

const OTHER = `calc._address.green.${ZONE}`;
const GREEN = { SetIdentifier: 'green', Weight: 2 };

/**
 * One world of an address name: instances that come, go and fail, an alias of others that comes and goes, hands that take ours
 * away, event runs and full runs; then two good runs, after which it must be as it should. Everything follows from the seed.
 *
 * @returns the laws that it broke
 */
export async function runAddressWorld(seed: number): Promise<readonly string[]> {
  const dice = diceOf(seeded(seed));
  const weighted = dice.chance(0.5);
  const around = addressShop({ random: seeded(seed), environment: { ROUTING: weighted ? 'weighted' : 'simple' } });
  await made(around, addressesAt(OTHER, ['10.9.9.9']));
  const running = new Map<string, string>();
  const broken: string[] = [];
  const isTheirs = () => standing(around, NAME).some((text) => text.includes('green'));
  const theirs = (Action: 'CREATE' | 'DELETE') =>
    edit(around, [{ Action, ResourceRecordSet: aliasSet(NAME, OTHER, weighted ? GREEN : {}) }]);
  const ourAlias = () => standing(around, NAME).find((text) => text.includes(`.${OWNER}.`));
  let addresses = 0;
  const acts = [
    () => {
      addresses += 1;
      running.set(`10.0.1.${addresses}`, around.place(`10.0.1.${addresses}`));
    },
    () => {
      const [address, task] = [...running][dice.upTo(Math.max(0, running.size - 1))] ?? [];
      if (address === undefined || task === undefined) return;
      around.aws.ecs.admin.stopTask(task);
      running.delete(address);
    },
    () => around.health.set(`10.0.1.${1 + dice.upTo(5)}:8080`, { state: 'failing', cause: 'connection refused' }),
    () => (isTheirs() ? theirs('DELETE') : ourAlias() && !weighted ? undefined : theirs('CREATE')),
    async () => {
      const [, weight] = / ecs (\d+)$/.exec(ourAlias() ?? '') ?? [];
      const about = weight === undefined ? {} : { SetIdentifier: OWNER, Weight: Number(weight) };
      if (ourAlias()) await edit(around, [{ Action: 'DELETE', ResourceRecordSet: aliasSet(NAME, SET, about) }]);
    },
  ];
  const check = (when: string) => {
    const alias = ourAlias();
    if (alias && standing(around, SET).length === 0) broken.push(`L9 ${when}: the alias has no addresses`);
  };
  for (let round = 0; round < 6; round += 1) {
    const events = dice.chance(0.6) ? connectEvents(around) : undefined;
    for (let count = 1 + dice.upTo(3); count > 0; count -= 1) await dice.pick(acts)();
    const before = isTheirs();
    await events?.settled();
    events?.off();
    if (events) await everyRunStarted(around);
    else await around.run({ trigger: 'schedule' });
    check(`round ${round}`);
    if (before && !isTheirs()) broken.push(`L2 round ${round}: the alias of others is gone`);
  }
  around.health.clear();
  await around.run({ trigger: 'schedule' });
  await around.run({ trigger: 'schedule' });
  const calls = around.called.get('ChangeResourceRecordSets');
  await around.run({ trigger: 'schedule' });
  if (around.called.get('ChangeResourceRecordSets') !== calls) broken.push('L5 a further run changes something');
  const [found, wanted] = [standing(around, SET), [...running.keys()].sort()];
  const blocked = isTheirs() && !weighted;
  const right = blocked ? found.every((one) => running.has(one)) : found.join() === wanted.join();
  if (!right) broken.push(`L5 ${found.join(', ')} stand, not ${wanted.join(', ')}`);
  const alias = weighted ? `→ ${SET} ${OWNER} ${wanted.length}` : `→ ${SET}`;
  if (!blocked && ourAlias() !== (wanted.length > 0 ? alias : undefined)) broken.push(`L5 the alias is ${ourAlias()}`);
  if (blocked && ourAlias()) broken.push('L2 our alias stands in the place of another');
  return broken.map((what) => `seed ${seed}: ${what}`);
}
