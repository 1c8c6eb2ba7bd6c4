import { describe, expect, it } from 'vitest';
import { adopt } from '../../cli/commands/adopt.ts';
import { remove } from '../../cli/commands/remove.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { OWNER, type WorldOptions, ZONE, ZONE_ID } from '../support/world.ts';
import { type Asked, command } from './command-world.ts';

/** What `ecssd adopt` looks at before it asks, and the order in which it changes what it was told to. */

const former = (port: number, address = '10.0.1.23') => value(address, port).replace(`.${OWNER}.`, '.old.');
const address = (host: string, Value: string) => ({
  Name: `${host}.old.${ZONE}`,
  Type: 'A',
  TTL: 300,
  ResourceRecords: [{ Value }],
});
const MARKER = {
  Name: `old.${ZONE}`,
  Type: 'TXT',
  TTL: 300,
  ResourceRecords: [{ Value: `"ecs-service-discovery-dns deployment=${ACCOUNT}/${REGION}/gone"` }],
};

/** A deployment beside what a former owner label has left. */
async function left(sets: readonly object[], options: Omit<WorldOptions, 'beside'> = {}): Promise<Shop> {
  const around = shop(options);
  await edit(
    around,
    [MARKER, ...sets].map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })),
  );
  return around;
}

/** Each change of the zone from now on: names, with the TTLs that they have afterwards, and when. */
function changesOf({ aws, clock }: Shop) {
  const seen: { readonly at: number; readonly sets: readonly string[] }[] = [];
  aws.route53.onChange(({ changes }) => {
    const sets = changes.map(({ before, after }) =>
      after ? `${after.Type} ${after.Name} ${after.TTL}` : `no ${before?.Type} ${before?.Name}`,
    );
    seen.push({ at: clock.now(), sets });
  });
  return seen;
}

const refusal = (around: Shop, asked: Asked) =>
  command(around, adopt, asked).then(
    () => new Error('nothing was refused'),
    (fault: unknown) => fault,
  );
const zoneOf = ({ aws }: Shop) => structuredClone(aws.route53.recordSets(ZONE_ID));

describe('adopt refuses, before it asks or changes anything,', () => {
  it.each([
    { row: 'the label that is its own', asked: { owner: OWNER }, says: 'other than "ecs"' },
    { row: 'what is no label', asked: { owner: 'a.b' }, says: 'got "a.b", want the one label' },
    {
      row: '--unmarked where no label is named',
      asked: { flags: ['unmarked'] },
      says: 'got --unmarked, want --owner with it',
    },
  ])('$row', async ({ asked, says }) => {
    const around = await left([srv(CALC, [former(32_768)])]);
    const before = zoneOf(around);

    const fault = await refusal(around, asked);

    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining(says) });
    expect(zoneOf(around)).toEqual(before);
  });

  it('where a cluster cannot be read: its tasks may claim what seems to be nobody’s', async () => {
    let unread = '';
    const around = await left([srv(CALC, [former(32_768)])], {
      before: async ({ operation, input }) => {
        const { cluster = '' } = input as { readonly cluster?: string };
        if (operation === 'ListTasks' && cluster === unread) throw new ServiceFault('AccessDeniedException', 'no');
      },
    });
    around.aws.ecs.admin.createCluster('other');
    unread = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/other`;
    const changes = changesOf(around);

    const fault = await refusal(around, { owner: 'old' });

    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining(unread) });
    expect(changes).toEqual([]);
  });

  it('where the deployment is withdrawn and would take back at once what it takes over', async () => {
    const around = await left([srv(CALC, [former(32_768)])]);
    await command(around, remove);
    const before = zoneOf(around);

    const fault = await refusal(around, { owner: 'old' });

    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining('ecssd remove --undo') });
    expect(zoneOf(around)).toEqual(before);
  });
});

describe('adopt', () => {
  it('starts no run where the zone is not as it was read, and says so', async () => {
    let sent = 0;
    const around = await left([srv(CALC, [former(32_768)])], {
      before: async ({ operation, input }) => {
        const { ChangeBatch } = input as { readonly ChangeBatch?: { readonly Comment?: string } };
        if (operation !== 'ChangeResourceRecordSets' || !ChangeBatch?.Comment?.includes('adopt')) return;
        sent += 1;
        throw new ServiceFault('InvalidChangeBatch', '[it was not found]');
      },
    });
    const changes = changesOf(around);

    const fault = await refusal(around, { owner: 'old' });

    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringContaining('the zone is not as it was') });
    expect([sent, changes]).toEqual([1, []]);
  });

  it('drops what only a value of ours names that is about to go itself', async () => {
    const around = await left([srv(CALC, [value('10.0.1.23', 32_768), former(32_768)])]);

    const { lines } = await command(around, adopt, { owner: 'old', answer: false });

    const rows = lines.filter((line) => line.includes(former(32_768)));
    expect(rows).toEqual([expect.stringMatching(/^- .*no task claims it/)]);
  });

  it('gives what it takes over the TTL that ours have', async () => {
    const around = await left([srv('_own._tcp', [value('10.0.9.9', 7)], 77), srv(CALC, [former(32_768)], 300)]);
    around.task(32_768);
    const changes = changesOf(around);

    await command(around, adopt, { owner: 'old' });

    expect(changes.flatMap(({ sets }) => sets).find((set) => set.startsWith(`SRV ${CALC}`))).toBe(
      `SRV ${CALC}.${ZONE} 77`,
    );
  });

  it.each([
    { row: 'as long as resolvers remember the values', ttl: 20, seconds: 20 },
    { row: 'a minute at most', ttl: 3_600, seconds: 60 },
  ])('leaves addresses that nothing names any more, $row', async ({ ttl, seconds }) => {
    const around = await left([srv(CALC, [former(32_768)], ttl), address('ip-10-0-1-23', '10.0.1.23')]);
    const changes = changesOf(around);

    await command(around, adopt, { owner: 'old' });

    const when = (set: string) => changes.find(({ sets }) => sets.includes(set))?.at ?? Number.NaN;
    const pause = when(`no A ip-10-0-1-23.old.${ZONE}`) - when(`no SRV ${CALC}.${ZONE}`);
    expect(pause).toBe(1_000 * seconds);
  });
});
