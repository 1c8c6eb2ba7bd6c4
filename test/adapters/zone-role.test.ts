import { describe, expect, it } from 'vitest';
import { type RoleToAssume, roleSessions } from '../../functions/adapters/role-credentials.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { zoneClient } from '../../functions/adapters/zone-client.ts';
import { iamStandIn, type Statement } from '../stand-ins/iam.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { stsStandIn } from '../stand-ins/sts.ts';
import { failure, servedTo, withoutPauses } from './served.ts';

const OURS = '111111111111';
const THEIRS = '222222222222';
const ROLE = { arn: `arn:aws:iam::${THEIRS}:role/dns/zone`, externalId: 'of-the-shop' };
const MINUTE = 60_000;
const set = { type: 'A', ttl: 5, values: ['10.0.0.1'], policy: 'simple' } as const;
const create = (label: string) => ({
  action: 'CREATE' as const,
  recordSet: { ...set, ownerName: `${label}.shop.internal.` },
});

interface Given {
  readonly role?: RoleToAssume;
  /** Milliseconds by which our clock is ahead of AWS's. */
  readonly ahead?: number;
}

/** A zone of another account, its role, and what asks by it, over HTTP. */
async function zoneElsewhere({ role = ROLE, ahead = 0 }: Given = {}) {
  let time = Date.UTC(2026, 0, 1);
  let session = 'run-1';
  const iam = iamStandIn({ accountId: OURS, now: () => time });
  const Condition = { StringEquals: { 'sts:ExternalId': ROLE.externalId } };
  const trust: Statement = { Effect: 'Allow', Principal: { AWS: OURS }, Action: 'sts:AssumeRole', Condition };
  const rights: Statement = { Effect: 'Allow', Action: 'route53:*', Resource: 'arn:aws:route53:::hostedzone/Z0SHARED' };
  const putRole = () => iam.putRole({ arn: ROLE.arn, trust: { Statement: trust }, policies: [{ Statement: rights }] });
  putRole();
  const route53 = route53StandIn({ now: () => time });
  route53.addHostedZone({ id: 'Z0SHARED', name: 'shop.internal', vpcId: 'vpc-1', accountId: THEIRS });
  const signed: string[] = [];
  const refused: string[] = [];
  const authorize: typeof iam.authorize = (call, context) => {
    try {
      iam.authorize(call, context);
    } catch (fault) {
      refused.push(String(fault));
      throw fault;
    }
    if (call.service === 'route53') signed.push(iam.whoIs(context).arn);
  };
  const callers = { authorize, accountOf: iam.accountOf };
  const endpoint = await servedTo(callers, route53, stsStandIn({ iam }));
  const client = zoneClient(roleSessions(role, () => session, { now: () => time + ahead }));
  const asked = () => endpoint.inputs<{ RoleSessionName: string }>('AssumeRole');
  return {
    ...endpoint,
    iam,
    route53,
    /** Who has signed each call of Route 53, by the end of the ARN. */
    signers: () => signed.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)),
    refused,
    putRole,
    zone: { ...zoneReader('Z0SHARED', client), ...zoneWriter('Z0SHARED', client) },
    asked,
    sessions: () => asked().map((input) => input.RoleSessionName),
    later: (ms: number) => {
      time += ms;
    },
    /** Another run, in the same warm function. */
    run: (name: string) => {
      session = name;
    },
  };
}

describe('a zone of another account', () => {
  it('is not reached without the role', async () => {
    await zoneElsewhere();

    const fault = await failure(zoneReader('Z0SHARED').all());

    expect(fault).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('this resource') });
  });

  it('is read and changed by it, in a session that bears the name of the run', async () => {
    const { zone, route53, asked } = await zoneElsewhere();

    const { isPrivate } = await zone.describe();
    await zone.change([create('a')], 'a test');
    const sets = await zone.at('a.shop.internal.');

    expect(isPrivate).toBe(true);
    expect(sets).toHaveLength(1);
    expect(route53.recordSets('Z0SHARED')).toHaveLength(3);
    expect(asked()).toEqual([
      { RoleArn: ROLE.arn, RoleSessionName: 'run-1', ExternalId: 'of-the-shop', DurationSeconds: 900 },
    ]);
  });
});

describe('a session', () => {
  it('is asked for once, by however many calls at a time', async () => {
    const { zone, sessions } = await zoneElsewhere();

    await Promise.all(['a', 'b', 'c', 'd'].map((label) => zone.at(`${label}.shop.internal.`)));

    expect(sessions()).toEqual(['run-1']);
  });

  it('is one of the run: the next one in the same function has its own', async () => {
    const { zone, sessions, signers, run } = await zoneElsewhere();

    await zone.all();
    run('run-2');
    await zone.all();
    run('run-1');
    await zone.all();

    expect(sessions()).toEqual(['run-1', 'run-2']);
    expect(signers()).toEqual(['run-1', 'run-2', 'run-1']);
  });

  it.each([
    { row: 'as exact as ours', ahead: 0 },
    { row: 'an hour behind ours', ahead: 60 * MINUTE },
    { row: 'an hour ahead of ours', ahead: -60 * MINUTE },
  ])('is renewed before it ends, by a clock that is $row', async ({ ahead }) => {
    const { zone, calls, sessions, refused, later } = await zoneElsewhere({ ahead });

    await zone.all();
    later(9 * MINUTE);
    await zone.all();
    later(2 * MINUTE);
    await zone.all();
    later(9 * MINUTE);
    await zone.all();

    expect(sessions()).toEqual(['run-1', 'run-1']);
    expect(calls.filter(({ operation }) => operation === 'ListResourceRecordSets')).toHaveLength(4);
    expect(refused).toEqual([]);
  });

  it('that Route 53 takes for ended is asked for anew, and the change made once', async () => {
    const { zone, route53, sessions, inject, inputs } = await zoneElsewhere();
    await zone.all();
    const expired = new ServiceFault('ExpiredToken', 'The security token included in the request is expired', {
      statusCode: 403,
    });
    inject('ChangeResourceRecordSets', expired, 1);

    await zone.change([create('a')], 'a test');

    expect(sessions()).toEqual(['run-1', 'run-1']);
    expect(inputs('ChangeResourceRecordSets')).toHaveLength(2);
    expect(route53.recordSets('Z0SHARED')).toHaveLength(3);
  });

  it('that is refused again is a fault, and no endless asking', async () => {
    const { zone, sessions, inject } = await zoneElsewhere();
    inject('ListResourceRecordSets', new ServiceFault('ExpiredToken', 'is expired', { statusCode: 403 }));

    const fault = await failure(zone.all());

    expect(fault).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('ExpiredToken') });
    expect(sessions()).toEqual(['run-1', 'run-1']);
  });

  it('of a role that was made anew is asked for anew', async () => {
    const { zone, iam, putRole, sessions } = await zoneElsewhere();
    await zone.all();
    iam.removeRole(ROLE.arn);
    const gone = await failure(zone.all());
    putRole();

    const sets = await zone.all();

    expect(gone.name).toBe('AccessDenied');
    expect(sets).toHaveLength(2);
    expect(sessions()).toEqual(['run-1', 'run-1', 'run-1']);
  });
});

describe('a role that cannot be had', () => {
  const says = (how: string) =>
    `${ROLE.arn}, the role of the hosted zone, cannot be assumed (AccessDenied: User: ` +
    `arn:aws:iam::${OURS}:role/Administrator is not authorized to perform: sts:AssumeRole on resource: ${ROLE.arn}); ` +
    `the role has to exist and to trust this caller ${how}, and the caller has to be allowed sts:AssumeRole on it: docs/accounts.md`;

  it.each([
    { row: 'another external id', externalId: 'of-others', how: 'with the external id of the deployment' },
    { row: 'no external id', externalId: undefined, how: 'without an external id' },
  ])('for $row says so at once, whatever is asked', async ({ externalId, how }) => {
    const { zone, sessions } = await zoneElsewhere({ role: { ...ROLE, externalId } });

    const faults = [await failure(zone.describe()), await failure(zone.change([create('a')], 'a test'))];

    expect(faults.map(({ name }) => name)).toEqual(['AccessDenied', 'AccessDenied']);
    expect(faults.map(({ message }) => message)).toEqual([says(how), says(how)]);
    expect(sessions()).toHaveLength(2);
  });

  it('since it is gone says so in the middle of a run', async () => {
    const { zone, iam } = await zoneElsewhere();
    await zone.all();
    iam.removeRole(ROLE.arn);

    const fault = await failure(zone.change([create('a')], 'a test'));

    expect(fault.name).toBe('AccessDenied');
    expect(fault.message).toBe(says('with the external id of the deployment'));
  });

  it('for the moment is asked for again by the next call', async () => {
    withoutPauses();
    const { zone, inject } = await zoneElsewhere();
    inject('AssumeRole', new ServiceFault('Throttling', 'Rate exceeded'), 3);

    const fault = await failure(zone.all());
    const sets = await zone.all();

    expect(fault).toMatchObject({
      name: 'ThrottledError',
      message: expect.stringMatching(/^sts:AssumeRole was thrott/),
    });
    expect(sets).toHaveLength(2);
  });
});
