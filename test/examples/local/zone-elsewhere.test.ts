import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../cli/context.ts';
import type { Io } from '../../../cli/io.ts';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { CREDENTIALS, PLACE } from '../../../examples/local/cloud/place.ts';
import type { LocalZone } from '../../../examples/local/cloud/zone.ts';
import { runByHand } from '../../../examples/local/once/executions.ts';
import { nameReader } from '../../../examples/local/once/names.ts';
import { pointClientsAt } from '../../adapters/served.ts';
import { zoneRole } from '../../infra/zone-role-template.ts';
import { EXTERNAL_ID, NETWORK } from '../../support/zone-elsewhere.ts';
import { soon } from './ecs/world.ts';

/** As docs/hosted-zone-role.yaml makes it in the account of the zone, for the functions and for the administrator. */
const roleOf = ({ id }: LocalZone) =>
  zoneRole({ HostedZoneId: id, DeploymentAccount: PLACE.accountId, Operators: 'Administrator' });

let run: LocalRun;
const sessions: string[] = [];

beforeAll(async () => {
  run = await boot({
    schedule: 'never',
    elsewhere: { accountId: NETWORK, externalId: EXTERNAL_ID, roleOf },
    intercept: ({ operation, input }) => {
      if (operation === 'AssumeRole') sessions.push((input as { RoleSessionName: string }).RoleSessionName);
      return undefined;
    },
  });
}, 120_000);
afterAll(() => run?.close());

const instances = () => nameReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calc');
const byHand = () => runByHand(run, AbortSignal.timeout(60_000));

describe('a local run whose zone belongs to another account', { timeout: 120_000 }, () => {
  it('publishes by the role, with the functions and the permissions of the template', async () => {
    run.cluster.scheduler.put(run.services.calc);

    await soon(async () => expect(await instances()).toHaveLength(2));

    expect(run.cloud.denied).toEqual([]);
    expect(sessions).toContainEqual(expect.stringMatching(/^events-2\d{3}-/));
  });

  it('is asked about by the command, by the same role, in a session that says who', async () => {
    pointClientsAt(run.cloud.endpointUrl, CREDENTIALS.accessKeyId);
    const { env } = process;
    env.AWS_REGION = PLACE.region;
    const io = { variables: { USER: 'somebody else' }, tell: () => undefined } as unknown as Io;

    const { zone } = await connect(io, run.deployment.stateMachine.arn);
    const sets = await zone.all();

    expect(sets.filter(({ type }) => type === 'SRV')).toHaveLength(1);
    // A run of the next window may ask at the same time.
    expect(sessions).toContain('ecssd-somebody-else');
  });

  it('fails with the reason where the role is gone, and goes on where it is back', async () => {
    run.cloud.iam.removeRole(roleOf(run.zone).arn);
    const gone = await byHand();
    run.cloud.iam.putRole(roleOf(run.zone));
    const back = await byHand();

    expect([gone.status, back.status]).toEqual(['FAILED', 'SUCCEEDED']);
    expect(gone.why).toMatch(/AccessDenied.*the role of the hosted zone, cannot be assumed/s);
    expect(await instances()).toHaveLength(2);
  });
});
