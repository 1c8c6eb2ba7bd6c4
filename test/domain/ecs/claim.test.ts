import { describe, expect, it } from 'vitest';
import { normalSrv } from '../../../functions/domain/dns/srv.ts';
import { type Claim, endpointKey } from '../../../functions/domain/ecs/claim.ts';
import type { Host, NetworkBinding, Task, TaskDefinition } from '../../../functions/domain/ecs/task.ts';
import {
  claimsIn,
  container,
  containerDefinition,
  definition,
  instanceArn,
  NAMING,
  NOW,
  task,
} from '../../support/builders.ts';

const HOST: Host = {
  containerInstance: instanceArn('1'),
  state: 'live',
  ec2Instance: 'i-1',
  address: '10.0.1.23',
  vpc: 'vpc-1',
};
const FARGATE: Partial<Task> = { networkInterface: { id: 'eni-1', address: '10.0.2.7' } };

const observe = (about: Partial<Task>, of: Partial<TaskDefinition> = {}, host: Host | undefined = HOST) =>
  claimsIn({ task: task(about), definition: definition(of), host });

function only(claims: readonly Claim[]): Claim {
  expect(claims).toHaveLength(1);
  return claims[0] as Claim;
}

const binding = (about: Partial<NetworkBinding>): NetworkBinding => ({
  bindIP: '0.0.0.0',
  containerPort: 8080,
  hostPort: 32_768,
  protocol: 'tcp',
  ...about,
});
const bound = (...bindings: readonly NetworkBinding[]): Partial<Task> => ({ containers: [container({ bindings })] });
const declares = (environment: Readonly<Record<string, string>>): Partial<TaskDefinition> => ({
  containers: [containerDefinition({ environment })],
});

describe('where an instance is', () => {
  it('bridge: the address of the host, the host port that is bound', () => {
    const found = only(observe({}));

    expect(found).toEqual({
      name: '_calc._tcp.shop.internal.',
      task: task().arn,
      cluster: task().cluster,
      container: 'app',
      containerPort: 8080,
      protocol: 'tcp',
      containerInstance: instanceArn('1'),
      ec2Instance: 'i-1',
      awsvpc: false,
      startedAt: task().startedAt,
      graceEndsAt: (task().startedAt ?? 0) + 60_000,
      endpoint: {
        address: '10.0.1.23',
        port: 32_768,
        target: 'ip-10-0-1-23.ecs.shop.internal.',
        priority: 1,
        weight: 1,
        vpc: 'vpc-1',
      },
    });
  });

  it('"default" is bridge', () => {
    const found = only(observe({}, { networkMode: 'default' }));

    expect(found.endpoint && normalSrv(found.endpoint)).toBe('1 1 32768 ip-10-0-1-23.ecs.shop.internal.');
  });

  it('host: the address of the host, the container port', () => {
    const found = only(observe(bound(), { networkMode: 'host' }));

    expect(found.endpoint && normalSrv(found.endpoint)).toBe('1 1 8080 ip-10-0-1-23.ecs.shop.internal.');
    expect(found.awsvpc).toBe(false);
  });

  it('awsvpc: the VPC of its subnet, not that of its host', () => {
    const networkInterface = { id: 'eni-1', address: '10.0.2.7', subnet: 'subnet-2', vpc: 'vpc-2' };

    const found = only(observe({ networkInterface }, { networkMode: 'awsvpc' }));

    expect(found).toMatchObject({ vpc: 'vpc-2', endpoint: { vpc: 'vpc-2' } });
  });

  it('awsvpc: the address of the task, the container port, whatever its host', () => {
    const found = only(observe({ ...FARGATE, ...bound() }, { networkMode: 'awsvpc' }));

    expect(found.endpoint).toEqual({
      address: '10.0.2.7',
      port: 8080,
      target: 'ip-10-0-2-7.ecs.shop.internal.',
      priority: 1,
      weight: 1,
    });
    expect(found).toMatchObject({ awsvpc: true, networkInterface: 'eni-1', containerInstance: instanceArn('1') });
  });

  it('Fargate: the address of the task, no host at all', () => {
    const { containerInstance: _, ...fargate } = { ...task(), ...FARGATE };

    const found = only(claimsIn({ task: fargate, definition: definition({ networkMode: 'awsvpc' }) }));

    expect(found.endpoint && normalSrv(found.endpoint)).toBe('1 1 8080 ip-10-0-2-7.ecs.shop.internal.');
    expect(found).not.toHaveProperty('containerInstance');
  });

  it('carries priority and weight into the value, and the check along', () => {
    const environment = {
      SERVICE_8080_NAME: 'calc',
      SERVICE_8080_PRIORITY: '10',
      SERVICE_8080_WEIGHT: '20',
      SERVICE_8080_CHECK_TCP: 'true',
    };

    const found = only(observe({}, declares(environment)));

    expect(found.endpoint && normalSrv(found.endpoint)).toBe('10 20 32768 ip-10-0-1-23.ecs.shop.internal.');
    expect(found.check).toEqual({ kind: 'tcp', timeout: 2_000, attempts: 3 });
  });

  describe('under an address name', () => {
    const environment = { SERVICE_8080_ADDRESS_NAME: 'calc', SERVICE_8080_PRIORITY: '7', SERVICE_8080_WEIGHT: '9' };
    const containers = (hostPort: number) => [
      containerDefinition({ environment, portMappings: [{ containerPort: 8080, hostPort, protocol: 'tcp' }] }),
    ];

    it.each([
      { mode: 'host', hostPort: 0, servesAt: 8080 },
      { mode: 'awsvpc', hostPort: 0, servesAt: 8080 },
      { mode: 'bridge', hostPort: 32_768, servesAt: 32_768 },
    ] as const)('$mode: no port and no weights, but the port that it serves at', ({ mode, hostPort, servesAt }) => {
      const found = only(observe(FARGATE, { networkMode: mode, containers: containers(hostPort) }));

      expect(found.name).toBe('calc._address.ecs.shop.internal.');
      expect(found.endpoint).toMatchObject({ priority: 1, weight: 1, port: 0, servesAt });
    });

    it.each(['bridge', 'default'] as const)('%s: without a fixed host port it is left out', (networkMode) => {
      const found = only(observe({}, { networkMode, containers: containers(0) }));

      expect(found.leftOut?.reason).toBe('port-varies');
      expect(found.endpoint).toBeUndefined();
    });

    it('one that stops says where it was', () => {
      const found = only(observe({ desiredStatus: 'STOPPED' }, { networkMode: 'host', containers: containers(0) }));

      expect(found.leftOut).toMatchObject({ reason: 'stopping', at: 'ip-10-0-1-23.ecs.shop.internal.:0' });
    });
  });

  it('is identified by target and port alone', () => {
    expect(endpointKey({ target: 'ip-10-0-1-23.ecs.shop.internal.', port: 80 })).toBe(
      'ip-10-0-1-23.ecs.shop.internal.:80',
    );
  });
});

describe('which binding counts', () => {
  it.each([
    { row: 'the IPv4 one of two', bindings: [binding({ bindIP: '::', hostPort: 40_000 }), binding({})], port: 32_768 },
    {
      row: 'the IPv4 one, listed first',
      bindings: [binding({}), binding({ bindIP: '::', hostPort: 9 })],
      port: 32_768,
    },
    { row: 'no bind address is IPv4', bindings: [{ containerPort: 8080, hostPort: 5, protocol: 'tcp' }], port: 5 },
    { row: 'that of the protocol', bindings: [binding({ protocol: 'udp', hostPort: 7 }), binding({})], port: 32_768 },
    { row: 'that of the port', bindings: [binding({ containerPort: 80, hostPort: 7 }), binding({})], port: 32_768 },
    { row: 'the first with a host port', bindings: [binding({ hostPort: 0 }), binding({ hostPort: 9 })], port: 9 },
  ] as const)('bridge: $row', ({ bindings, port }) => {
    const found = only(observe(bound(...bindings)));

    expect(found.endpoint?.port).toBe(port);
  });

  it('UDP: the binding of that protocol', () => {
    const bindings = [binding({ hostPort: 1 }), binding({ protocol: 'udp', hostPort: 2 })];

    const found = only(observe(bound(...bindings), declares({ SERVICE_8080_NAME: '_dns._udp' })));

    expect(found.endpoint && normalSrv(found.endpoint)).toBe('1 1 2 ip-10-0-1-23.ecs.shop.internal.');
  });

  const range = (containerPortRange: string, hostPortRange: string): NetworkBinding => ({
    bindIP: '0.0.0.0',
    containerPortRange,
    hostPortRange,
    protocol: 'tcp',
  });

  it.each([
    { row: 'the first of a range', range: range('8080-8084', '40000-40004'), port: 40_000 },
    { row: 'one within it, by offset', range: range('8078-8084', '40000-40006'), port: 40_002 },
    { row: 'the last of it', range: range('8076-8080', '40000-40004'), port: 40_004 },
    { row: 'a range of one', range: range('8080-8080', '9-9'), port: 9 },
  ])('port range: $row', ({ range, port }) => {
    const found = only(observe(bound(range)));

    expect(found.endpoint?.port).toBe(port);
  });

  it.each([
    { row: 'no binding at all', bindings: [] },
    { row: 'only an IPv6 one', bindings: [binding({ bindIP: '::' })] },
    { row: 'only another protocol', bindings: [binding({ protocol: 'udp' })] },
    { row: 'only another port', bindings: [binding({ containerPort: 8081 })] },
    { row: 'no host port yet', bindings: [binding({ hostPort: 0 })] },
    { row: 'a host port that is none', bindings: [binding({ hostPort: 65_536 })] },
    { row: 'before a range', bindings: [range('8081-8090', '40000-40009')] },
    { row: 'after a range', bindings: [range('8070-8079', '40000-40009')] },
    { row: 'a host range that is shorter', bindings: [range('8078-8084', '40000-40001')] },
    { row: 'a range that is none', bindings: [range('8080', '40000-40001')] },
    { row: 'a range without its other side', bindings: [{ containerPortRange: '8080-8081', protocol: 'tcp' }] },
  ] as const)('no-binding: $row', ({ bindings }) => {
    const found = only(observe(bound(...bindings)));

    expect(found.leftOut).toMatchObject({
      reason: 'no-binding',
      detail: 'container port 8080/tcp has no IPv4 binding',
    });
    expect(found).not.toHaveProperty('endpoint');
  });

  it('no-binding: network mode "none"', () => {
    const found = only(observe({}, { networkMode: 'none' }));

    expect(found.leftOut?.reason).toBe('no-binding');
  });
});

describe('several of everything', () => {
  it('several ports of one container', () => {
    const bindings = [binding({}), binding({ containerPort: 9090, hostPort: 32_769 })];
    const environment = { SERVICE_8080_NAME: 'calc', SERVICE_9090_NAME: 'metrics' };

    const found = observe(bound(...bindings), declares(environment));

    expect(found.map(({ name, endpoint }) => [name, endpoint?.port])).toEqual([
      ['calc.shop.internal.', 32_768],
      ['metrics.shop.internal.', 32_769],
    ]);
  });

  it('several containers of one task, each with its own bindings and override', () => {
    const containers = [
      container({ bindings: [binding({})] }),
      container({ name: 'side', bindings: [binding({ hostPort: 32_769 })] }),
    ];
    const overrides = [{ container: 'side', environment: { SERVICE_8080_NAME: 'side' } }];
    const declared = [containerDefinition(), containerDefinition({ name: 'side' })];

    const found = observe({ containers, overrides }, { containers: declared });

    expect(found.map(({ name, container: of, endpoint }) => [name, of, endpoint?.port])).toEqual([
      ['_calc._tcp.shop.internal.', 'app', 32_768],
      ['side.shop.internal.', 'side', 32_769],
    ]);
  });

  it('a sidecar that ECS or the user injected is no concern', () => {
    const injected = container({ name: 'ecs-service-connect-x', bindings: [binding({ hostPort: 99 })] });

    const found = observe({ containers: [injected, container()] });

    expect(found.map(({ endpoint }) => endpoint?.port)).toEqual([32_768]);
  });

  it('labels declare where the environment does not', () => {
    const labels = { SERVICE_8080_NAME: 'labelled', SERVICE_8080_WEIGHT: '9' };
    const declared = containerDefinition({ environment: { SERVICE_8080_WEIGHT: '3' }, labels });

    const found = only(observe({}, { containers: [declared] }));

    expect(found).toMatchObject({
      name: 'labelled.shop.internal.',
      endpoint: { priority: 1, weight: 3 },
    });
  });

  it('a task without declarations has no claims', () => {
    const found = observe({}, declares({ PATH: '/bin' }));

    expect(found).toEqual([]);
  });
});

describe('why a claim is left out', () => {
  const { address: _, ...homeless } = HOST;
  const { ec2Instance: __, ...external } = homeless;
  const { containerInstance: ___, ...unplaced } = task();

  it.each([
    { reason: 'invalid-name', environment: { SERVICE_8080_NAME: 'a b' }, detail: '"a b"', name: 'a b' },
    { reason: 'invalid-name', environment: { SERVICE_8080_NAME: '.' }, detail: 'got "."', name: '.' },
    {
      reason: 'invalid-port',
      environment: { SERVICE_0_NAME: 'calc' },
      detail: 'got port "0"',
      name: 'calc.shop.internal.',
    },
    { reason: 'invalid-port', environment: { SERVICE_0_NAME: 'a b' }, detail: 'got port "0"', name: 'a b' },
    {
      reason: 'invalid-value',
      environment: { SERVICE_8080_NAME: 'calc', SERVICE_8080_WEIGHT: 'x' },
      detail: 'SERVICE_8080_WEIGHT: got "x"',
      name: 'calc.shop.internal.',
    },
    { reason: 'reserved-name', environment: { SERVICE_8080_NAME: 'ecs' }, detail: '"ecs"', name: 'ecs.shop.internal.' },
    {
      reason: 'reserved-name',
      environment: { SERVICE_8080_NAME: 'ip-10-0-0-1.ECS' },
      detail: 'got "ip-10-0-0-1.ecs"',
      name: 'ip-10-0-0-1.ecs.shop.internal.',
    },
  ])('$reason ($detail)', ({ reason, environment, detail, name }) => {
    const found = only(observe({}, declares(environment)));

    expect(found).toMatchObject({ name, leftOut: { reason, detail: expect.stringContaining(detail) } });
    expect(found).not.toHaveProperty('endpoint');
  });

  it('ignored', () => {
    const found = only(observe({}, declares({ SERVICE_8080_NAME: 'calc', SERVICE_8080_IGNORE: 'true' })));

    expect(found).toMatchObject({ name: 'calc.shop.internal.', leftOut: { reason: 'ignored' } });
  });

  it.each([
    { row: 'ECS wants it stopped', about: { desiredStatus: 'STOPPED' } },
    { row: 'it is on its way', about: { lastStatus: 'DEACTIVATING' } },
    { row: 'it is stopping', about: { lastStatus: 'STOPPING' } },
    { row: 'it loses its interface', about: { lastStatus: 'DEPROVISIONING' } },
    { row: 'it has stopped', about: { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' } },
    { row: 'it is forgotten', about: { lastStatus: 'DELETED' } },
    { row: 'its container has exited', about: { containers: [container({ lastStatus: 'STOPPED' })] } },
    { row: 'it never ran', about: { lastStatus: 'PENDING', desiredStatus: 'STOPPED' } },
  ])('stopping: $row', ({ about }) => {
    const found = only(observe(about));

    expect(found.leftOut).toMatchObject({ reason: 'stopping' });
  });

  const exited = [container({ lastStatus: 'STOPPED' })];
  const unbound = [container({ bindings: [] })];
  it.each([
    { row: 'awsvpc', of: { networkMode: 'awsvpc' }, about: FARGATE, at: 'ip-10-0-2-7.ecs.shop.internal.:8080' },
    { row: 'host', of: { networkMode: 'host' }, about: {}, at: 'ip-10-0-1-23.ecs.shop.internal.:8080' },
    { row: 'bridge', of: {}, about: {}, at: 'ip-10-0-1-23.ecs.shop.internal.:32768' },
    { row: 'bridge, its bindings gone', of: {}, about: { containers: unbound }, at: undefined },
    { row: 'awsvpc, its interface gone', of: { networkMode: 'awsvpc' }, about: {}, at: undefined },
  ] as const)('stopping: it tells where it was, as far as ECS shows it: $row', ({ of, about, at }) => {
    for (const stop of [{ desiredStatus: 'STOPPED' }, ...('containers' in about ? [] : [{ containers: exited }])]) {
      const found = only(observe({ ...about, ...stop }, of));

      expect(found).not.toHaveProperty('endpoint');
      expect(found.leftOut).toMatchObject({ reason: 'stopping' });
      expect(found.leftOut?.at).toBe(at);
    }
  });

  it.each(['bridge', 'host', 'awsvpc'] as const)('host-gone in network mode %s', (networkMode) => {
    const found = only(observe(FARGATE, { networkMode }, { ...HOST, state: 'gone' }));

    expect(found.leftOut).toEqual({ reason: 'host-gone', detail: 'i-1 has ended' });
  });

  it('stopping comes before host-gone: ECS says so itself', () => {
    const found = only(observe({ desiredStatus: 'STOPPED' }, {}, { ...HOST, state: 'gone' }));

    expect(found.leftOut?.reason).toBe('stopping');
  });

  it('a host that is not known is not gone', () => {
    const found = only(observe({}, {}, { ...HOST, state: 'unknown' }));

    expect(found.endpoint?.address).toBe('10.0.1.23');
  });

  it.each([
    { row: 'it is placed', about: { lastStatus: 'PROVISIONING' } },
    { row: 'it is pulled', about: { lastStatus: 'PENDING' } },
    { row: 'it is activated', about: { lastStatus: 'ACTIVATING' } },
    { row: 'its container waits for others', about: { containers: [container({ lastStatus: 'PENDING' })] } },
    { row: 'its container is not reported', about: { containers: [] } },
  ])('starting: $row', ({ about }) => {
    const found = only(observe(about));

    expect(found.leftOut?.reason).toBe('starting');
  });

  it.each([
    {
      row: 'the host has none',
      host: homeless,
      detail: 'EC2 reports no private IPv4 address for i-1',
      unplaced: true,
    },
    { row: 'an instance of ECS Anywhere', host: external, detail: 'has no EC2 instance' },
    {
      row: 'a host that is not known',
      host: { ...external, state: 'unknown' as const },
      detail: 'has no EC2',
      unplaced: true,
    },
    {
      row: 'one of ECS Anywhere that nobody asks for',
      host: { ...external, ec2Instance: 'mi-1', unasked: true as const },
      detail: 'mi-1 is of ECS Anywhere: only `ecsAnywhere: true` asks for its address',
    },
  ])('no-address: $row', ({ host, detail, ...told }) => {
    const found = only(observe({}, {}, host));

    const unplaced = 'unplaced' in told ? { unplaced: true } : {};
    expect(found.leftOut).toEqual({ reason: 'no-address', detail: expect.stringContaining(detail), ...unplaced });
  });

  it('no-address: the host could not be read', () => {
    const found = only(claimsIn({ task: task(), definition: definition() }));

    expect(found.leftOut).toEqual({
      reason: 'no-address',
      detail: expect.stringContaining('could not be read'),
      unplaced: true,
    });
  });

  it('no-address: a task that is placed nowhere', () => {
    const found = only(claimsIn({ task: unplaced, definition: definition() }));

    expect(found.leftOut).toEqual({
      reason: 'no-address',
      detail: 'the task has no container instance',
      unplaced: true,
    });
  });

  it.each([{ networkInterface: { id: 'eni-1' } }, {}])('no-address: an awsvpc task with %j', (about) => {
    const found = only(observe(about, { networkMode: 'awsvpc' }));

    expect(found.leftOut).toEqual({
      reason: 'no-address',
      detail: expect.stringContaining('no network interface'),
      unplaced: true,
    });
  });

  const mapped = { containers: [containerDefinition({ portMappings: [{ containerPort: 8080, protocol: 'tcp' }] })] };
  const unmapped = { containers: [containerDefinition({ portMappings: [] })] };

  it.each([
    { row: 'no binding, though the definition maps the port', about: bound(), of: mapped, unplaced: true },
    { row: 'no binding, as defined', about: bound(), of: unmapped, unplaced: false },
    { row: 'a binding of IPv6 alone', about: bound(binding({ bindIP: '::' })), of: mapped, unplaced: false },
    { row: 'no network', about: bound(), of: { ...mapped, networkMode: 'none' as const }, unplaced: false },
    { row: 'not reported, its task RUNNING', about: { containers: [] }, of: {}, unplaced: true },
    { row: 'PENDING again, its task has been RUNNING', about: { lastStatus: 'PENDING' }, of: {}, unplaced: true },
    { row: 'stopped', about: { containers: [container({ lastStatus: 'STOPPED' })] }, of: {}, unplaced: false },
  ])('runs, and nobody tells where: $row → $unplaced', ({ about, of, unplaced: wanted }) => {
    expect(only(observe(about, of)).leftOut?.unplaced ?? false).toBe(wanted);
  });

  it('has not run yet: nothing in the zone can be its', () => {
    const { startedAt: _started, ...pending } = task({ lastStatus: 'PENDING', containers: [] });

    expect(only(claimsIn({ task: pending, definition: definition(), host: HOST })).leftOut).toMatchObject({
      reason: 'starting',
    });
    expect(only(claimsIn({ task: pending, definition: definition(), host: HOST })).leftOut?.unplaced).toBeUndefined();
  });
});

describe('health and grace', () => {
  const checked = (interval: number, retries: number, startPeriod: number): Partial<TaskDefinition> => ({
    containers: [containerDefinition({ healthCheck: { interval, retries, startPeriod } })],
  });

  it.each(['HEALTHY', 'UNHEALTHY', 'UNKNOWN'] as const)('carries container health %s', (health) => {
    const found = only(observe({ containers: [container({ health })] }, checked(10, 3, 0)));

    expect(found.containerHealth).toBe(health);
  });

  it('takes missing container health for UNKNOWN, and none where nothing is checked', () => {
    expect(only(observe({}, checked(10, 3, 0))).containerHealth).toBe('UNKNOWN');
    expect(only(observe({ containers: [container({ health: 'UNKNOWN' })] })).containerHealth).toBeUndefined();
  });

  it.each([
    { row: 'a minute', of: {}, seconds: 60 },
    { row: 'a minute where the container check is quicker', of: checked(10, 3, 20), seconds: 60 },
    { row: 'as long as the container check may take', of: checked(30, 3, 120), seconds: 210 },
    { row: 'never more than ten minutes', of: checked(300, 10, 300), seconds: 600 },
  ])('grace: $row', ({ of, seconds }) => {
    const found = only(observe({ startedAt: NOW }, of));

    expect(found.graceEndsAt).toBe(NOW + seconds * 1_000);
  });

  it.each([
    { text: '30m', of: {}, seconds: 1_800 },
    { text: '5s', of: {}, seconds: 5 },
    { text: '20m', of: checked(30, 3, 120), seconds: 1_200 },
  ])('grace: as declared, $text, whatever the container says', ({ text, of, seconds }) => {
    const environment = { SERVICE_8080_NAME: '_calc._tcp', SERVICE_8080_CHECK_GRACE: text };
    const containers = (of.containers ?? [containerDefinition()]).map((one) => ({ ...one, environment }));

    const found = only(observe({ startedAt: NOW }, { containers }));

    expect(found.graceEndsAt).toBe(NOW + seconds * 1_000);
  });

  it.each([
    { group: 'service:shop', service: 'shop' },
    { group: 'family:app', service: undefined },
    { group: undefined, service: undefined },
  ])('of group $group belongs to service $service', ({ group, service }) => {
    const found = only(observe(group === undefined ? {} : { group }));

    expect(found.service).toBe(service);
  });

  it.each([
    { group: 'service:shop', publishTasks: 'services', ignored: false },
    { group: 'family:app', publishTasks: 'services', ignored: true },
    { group: undefined, publishTasks: 'services', ignored: true },
    { group: 'family:app', publishTasks: 'all', ignored: false },
  ] as const)('of group $group, where $publishTasks are published, is ignored: $ignored', (given) => {
    const { group, publishTasks, ignored } = given;
    const one = task(group === undefined ? {} : { group });

    const found = only(claimsIn({ task: one, definition: definition(), host: HOST }, { naming: NAMING, publishTasks }));

    expect(found.leftOut).toEqual(
      ignored ? { reason: 'ignored', detail: 'its task is of no service, and publishTasks is "services"' } : undefined,
    );
    expect(found.endpoint === undefined).toBe(ignored);
  });

  it('has no grace before it has started', () => {
    const { startedAt: _started, ...pending } = task({ lastStatus: 'PENDING' });

    const found = only(claimsIn({ task: pending, definition: definition(), host: HOST }));

    expect(found).not.toHaveProperty('graceEndsAt');
    expect(found).not.toHaveProperty('startedAt');
  });

  it('probes the default path where a port says nothing', () => {
    const found = only(
      claimsIn({ task: task(), definition: definition(), host: HOST }, { naming: NAMING, defaultCheckPath: '/ping' }),
    );

    expect(found.check).toEqual({ kind: 'http', path: '/ping', timeout: 2_000, attempts: 3 });
  });
});
