import { authorization, readCredentials } from '../../service/basic-auth.ts';
import type { LocalRun } from '../boot.ts';
import { ADDRESS_NAME, OWN_PORT } from '../ecs/services.ts';
import type { RunningTask } from '../ecs/task-runner.ts';
import { runByHand } from './executions.ts';
import { addressReader } from './names.ts';
import { watch } from './portal-watch.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

/** What is shown of the address name, in parts between which other things are shown. */
export interface AddressNameProof {
  /** ECS stops one of its tasks, which serves on while it leaves. */
  stopOne(): Promise<void>;
  /** The replacement comes, and an instance that is sick leaves; nobody who asked by name has been refused. */
  follow(): Promise<void>;
  /** With its last task the name itself goes. */
  end(): Promise<void>;
}

interface Ends {
  readonly signal: AbortSignal;
  /** Aborts when whatever still looks is to stop looking. */
  readonly done: AbortSignal;
}

/** Looks as a client does that knows no SRV: by a plain name, and a port that it was told. @throws StepError */
export async function startAddressName(
  run: LocalRun,
  { step }: Steps,
  { signal, done }: Ends,
): Promise<AddressNameProof> {
  const spec = run.services['calc-awsvpc'];
  if (!spec) {
    await step('SKIPPED: the address name', async () => ({
      note: 'its tasks want addresses of their own, and this machine has no loopback address but 127.0.0.1',
    }));
    const nothing = async (): Promise<void> => {};
    return { stopOne: nothing, follow: nothing, end: nothing };
  }
  const { cloud, cluster, zone } = run;
  const name = `${ADDRESS_NAME}.${zone.name}`;
  const addressesOf = addressReader({ dnsPort: run.dnsPort, zone: zone.name });
  const own = (): readonly RunningTask[] => cluster.tasks().filter(({ family }) => family === spec.definition.family);
  const stands = (isRight: (addresses: readonly string[]) => boolean): Promise<readonly string[]> =>
    until(async () => {
      const addresses = await addressesOf(ADDRESS_NAME);
      return isRight(addresses) ? addresses : undefined;
    }, signal);
  const sameAs = (tasks: readonly RunningTask[]) => (addresses: readonly string[]) =>
    JSON.stringify(addresses) === JSON.stringify(tasks.map(({ address }) => address).sort());
  const [first] = await step(
    `clients without SRV ask for ${name}: it has the addresses of both instances`,
    async () => {
      const addresses = await stands((found) => found.length === 2 && sameAs(own())(found));
      return Object.assign([...own()], { note: `${addresses.join(' and ')}, each at port ${OWN_PORT}` });
    },
  );
  const endWatch = watch(
    asker(() => addressesOf(ADDRESS_NAME)),
    done,
  );

  return {
    async stopOne() {
      await step('one of them is stopped by ECS, and its address leaves while it still serves', async () => {
        if (!first) throw new Error('there is no task to stop');
        await cloud.clients.ecs.stopTask({ cluster: cluster.name, task: first.arn });
        const left = await stands((found) => !found.includes(first.address));
        if (!own().some(({ arn }) => arn === first.arn)) throw new Error(`${first.address} has ended before it left`);
        return { note: `${first.address} is gone, ${left.join(' and ')} stays` };
      });
    },
    async follow() {
      const isNew = ({ arn }: RunningTask) => arn !== first?.arn;
      await step('its replacement has come to the address name', async () => {
        const addresses = await stands((found) => found.length === 2 && sameAs(own().filter(isNew))(found));
        return { note: addresses.join(' and ') };
      });
      await step('an instance that fails its check leaves the address name, and comes back', async () => {
        const [sick, well] = own().filter(isNew);
        if (!sick || !well) throw new Error('there are no two tasks');
        process.kill(sick.pid, 'SIGUSR2');
        const ill = await runByHand(run, signal);
        const left = await addressesOf(ADDRESS_NAME);
        process.kill(sick.pid, 'SIGUSR2');
        const healed = await runByHand(run, signal);
        const failed = [ill, healed].find(({ status }) => status !== 'SUCCEEDED');
        if (failed) throw new Error(`execution ${failed.name} ended ${failed.status} ${failed.why}`);
        if (!sameAs([well])(left)) throw new Error(`it has ${left.join(', ')}`);
        await stands(sameAs([sick, well]));
        return { note: `${left.join()} alone, then both` };
      });
      await step('whoever asked by address name and port was answered all the time', async () => {
        const { answers, failures } = await endWatch();
        if (failures.length > 0)
          throw new Error(`${failures.length} of ${answers + failures.length} times not: ${failures[0]}`);
        return { note: `${answers} of ${answers} times` };
      });
    },
    async end() {
      await step('with its last instances the address name goes, its alias too', async () => {
        cluster.scheduler.put({ ...spec, desiredCount: 0 });
        await stands((found) => found.length === 0);
        const { ResourceRecordSets: sets = [] } = await cloud.clients.route53.listResourceRecordSets({
          HostedZoneId: zone.id,
        });
        const left = sets.filter(({ Name, Type }) => (Type === 'A' || Type === 'AAAA') && Name === `${name}.`);
        if (left.length > 0) throw new Error(`the zone has ${JSON.stringify(left)}`);
        return { note: `nothing stands at ${name}` };
      });
    },
  };
}

/** Asks the next address each time, as a resolver hands them out. */
function asker(addresses: () => Promise<readonly string[]>): () => Promise<string | undefined> {
  const headers = { authorization: authorization(readCredentials('CALC', {})) };
  let asked = 0;
  return async () => {
    const found = await addresses();
    const address = found[asked++ % found.length];
    if (address === undefined) return 'the name has no address';
    const url = `http://${address}:${OWN_PORT}/calc/6*7`;
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
    const { value } = (await response.json()) as { readonly value?: unknown };
    return response.status === 200 && value === 42 ? undefined : `${address} answers ${response.status} ${value}`;
  };
}
