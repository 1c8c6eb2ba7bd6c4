import { type Check, expected } from '../check.ts';
import type { Place } from '../places/place.ts';
import { until } from '../wait.ts';
import { pace, published } from './runs.ts';

/** SRV values of a name as the zone has them. */
async function inZone({ clients, zoneId }: Place, name: string): Promise<readonly string[]> {
  const { ResourceRecordSets: sets = [] } = await clients.route53.listResourceRecordSets({
    HostedZoneId: zoneId,
    StartRecordName: name,
    StartRecordType: 'SRV',
    MaxItems: 1,
  });
  return sets
    .filter(({ Name, Type }) => Type === 'SRV' && Name === `${name}.`)
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value))
    .sort();
}

const same = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n');

export const names: Check = {
  id: 'names',
  asks: 'Does the resolver of the VPC answer with the instances that run, at addresses that are theirs?',
  expected: 'the values of the zone, word for word, each target with one address',
  seconds: 900,
  locally: true,
  async run(place, signal) {
    const details: string[] = [];
    for (const name of published(place)) {
      const values = await until(
        async () => {
          const wanted = await inZone(place, name);
          const { data } = await place.ask(name, 'SRV', signal);
          return wanted.length > 0 && same(wanted, data) ? data : undefined;
        },
        { every: pace(place), signal },
      );
      for (const value of values) {
        const target = value.split(' ')[3]?.replace(/\.$/, '') ?? '';
        const { data } = await place.ask(target, 'A', signal);
        details.push(`${name} ${value} ${data.join(' ')}`);
      }
    }
    const lame = details.filter((line) => !/ ip-(\d+)-(\d+)-(\d+)-(\d+)\.\S+ \1\.\2\.\3\.\4$/.test(line));
    return expected(lame.length === 0, `${details.length} values at ${published(place).length} names`, details);
  },
};

export const soa: Check = {
  id: 'soa',
  asks: 'For how long do resolvers remember that a name does not exist?',
  expected: '5 s: the TTL of the SOA and its last number, as the first run has lowered them',
  seconds: 900,
  locally: true,
  async run(place, signal) {
    const { status, negative } = await place.ask(`_nothing-here._tcp.${place.zone}`, 'SRV', signal);
    const seen = negative ? `${status}, TTL ${negative.ttl}, last number ${negative.minimum}` : `${status} without SOA`;
    return expected(negative !== undefined && negative.ttl <= 5 && negative.minimum === 5, seen);
  },
};

export const propagation: Check = {
  id: 'propagation',
  asks: 'When does a change reach the resolver of the VPC, and when does Route 53 call it INSYNC?',
  expected: 'answered within 60 s, INSYNC within 120 s; which comes first is not promised',
  seconds: 300,
  locally: true,
  async run(place, signal) {
    const { route53 } = place.clients;
    const name = `propagation-${Date.now()}.${place.zone}`;
    const change = (Action: 'CREATE' | 'DELETE') =>
      route53.changeResourceRecordSets({
        HostedZoneId: place.zoneId,
        ChangeBatch: {
          Changes: [
            {
              Action,
              ResourceRecordSet: { Name: name, Type: 'A', TTL: 5, ResourceRecords: [{ Value: '192.0.2.1' }] },
            },
          ],
        },
      });
    const { ChangeInfo } = await change('CREATE');
    const since = Date.now();
    const Id = ChangeInfo?.Id ?? '';
    try {
      const [answered, inSync] = await Promise.all([
        until(async () => ((await place.ask(name, 'A', signal)).data.length > 0 ? elapsed(since) : undefined), {
          every: place.kind === 'local' ? 0.2 : 1,
          signal,
        }),
        until(
          async () => ((await route53.getChange({ Id })).ChangeInfo?.Status === 'INSYNC' ? elapsed(since) : undefined),
          {
            every: place.kind === 'local' ? 0.2 : 1,
            signal,
          },
        ),
      ]);
      return expected(answered <= 60 && inSync <= 120, `answered after ${answered} s, INSYNC after ${inSync} s`);
    } finally {
      await change('DELETE');
    }
  },
};

/** Seconds, one digit. */
const elapsed = (since: number) => Math.round((Date.now() - since) / 100) / 10;
