import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { iamStandIn, type PolicyDocument, type Statement } from './iam.ts';
import { startEndpoint } from './protocol.ts';
import { route53StandIn } from './route53.ts';
import { stsStandIn } from './sts.ts';

const OURS = '111111111111';
const THEIRS = '222222222222';
const caller = `arn:aws:iam::${OURS}:role/shop-ApplyBatch`;
const role = `arn:aws:iam::${THEIRS}:role/dns/zone`;
const zoneArn = 'arn:aws:route53:::hostedzone/Z0SHARED';
const reads: Statement = { Effect: 'Allow', Action: 'route53:GetHostedZone', Resource: zoneArn };
const may: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role };
const trusting = (Condition: Statement['Condition'] = {}, who = `arn:aws:iam::${THEIRS}:root`): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal: { AWS: who }, Action: 'sts:AssumeRole', Condition },
});
const trustsUs = (Condition: Statement['Condition'] = {}) => trusting(Condition, `arn:aws:iam::${OURS}:root`);

interface Accounts {
  readonly trust?: PolicyDocument;
  readonly own?: readonly Statement[];
  /** Who signs: the function, unless given. */
  readonly key?: string;
}

/** A function of one account and a zone of another, behind HTTP. */
async function accounts({ trust = trustsUs(), own = [may], key = 'function' }: Accounts = {}) {
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const iam = iamStandIn({ accountId: OURS, now });
  const lambda: Statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  iam.putRole({ arn: caller, trust: { Statement: lambda }, policies: [{ Statement: own }] });
  iam.putRole({ arn: role, trust, policies: [{ Statement: reads }] });
  iam.assume('function', { roleArn: caller, service: 'lambda.amazonaws.com' });
  const route53 = route53StandIn({ now });
  route53.addHostedZone({ id: 'Z0SHARED', name: 'shop.internal', vpcId: 'vpc-1', accountId: THEIRS });
  const services = [route53, stsStandIn({ iam })];
  const endpoint = await startEndpoint({ services, authorize: iam.authorize, accountOf: iam.accountOf });
  const settings = { endpoint: endpoint.url, region: 'eu-west-1', maxAttempts: 1 };
  const sts = new STSClient({ ...settings, credentials: { accessKeyId: key, secretAccessKey: 'any' } });
  onTestFinished(async () => {
    sts.destroy();
    await endpoint.close();
  });
  return {
    iam,
    sts,
    later: (ms: number) => {
      time += ms;
    },
    assume: (more: object = {}) =>
      sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'run-1', ...more })),
    readAs: (credentials: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      sessionToken?: string;
    }) => {
      const client = new Route53Client({ ...settings, credentials });
      return client.send(new GetHostedZoneCommand({ Id: 'Z0SHARED' })).finally(() => client.destroy());
    },
  };
}

const keysOf = ({ Credentials: given }: Awaited<ReturnType<Awaited<ReturnType<typeof accounts>>['assume']>>) => ({
  accessKeyId: given?.AccessKeyId ?? '',
  secretAccessKey: given?.SecretAccessKey ?? '',
  sessionToken: given?.SessionToken ?? '',
});

describe('a session of a role', () => {
  it('acts as the role, in the account of the role, under its name', async () => {
    const { assume, readAs } = await accounts();

    const session = await assume();

    expect(session.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${THEIRS}:assumed-role/zone/run-1`);
    expect(session.Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 0, 1, 1)));
    expect((await readAs(keysOf(session))).HostedZone?.Name).toBe('shop.internal.');
  });

  it('is what reaches a zone of another account: no right in one’s own does', async () => {
    const { readAs } = await accounts({ own: [may, reads] });

    const reading = readAs({ accessKeyId: 'function', secretAccessKey: 'any' });

    await expect(reading).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  it('ends when its time is over, with its token, and with its role', async () => {
    const { iam, assume, readAs, later } = await accounts();
    const first = keysOf(await assume({ DurationSeconds: 900 }));

    await expect(readAs({ ...first, sessionToken: 'another' })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    later(899_000);
    await readAs(first);
    later(1_000);
    await expect(readAs(first)).rejects.toMatchObject({ name: 'ExpiredToken' });
    const second = keysOf(await assume());
    iam.removeRole(role);
    await expect(readAs(second)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(readAs({ ...second, accessKeyId: 'ASIANOBODY' })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('who may have one', () => {
  const withId = trustsUs({ StringEquals: { 'sts:ExternalId': 'of-the-shop' } });
  const only = (name: string) => trustsUs({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OURS}:role/${name}` } });
  it.each<{ row: string; given: Accounts; more?: object; allowed: boolean }>([
    { row: 'a trusted account, by its own policy', given: {}, allowed: true },
    { row: 'a trusted account without a policy of its own', given: { own: [] }, allowed: false },
    { row: 'an account that is not trusted', given: { trust: trusting() }, allowed: false },
    { row: 'a trusted role', given: { trust: trusting({}, caller) }, allowed: true },
    { row: 'with the external id', given: { trust: withId }, more: { ExternalId: 'of-the-shop' }, allowed: true },
    { row: 'with another external id', given: { trust: withId }, more: { ExternalId: 'of-others' }, allowed: false },
    { row: 'without the external id', given: { trust: withId }, allowed: false },
    { row: 'with an id that nobody asks for', given: {}, more: { ExternalId: 'any' }, allowed: true },
    { row: 'a role of the trusted names', given: { trust: only('shop-*') }, allowed: true },
    { row: 'a role of other names', given: { trust: only('depot-*') }, allowed: false },
    { row: 'the administrator of a trusted account', given: { key: 'local' }, allowed: true },
    { row: 'the administrator where only roles are', given: { key: 'local', trust: only('shop-*') }, allowed: false },
    { row: 'anybody of a role that is not there', given: {}, more: { RoleArn: `${role}s` }, allowed: false },
  ])('$row: $allowed', async ({ given, more, allowed }) => {
    const { assume } = await accounts(given);

    const outcome = await assume(more).then(
      () => true,
      (fault: Error) => fault,
    );

    if (allowed) expect(outcome).toBe(true);
    else {
      expect(outcome).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      expect(String(outcome)).toMatch(
        /^AccessDenied: User: \S+ is not authorized to perform: sts:AssumeRole on resource/,
      );
    }
  });
});

it.each([
  { more: { RoleSessionName: 'a b' }, says: "Value 'a b' at 'roleSessionName' failed to satisfy constraint" },
  { more: { RoleSessionName: 'a'.repeat(65) }, says: "at 'roleSessionName' failed" },
  { more: { ExternalId: 'a' }, says: "Value 'a' at 'externalId' failed" },
  { more: { DurationSeconds: 899 }, says: 'Member must have value greater than or equal to 900' },
  { more: { DurationSeconds: 3_601 }, says: 'exceeds the MaxSessionDuration' },
  { more: { RoleArn: `arn:aws:iam::${THEIRS}:user/somebody` }, says: 'is invalid' },
  { more: { Policy: '{}' }, says: 'Policy' },
])('refuses $more', async ({ more, says }) => {
  const { assume } = await accounts({ own: [{ ...may, Resource: '*' }] });

  const asking = assume(more);

  await expect(asking).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining(says) });
});

it('says who somebody is', async () => {
  const { sts } = await accounts();

  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));

  expect([Account, Arn]).toEqual([OURS, caller]);
});
