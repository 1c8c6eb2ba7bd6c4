import { DescribeInstancesCommand, EC2Client, type Filter, type Instance } from '@aws-sdk/client-ec2';
import { describe, onTestFinished } from 'vitest';
import { type Ec2Admin, type Ec2Options, ec2StandIn } from '../../stand-ins/ec2.ts';
import { startEndpoint } from '../../stand-ins/protocol.ts';
import { foreign, standInConfig } from '../endpoint.ts';

/** Laws that need instances of our making, or a clock of our own: only the stand-in can be asked. */
export const describeArranged = describe.skipIf(foreign);

/** EC2 behind HTTP, as an unmodified client sees it, on a clock that the test moves; gone with the test. */
export interface ServedEc2 {
  readonly client: EC2Client;
  readonly admin: Ec2Admin;
  /** Milliseconds since the epoch. */
  readonly clock: { time: number };
}

/** The stand-in of EC2 for one test; its client does not retry. */
export async function servedEc2(options: Partial<Ec2Options> = {}): Promise<ServedEc2> {
  const clock = { time: Date.UTC(2026, 9, 1, 10) };
  const ec2 = ec2StandIn({ now: () => clock.time, region: 'eu-west-1', accountId: '111111111111', ...options });
  const endpoint = await startEndpoint({ services: [ec2], accountId: '111111111111' });
  const client = new EC2Client({ ...standInConfig(endpoint), region: 'eu-west-1' });
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
  });
  return { client, admin: ec2.admin, clock };
}

/** All instances of one answer. */
export async function instancesWhere(client: EC2Client, ...Filters: Filter[]): Promise<Instance[]> {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const outcome = await call.then(
    () => new Error('the call was answered'),
    (error: Error) => error,
  );
  return { name: outcome.name, message: outcome.message };
}
