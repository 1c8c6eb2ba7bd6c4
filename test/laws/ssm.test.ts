import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEndpoint } from '../stand-ins/protocol.ts';
import { type SsmOptions, ssmStandIn } from '../stand-ins/ssm.ts';
import { refusal } from './ec2/served.ts';
import { foreign, standInConfig } from './endpoint.ts';

async function servedSsm(options: Partial<SsmOptions> = {}) {
  const ssm = ssmStandIn({ now: () => Date.UTC(2026, 9, 1), ...options });
  const endpoint = await startEndpoint({ services: [ssm] });
  const client = new SSMClient(standInConfig(endpoint));
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
  });
  const ask = (Values: readonly string[], about: { MaxResults?: number; NextToken?: string; Key?: string } = {}) => {
    const { Key = 'InstanceIds', ...rest } = about;
    return client.send(new DescribeInstanceInformationCommand({ Filters: [{ Key, Values: [...Values] }], ...rest }));
  };
  return { client, ask, admin: ssm.admin };
}

const id = (index: number) => `mi-${index.toString(16).padStart(17, '0')}`;

// Laws that need machines of our making: only the stand-in can be asked.
describe.skipIf(foreign)('DescribeInstanceInformation', () => {
  it('tells what the agents have reported, in the form of JSON 1.1', async () => {
    const { ask, admin } = await servedSsm();
    admin.putMachine(id(1), { ipAddress: '192.168.7.20' });
    admin.putMachine(id(2));

    const { InstanceInformationList = [] } = await ask([id(1), id(2)]);

    expect(InstanceInformationList).toMatchObject([
      { InstanceId: id(1), IPAddress: '192.168.7.20', ResourceType: 'ManagedInstance', PingStatus: 'Online' },
      { InstanceId: id(2) },
    ]);
    expect(InstanceInformationList[0]?.LastPingDateTime).toBeInstanceOf(Date);
    expect(InstanceInformationList[1]).not.toHaveProperty('IPAddress');
  });

  it('leaves out what it does not know, or refuses the whole call for it', async () => {
    const { ask, admin } = await servedSsm();
    const strict = await servedSsm({ refusesUnknown: true });
    admin.putMachine(id(1), { ipAddress: '192.168.7.20' });
    admin.putMachine(id(2));
    admin.removeMachine(id(2));

    expect((await ask([id(1), id(2)])).InstanceInformationList).toHaveLength(1);
    expect((await refusal(strict.ask([id(1)]))).name).toBe('InvalidInstanceId');
  });

  it('has pages of ten unless asked for 5 to 50', async () => {
    const { ask, admin } = await servedSsm();
    const all = Array.from({ length: 12 }, (_, index) => id(index));
    for (const one of all) admin.putMachine(one);

    const { NextToken, InstanceInformationList } = await ask(all);
    const rest = await ask(all, { ...(NextToken !== undefined && { NextToken }) });

    expect(InstanceInformationList).toHaveLength(10);
    expect(rest).toMatchObject({ InstanceInformationList: [{ InstanceId: id(10) }, { InstanceId: id(11) }] });
    expect(rest.NextToken).toBeUndefined();
    expect((await refusal(ask(all, { MaxResults: 51 }))).name).toBe('ValidationException');
    expect((await refusal(ask(all, { MaxResults: 4 }))).name).toBe('ValidationException');
    expect((await refusal(ask(all, { NextToken: 'any' }))).name).toBe('InvalidNextToken');
  });

  it('takes 1 to 100 values of a filter that it has', async () => {
    const { ask } = await servedSsm();

    expect((await refusal(ask([]))).name).toBe('ValidationException');
    expect((await refusal(ask(Array.from({ length: 101 }, (_, index) => id(index))))).name).toBe('ValidationException');
    expect((await refusal(ask(['x'], { Key: 'Address' }))).name).toBe('InvalidFilterKey');
  });

  it('throttles by name', async () => {
    const { ask } = await servedSsm({ throttle: true });
    for (let calls = 0; calls < 20; calls += 1) await ask([id(1)]);

    expect((await refusal(ask([id(1)]))).name).toBe('ThrottlingException');
  });
});
