import { authorization, readCredentials } from '../../service/basic-auth.ts';
import { tryEach } from '../../srv/lookup.ts';
import type { LocalRun } from '../boot.ts';
import { startAddressName } from './address-name.ts';
import { allExecutions, runByHand } from './executions.ts';
import { type Instances, nameReader } from './names.ts';
import { askPortal, watchPortal } from './portal-watch.ts';
import { asBefore, proveShift } from './shift.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

/**
 * What somebody would do by hand to see that it works: start the services in any order, find them, lose one, look at the
 * executions. Every step looks from outside: DNS queries, HTTP requests, calls to AWS, signals to processes.
 *
 * @throws StepError
 */
export async function prove(run: LocalRun, steps: Steps, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  try {
    await proveAll(run, steps, { signal, done: done.signal });
  } finally {
    done.abort(); // whatever still looks stops looking
  }
}

async function proveAll(
  run: LocalRun,
  { step }: Steps,
  { signal, done }: { readonly signal: AbortSignal; readonly done: AbortSignal },
): Promise<void> {
  const { services, portalUrl, zone } = run;
  const { scheduler, tasks } = run.cluster;
  const instancesOf = nameReader({ dnsPort: run.dnsPort, zone: zone.name });
  const eventually = <T>(look: () => Promise<T | undefined>): Promise<T> => until(look, signal);
  const twoOf = (service: string, isRight: (instances: Instances) => boolean = () => true): Promise<Instances> =>
    eventually(async () => {
      const instances = await instancesOf(service);
      return instances.length === 2 && isRight(instances) ? instances : undefined;
    });

  await step('the portal starts before anything that it needs, and says so kindly', async () => {
    scheduler.put(services.portal);
    const { status, body } = await eventually(() => askPortal(portalUrl, 'calc?formula=1%2B1').catch(() => undefined));
    if (status !== 503 || body.state !== 'no-instance') throw new Error(`it answers ${status} ${JSON.stringify(body)}`);
    return { note: `${status}, ${body.error}` };
  });

  await step('calc and time start', async () => {
    scheduler.put(asBefore(services.calc));
    scheduler.put(services.time);
    const byAddress = services['calc-awsvpc'];
    if (byAddress) scheduler.put(byAddress);
    await eventually(async () => (tasks().length === (byAddress ? 7 : 5) ? true : undefined));
    return {
      note: tasks()
        .map(({ family, pid }) => `${family} is process ${pid}`)
        .join(', '),
    };
  });

  const { calc } = await step('both names have two instances each, over UDP and over TCP', async () => {
    const [calc, time] = await Promise.all([twoOf('calc'), twoOf('time')]);
    return { calc, note: `calc at ${calc.join(' and ')}, time at ${time.join(' and ')}` };
  });

  await step('calc and time answer whoever looks up their SRV records', async () => {
    const lookups = { server: run.dnsServer };
    const value = await call(`_calc._tcp.${zone.name}`, '/calc/(2+2)*3', 'CALC', lookups);
    if (value !== 12) throw new Error(`(2+2)*3 is ${value}`);
    const year = await call(`_time._tcp.${zone.name}`, '/time/2006', 'TIME', lookups);
    if (year !== String(new Date().getFullYear()) && year !== String(new Date().getUTCFullYear()))
      throw new Error(`the year is ${year}`);
    return { note: `(2+2)*3 = ${value}, the year is ${year}` };
  });

  const endWatch = await step('the portal finds both', async () => {
    await eventually(async () => {
      // It looked before there was anything: resolvers may remember that for the negative TTL.
      const [calc, time] = await Promise.all([
        askPortal(portalUrl, 'calc?formula=6*7'),
        askPortal(portalUrl, 'time?layout=15:04'),
      ]);
      return calc.status === 200 && time.status === 200 ? true : undefined;
    });
    return { end: watchPortal(portalUrl, done), note: 'from now on it is asked ten times a second' };
  });

  const addressName = await startAddressName(run, { step }, { signal, done });
  await addressName.stopOne();

  const killed = tasks().find(({ family }) => family === 'calc');
  const place = `${killed?.address}:${killed?.port}`;
  await step('one calc process is killed, and its value leaves the zone', async () => {
    if (!killed || !calc.includes(place)) throw new Error(`the zone does not list ${place}`);
    process.kill(killed.pid, 'SIGKILL');
    const left = await eventually(async () => {
      const instances = await instancesOf('calc');
      return instances.includes(place) ? undefined : instances;
    });
    return { note: `${place} is gone, ${left.join(' and ')} stays` };
  });

  await step('its replacement starts, passes its check and follows', async () => {
    const replaced = await twoOf('calc', (instances) => !instances.includes(place));
    return { note: `calc at ${replaced.join(' and ')}` };
  });

  await addressName.follow();

  await proveShift(run, { step }, { signal, done });

  await step('the portal has answered all the time', async () => {
    const { answers, failures } = await endWatch.end();
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${answers + failures.length} times not: ${failures[0]}`);
    return { note: `${answers} of ${answers} times` };
  });

  await addressName.end();

  await step('a full run, started by hand, finds nothing to do', async () => {
    const { name, status, output, why } = await runByHand(run, signal);
    if (status !== 'SUCCEEDED') throw new Error(`execution ${name} ended ${status} ${why}`);
    const { changes, published } = output as { changes: unknown[]; published: object };
    if (changes.length > 0) throw new Error(`execution ${name} changed ${JSON.stringify(changes)}`);
    return { note: `execution ${name}, published ${JSON.stringify(published)}` };
  });

  await step('every execution has succeeded', async () => {
    const byStatus = await allExecutions(run, signal);
    const counts = [...byStatus].map(([status, count]) => `${count} ${status}`).join(', ');
    if ([...byStatus.keys()].some((status) => status !== 'SUCCEEDED')) throw new Error(counts);
    return { note: counts };
  });

  await step('every call was one that its caller’s role allows', async () => {
    if (run.cloud.denied.length > 0) throw new Error(run.cloud.denied.join('; '));
    return { note: `${run.deployment.permissions.roles.length} roles of the template` };
  });
}

/** Calls a service as the README shows it: the next instance when one fails. */
async function call(name: string, path: string, credentials: string, options: { server: string }): Promise<unknown> {
  const headers = { authorization: authorization(readCredentials(credentials, {})) };
  const { value } = await tryEach(
    name,
    async ({ address, port }) => {
      const response = await fetch(`http://${address}:${port}${path}`, { headers, signal: AbortSignal.timeout(2_000) });
      if (!response.ok) throw new Error(`${address}:${port} answers ${response.status}`);
      return (await response.json()) as { value: unknown };
    },
    options,
  );
  return value.value;
}
