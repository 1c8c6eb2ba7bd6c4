import { describe, expect, it } from 'vitest';
import type {
  ContainerDefinition,
  Host,
  PortMapping,
  Task,
  TaskContainer,
} from '../../../functions/domain/ecs/task.ts';
import { joinVerdict } from '../../../functions/domain/health/verdict.ts';
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

const HOST: Host = { containerInstance: instanceArn('1'), state: 'live', ec2Instance: 'i-1', address: '10.0.1.23' };
const CHECKED = { interval: 30, retries: 3, startPeriod: 30 };
const ENVIRONMENT = { SERVICE_80_NAME: '_web._tcp' };

interface Part extends Partial<Omit<TaskContainer, 'bindings'>> {
  readonly name: string;
  readonly maps?: readonly PortMapping[];
  readonly checked?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** The answer does not show it. */
  readonly hidden?: boolean;
}

const MAPS: readonly PortMapping[] = [{ containerPort: 80, protocol: 'tcp' }];

function observe(networkMode: 'awsvpc' | 'host' | 'bridge', parts: readonly Part[], about: Partial<Task> = {}) {
  const containers = parts.map(
    ({ name, maps = [], checked, environment = ENVIRONMENT }): ContainerDefinition =>
      containerDefinition({ name, environment, portMappings: maps, ...(checked && { healthCheck: CHECKED }) }),
  );
  const running = parts
    .filter(({ hidden }) => !hidden)
    .map(({ name, lastStatus = 'RUNNING', health }) =>
      container({ name, lastStatus, bindings: [], ...(health && { health }) }),
    );
  const own = networkMode === 'awsvpc' ? { networkInterface: { id: 'eni-1', address: '10.0.2.7' } } : {};
  return claimsIn(
    {
      task: task({ containers: running, ...own, ...about }),
      definition: definition({ networkMode, containers }),
      host: HOST,
    },
    {
      naming: NAMING,
    },
  );
}

const told = (claims: ReturnType<typeof observe>) =>
  claims.map(
    ({ container: of, endpoint, leftOut, containerHealth }) =>
      `${of} ${leftOut?.reason ?? (endpoint && joinVerdict(containerHealth, undefined).state)}`,
  );

describe.each(['awsvpc', 'host'] as const)('%s: containers of one task share its ports', (mode) => {
  it.each([
    { row: 'the one that maps the port', parts: [{ name: 'log' }, { name: 'app', maps: MAPS }], told: ['app passing'] },
    {
      row: 'one that maps it within a range',
      parts: [{ name: 'log' }, { name: 'app', maps: [{ containerPortRange: '79-81', protocol: 'tcp' }] }],
      told: ['app passing'],
    },
    {
      row: 'one that maps it, whatever the protocol',
      parts: [{ name: 'log' }, { name: 'app', maps: [{ containerPort: 80, protocol: 'udp' }] }],
      told: ['app passing'],
    },
    {
      row: 'all where none maps it',
      parts: [{ name: 'log', maps: [{ containerPort: 81, protocol: 'tcp' }] }, { name: 'app' }],
      told: ['log passing'],
    },
    {
      row: 'the one that maps it, unhealthy beside a sidecar without a check',
      parts: [{ name: 'app', maps: MAPS, checked: true, health: 'UNHEALTHY' }, { name: 'log' }],
      told: ['app failing'],
    },
    {
      row: 'the one that maps it, healthy beside an unhealthy sidecar',
      parts: [
        { name: 'app', maps: MAPS, checked: true, health: 'HEALTHY' },
        { name: 'log', checked: true, health: 'UNHEALTHY' },
      ],
      told: ['app passing'],
    },
    {
      row: 'the one that maps it has stopped, a sidecar runs',
      parts: [{ name: 'log' }, { name: 'app', maps: MAPS, lastStatus: 'STOPPED' }],
      told: ['app stopping'],
    },
    {
      row: 'the one that maps it is not reported, a sidecar runs',
      parts: [{ name: 'log' }, { name: 'app', maps: MAPS, hidden: true }],
      told: ['app starting'],
    },
    {
      row: 'none maps it: one without a check has no say',
      parts: [{ name: 'log' }, { name: 'app', checked: true, health: 'UNHEALTHY' }],
      told: ['log failing'],
    },
    {
      row: 'none maps it: the worst of two that have one',
      parts: [
        { name: 'app', checked: true, health: 'HEALTHY' },
        { name: 'log', checked: true, health: 'UNKNOWN' },
      ],
      told: ['app unknown'],
    },
    {
      row: 'none maps it: an init container has finished',
      parts: [{ name: 'init', lastStatus: 'STOPPED' }, { name: 'app' }],
      told: ['init passing'],
    },
    {
      row: 'none maps it: one waits for the other',
      parts: [
        { name: 'init', lastStatus: 'STOPPED' },
        { name: 'app', lastStatus: 'PENDING' },
      ],
      told: ['init starting'],
    },
    {
      row: 'none maps it: all have stopped',
      parts: [
        { name: 'log', lastStatus: 'STOPPED' },
        { name: 'app', lastStatus: 'STOPPED' },
      ],
      told: ['log stopping'],
    },
    {
      row: 'one that ignores it claims nothing',
      parts: [
        { name: 'app', maps: MAPS, environment: { ...ENVIRONMENT, SERVICE_80_IGNORE: 'true' } },
        { name: 'proxy' },
      ],
      told: ['app ignored', 'proxy passing'],
    },
    {
      row: 'one that cannot be read claims nothing',
      parts: [{ name: 'app', maps: MAPS, environment: { ...ENVIRONMENT, SERVICE_80_WEIGHT: 'x' } }, { name: 'proxy' }],
      told: ['app invalid-value', 'proxy passing'],
    },
    {
      row: 'another name is another claim',
      parts: [
        { name: 'app', maps: MAPS },
        { name: 'log', environment: { SERVICE_80_NAME: 'log' } },
      ],
      told: ['app passing', 'log passing'],
    },
    {
      row: 'under another name too the one that maps the port speaks: it is unhealthy',
      parts: [
        { name: 'log', environment: { SERVICE_80_NAME: 'log' } },
        { name: 'app', maps: MAPS, checked: true, health: 'UNHEALTHY' },
      ],
      told: ['log failing', 'app failing'],
    },
    {
      row: 'it has stopped, and another declares the port',
      parts: [{ name: 'log' }, { name: 'app', maps: MAPS, environment: {}, lastStatus: 'STOPPED' }],
      told: ['log stopping'],
    },
    {
      row: 'it runs, and the one that declares the port has finished',
      parts: [
        { name: 'init', lastStatus: 'STOPPED' },
        { name: 'app', maps: MAPS, environment: {} },
      ],
      told: ['init passing'],
    },
    {
      row: 'it ignores the port, and speaks for another that declares it',
      parts: [
        {
          name: 'app',
          maps: MAPS,
          checked: true,
          health: 'UNKNOWN',
          environment: { ...ENVIRONMENT, SERVICE_80_IGNORE: 'true' },
        },
        { name: 'proxy' },
      ],
      told: ['app ignored', 'proxy unknown'],
    },
    {
      row: 'another port is another claim',
      parts: [
        { name: 'app', maps: MAPS },
        { name: 'log', environment: { SERVICE_81_NAME: '_web._tcp' } },
      ],
      told: ['app passing', 'log passing'],
    },
  ] satisfies readonly { row: string; parts: readonly Part[]; told: readonly string[] }[])('$row', (row) => {
    expect(told(observe(mode, row.parts))).toEqual(row.told);
  });

  it('publishes what the one that speaks declares, and waits as long as its check may take', () => {
    const [found] = observe(
      mode,
      [
        { name: 'log', environment: { ...ENVIRONMENT, SERVICE_80_WEIGHT: '9' } },
        {
          name: 'app',
          maps: MAPS,
          checked: true,
          environment: { ...ENVIRONMENT, SERVICE_80_WEIGHT: '7', SERVICE_80_CHECK_TCP: 'true' },
        },
      ],
      { startedAt: NOW },
    );

    expect(found).toMatchObject({
      container: 'app',
      endpoint: { priority: 1, weight: 7, port: 80 },
      check: { kind: 'tcp' },
      graceEndsAt: NOW + 120_000,
    });
  });

  it('none maps it: a check that one of them declares counts, and the longest grace', () => {
    const [found] = observe(
      mode,
      [{ name: 'log' }, { name: 'app', checked: true, environment: { ...ENVIRONMENT, SERVICE_80_CHECK_HTTP: '/' } }],
      { startedAt: NOW },
    );

    expect(found).toMatchObject({ container: 'log', check: { path: '/' }, graceEndsAt: NOW + 120_000 });
  });
});

it('bridge: a container that maps nothing is no voice for another, whatever the name', () => {
  const found = observe('bridge', [
    { name: 'app', maps: MAPS, lastStatus: 'STOPPED' },
    { name: 'log', environment: { SERVICE_80_NAME: 'log' } },
  ]);

  expect(told(found)).toEqual(['app stopping', 'log no-binding']);
});

it('bridge: each container has ports of its own and speaks for itself', () => {
  const found = observe('bridge', [
    { name: 'app', maps: MAPS },
    { name: 'init', lastStatus: 'STOPPED' },
  ]);

  expect(told(found)).toEqual(['app no-binding', 'init stopping']);
});
