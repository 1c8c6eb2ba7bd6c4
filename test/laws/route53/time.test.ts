import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterEach, describe, expect, it } from 'vitest';
import { type Endpoint, startEndpoint } from '../../stand-ins/protocol.ts';
import { type Route53Options, type Route53StandIn, route53StandIn } from '../../stand-ins/route53.ts';
import { foreign, LAWS_ENDPOINT, standInConfig, standInOnly } from '../endpoint.ts';
import { everySet } from './listing.ts';
import { create, remove, simple, stage, upsert } from './playground.ts';

describe('a change', () => {
  const { playground } = stage();

  it(
    'is listed at once and INSYNC in the end',
    async () => {
      const { client, name, change, all } = playground();

      const { ChangeInfo: info } = await change(create(simple(name('a'), 'A', '10.0.0.1')));
      const listed = await all();
      const statuses: (string | undefined)[] = [];
      while (statuses.at(-1) !== 'INSYNC' && statuses.length < 40) {
        if (statuses.length > 0) await new Promise((resolve) => setTimeout(resolve, 3000));
        const { ChangeInfo: now } = await client.send(new GetChangeCommand({ Id: info?.Id }));
        statuses.push(now?.Status);
      }

      expect(listed).toEqual([simple(name('a'), 'A', '10.0.0.1')]);
      expect(info?.Status).toBe('PENDING');
      expect(statuses.at(-1)).toBe('INSYNC');
    },
    foreign ? 180_000 : 5_000,
  );

  it('that nobody made is not found', async () => {
    const { client } = playground();

    const outcome = client.send(new GetChangeCommand({ Id: 'C00000000000000000NONE' }));

    await expect(outcome).rejects.toMatchObject({ name: 'NoSuchChange', $metadata: { httpStatusCode: 404 } });
  });
});

describe.skipIf(foreign)(
  `on a clock of our own${foreign ? ` (not asked of ${LAWS_ENDPOINT}: it has its own)` : ''}`,
  () => {
    const open: Endpoint[] = [];
    let time = 0;

    async function start(options: Partial<Route53Options>) {
      time = 1_000_000;
      const standIn = route53StandIn({ now: () => time, ...options });
      const endpoint = await startEndpoint({ services: [standIn] });
      open.push(endpoint);
      const client = new Route53Client(standInConfig(endpoint));
      return { standIn, client, zoneId: standIn.addHostedZone({ name: 'laws.internal' }) };
    }

    const changeA = (zoneId: string, address: string, action = create) =>
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: [action(simple('a.laws.internal.', 'A', address))] },
      });

    const served = (standIn: Route53StandIn, zoneId: string) =>
      standIn
        .recordSets(zoneId)
        .filter(({ Type }) => Type === 'A')
        .flatMap(({ ResourceRecords: records = [] }) => records.map(({ Value }) => Value));

    afterEach(async () => {
      await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
    });

    it('a change is PENDING and not yet served until it has propagated', async () => {
      const { standIn, client, zoneId } = await start({ propagationMs: 30_000 });
      const { ChangeInfo: info } = await client.send(changeA(zoneId, '10.0.0.1'));
      const status = async () => (await client.send(new GetChangeCommand({ Id: info?.Id }))).ChangeInfo?.Status;

      time += 29_999;
      const early = [await status(), served(standIn, zoneId), (await everySet(client, zoneId)).length];
      time += 1;
      const late = [await status(), served(standIn, zoneId)];

      expect(early).toEqual(['PENDING', [], 3]);
      expect(late).toEqual(['INSYNC', ['10.0.0.1']]);
    });

    it('changes are served in their order, each at its own time', async () => {
      const { standIn, client, zoneId } = await start({ propagationMs: 1000 });
      await client.send(changeA(zoneId, '10.0.0.1', upsert));
      time += 400;
      await client.send(changeA(zoneId, '10.0.0.2', upsert));

      const seen = [0, 600, 400].map((step) => {
        time += step;
        return served(standIn, zoneId);
      });

      expect(seen).toEqual([[], ['10.0.0.1'], ['10.0.0.2']]);
    });

    it('a change of a zone that is still being processed is refused, but neither a list nor another zone', async () => {
      const { standIn, client, zoneId } = await start({ changeProcessingMs: 200 });
      const other = standIn.addHostedZone({ name: 'laws.internal' });
      await client.send(changeA(zoneId, '10.0.0.1'));

      time += 199;
      const refused = await client.send(changeA(zoneId, '10.0.0.2', upsert)).catch((error: unknown) => error);
      const listed = await everySet(client, zoneId);
      await client.send(changeA(other, '10.0.0.1'));
      time += 1;
      await client.send(changeA(zoneId, '10.0.0.2', upsert));

      expect(refused).toMatchObject({
        name: 'PriorRequestNotComplete',
        message: 'The request was rejected because Route 53 was still processing a prior request.',
        $metadata: { httpStatusCode: 400 },
      });
      expect(listed).toHaveLength(3);
      expect(served(standIn, zoneId)).toEqual(['10.0.0.2']);
    });

    it('of two requests that overlap the second is refused', async () => {
      let finish: () => void = () => undefined;
      let started: () => void = () => undefined;
      const underWay = new Promise<void>((resolve) => {
        started = resolve;
      });
      const processing = () => {
        started();
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      };
      const { standIn, client, zoneId } = await start({ processing });

      const first = client.send(changeA(zoneId, '10.0.0.1'));
      await underWay;
      const second = await client.send(changeA(zoneId, '10.0.0.2', upsert)).catch((error: unknown) => error);
      finish();
      await first;

      expect(second).toMatchObject({ name: 'PriorRequestNotComplete' });
      expect(served(standIn, zoneId)).toEqual(['10.0.0.1']);
    });

    it('a refused batch does not keep the zone busy', async () => {
      const { client, zoneId } = await start({ changeProcessingMs: 200 });

      const refused = await client.send(changeA(zoneId, '10.0.0.1', remove)).catch((error: unknown) => error);
      const accepted = await client.send(changeA(zoneId, '10.0.0.1'));

      expect(refused).toMatchObject({ name: 'InvalidChangeBatch' });
      expect(accepted.ChangeInfo?.Status).toBe('PENDING');
    });

    standInOnly('it would exhaust the account')(
      '50 requests at once, then 10 a second; the rest is throttled',
      async () => {
        const { client } = await start({ throttle: true });
        const accepted = async (requests: number) => {
          const outcomes = await Promise.allSettled(
            Array.from({ length: requests }, () => client.send(new ListHostedZonesCommand())),
          );
          return outcomes.filter(({ status }) => status === 'fulfilled').length;
        };

        const burst = await accepted(60);
        const throttled = await client.send(new ListHostedZonesCommand()).catch((error: unknown) => error);
        time += 1000;
        const second = await accepted(20);
        time += 60_000;
        const rested = await accepted(60);

        expect([burst, second, rested]).toEqual([50, 10, 50]);
        expect(throttled).toMatchObject({
          name: 'Throttling',
          message: 'Rate exceeded',
          $metadata: { httpStatusCode: 400 },
        });
      },
    );

    standInOnly('it would exhaust the account')(
      'all actions share the account, and one may have a smaller share of its own',
      async () => {
        const { client } = await start({ throttle: true });
        const add = (number: number) =>
          client.send(new CreateHostedZoneCommand({ Name: 'a.internal', CallerReference: `reference-${number}` }));
        const list = () => client.send(new ListHostedZonesCommand());
        const accepted = async (calls: readonly Promise<unknown>[]) =>
          (await Promise.allSettled(calls)).filter(({ status }) => status === 'fulfilled').length;

        const created = await accepted(Array.from({ length: 45 }, (_, number) => add(number)));
        const listed = await accepted(Array.from({ length: 20 }, list));

        expect([created, listed]).toEqual([40, 10]);
      },
    );

    standInOnly('it would exhaust the account')(
      '1,500 changes at once, an UPSERT costs two, then 100 a second',
      async () => {
        const { client, zoneId } = await start({ throttle: true });
        const batch = (count: number, action = create) =>
          client
            .send(
              new ChangeResourceRecordSetsCommand({
                HostedZoneId: zoneId,
                ChangeBatch: {
                  Changes: Array.from({ length: count }, (_, index) =>
                    action(simple(`n${index}.laws.internal.`, 'A', '10.0.0.1')),
                  ),
                },
              }),
            )
            .then(
              () => 'accepted',
              (error: Error) => error.name,
            );

        const outcomes = [
          await batch(1000),
          await batch(251, upsert),
          await batch(250, upsert),
          await batch(1, remove),
        ];
        time += 1000;
        outcomes.push(await batch(51, upsert), await batch(50, upsert), await batch(1, remove));

        expect(outcomes).toEqual([
          'accepted',
          'Throttling',
          'accepted',
          'Throttling',
          'Throttling',
          'accepted',
          'Throttling',
        ]);
      },
    );
  },
);
