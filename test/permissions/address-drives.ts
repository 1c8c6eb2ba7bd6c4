import type { Iam } from '../stand-ins/iam.ts';
import { define } from '../support/fleet.ts';
import { ZONE_ID } from '../support/world.ts';
import type { Deployed } from './deployment.ts';
import { type Drive, guarded, run } from './drives.ts';

/** The address name that the drive makes and takes away, as declared. */
export const ADDRESS_NAME = 'www-calc';

/**
 * Runs in which it comes, changes and goes. Instances have addresses of both families; which of them count is the
 * deployment's to say.
 *
 * @returns after each run what stands at the name and at the set behind it, as `<owner name> <type>`
 */
export async function addressRuns(iam: Iam, deployed: Deployed): Promise<readonly (readonly string[])[]> {
  const shop = await guarded(iam, deployed);
  const { admin } = shop.aws.ecs;
  const environment = { SERVICE_80_ADDRESS_NAME: ADDRESS_NAME };
  const taskDefinition = define(shop, 'www', { environment, networkMode: 'awsvpc' });
  const start = (number: number) =>
    admin.putTask({
      cluster: 'main',
      taskDefinition,
      address: `10.0.12.${number}`,
      elasticInterface: { ipv6Address: `2001:db8::12:${number}` },
    });
  const standing: (readonly string[])[] = [];
  const runAndLook = async (name: string) => {
    await run(shop, {}, name);
    const sets = shop.aws.route53.recordSets(ZONE_ID).filter(({ Name }) => Name?.startsWith(ADDRESS_NAME));
    standing.push(sets.map(({ Name, Type }) => `${Name} ${Type}`).sort());
    await shop.clock.advance(120_000);
  };
  const first = start(1);
  await runAndLook('comes');
  const second = start(2);
  admin.stopTask(first);
  await runAndLook('changes');
  admin.stopTask(second);
  await runAndLook('goes');
  return standing;
}

export const ADDRESS_DRIVES: readonly Drive[] = [
  {
    name: 'an address name that comes, changes and goes',
    go: async (iam, deployed) => void (await addressRuns(iam, withBothFamilies(deployed))),
  },
];

/** A deployment that names a family may publish any; the hosts of other drives have IPv4 alone. */
const withBothFamilies = (deployed: Deployed): Deployed =>
  deployed.variables.ADDRESS_FAMILY === undefined
    ? deployed
    : { ...deployed, variables: { ...deployed.variables, ADDRESS_FAMILY: 'dualstack' } };
