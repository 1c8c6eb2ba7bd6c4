import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nameFault } from '../../../functions/domain/dns/name.ts';
import { isReserved, ownerNameOf } from '../../../functions/domain/dns/ownership.ts';
import { readDeclarations } from '../../../functions/domain/ecs/declaration.ts';
import { ofType, only } from '../../infra/synthesized.ts';
import { environment } from '../../infra/templates.ts';
import { fixedZone, simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../../stand-ins/dns-server.ts';
import { basic, startService } from '../running-service.ts';
import { type Container, containersOf } from './containers.ts';

const template = environment();
const containers = containersOf(template);
const published = containers.filter(({ service }) => service !== 'portal');
const [portal] = containers.filter(({ service }) => service === 'portal');
const naming = { zone: String(only(template, 'AWS::Route53::HostedZone').Properties.Name), owner: 'ecs' };

it('runs time and calc in bridge mode, calc on Fargate too, and the portal with an address of its own', () => {
  const modes = containers.map(({ workload, service, networkMode }) => [workload, service, networkMode]);
  const counts = ofType(template, 'AWS::ECS::Service').map(({ id, Properties }) => [
    id.replace(/Service[0-9A-F]{8}$/, ''),
    Properties.DesiredCount,
    Properties.LaunchType ?? 'hosts',
  ]);

  expect(modes.sort()).toEqual([
    ['Calc', 'calc', 'bridge'],
    ['CalcOnFargate', 'calc', 'awsvpc'],
    ['Portal', 'portal', 'awsvpc'],
    ['Time', 'time', 'bridge'],
  ]);
  expect(counts.sort()).toEqual([
    ['Calc', 2, 'hosts'],
    ['CalcOnFargate', 1, 'FARGATE'],
    ['Portal', 2, 'hosts'],
    ['Time', 2, 'hosts'],
  ]);
});

describe('what the containers declare', () => {
  const declarations = published.map((one) => ({ ...one, declared: readDeclarations(one.environment, undefined) }));

  it.each(declarations)('$workload: accepted, and on a port that the container has', ({ declared, properties }) => {
    const faults = declared.filter((one) => 'reason' in one);
    const ports = declared.flatMap((one) => ('containerPort' in one ? [one.containerPort] : []));
    const mapped = properties.PortMappings as readonly { ContainerPort: number; HostPort?: number }[];

    expect(faults).toEqual([]);
    expect(ports).toEqual([8081]);
    expect(mapped.map(({ ContainerPort }) => ContainerPort)).toEqual(ports);
  });

  it.each(declarations)('$workload: each SERVICE_ variable says something', ({ environment: variables, declared }) => {
    const [declaration] = declared;
    const said = Object.keys(variables).filter((name) => name.startsWith('SERVICE_'));

    expect(said.sort()).toEqual(['SERVICE_8081_CHECK_HTTP', 'SERVICE_8081_NAME']);
    expect(declaration).toMatchObject({ protocol: 'tcp', ignored: false, check: { kind: 'http', path: '/health' } });
  });

  it.each(published.filter(({ networkMode }) => networkMode === 'bridge'))(
    '$workload: ECS chooses the host port',
    ({ properties }) => {
      const [mapped] = properties.PortMappings as readonly { HostPort?: number }[];

      expect(mapped?.HostPort ?? 0).toBe(0);
    },
  );

  it('the names stand in the zone, and the portal asks for exactly these', () => {
    const names = declarations.flatMap(({ declared }) => declared.map(({ name }) => name));
    const full = names.map((name) => ownerNameOf(name, naming));

    expect(names.filter((name) => nameFault(name, naming.zone) !== undefined)).toEqual([]);
    expect(full.filter((name) => isReserved(name, naming))).toEqual([]);
    const { TIME_NAME, CALC_NAME, ZONE } = portal?.environment ?? {};
    expect([...new Set(full)].sort()).toEqual([`${CALC_NAME}.`, `${TIME_NAME}.`]);
    expect(`${ZONE}.`).toBe(naming.zone);
  });

  it('the portal declares nothing', () => {
    expect(readDeclarations(portal?.environment ?? {}, '/health')).toEqual([]);
  });
});

describe('each container', () => {
  it.each(published)('$workload drains within its stop timeout, for longer than an answer lives', (one) => {
    const stopTimeout = Number(one.properties.StopTimeout);

    // docs/draining.md: about 75 s from the decision to stop until nobody has the address.
    expect(Number(one.environment.DRAIN_SECONDS)).toBeGreaterThan(75);
    expect(stopTimeout).toBeGreaterThan(Number(one.environment.DRAIN_SECONDS));
    // The most that Fargate allows.
    expect(stopTimeout).toBeLessThanOrEqual(120);
  });

  it.each(containers)('$workload is checked as its Dockerfile says, since ECS does not read that', (one) => {
    const dockerfile = readFileSync(join('examples', one.service, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
    const [, port = ''] = /PORT=(\d+)/.exec(dockerfile) ?? [];
    const check = /^HEALTHCHECK --interval=(\d+)s --timeout=(\d+)s --start-period=(\d+)s --retries=(\d+) CMD (.*)$/m;
    const [, interval, timeout, start, retries, command = ''] = check.exec(dockerfile) ?? [];

    expect(one.properties.HealthCheck).toEqual({
      Interval: Number(interval),
      Timeout: Number(timeout),
      StartPeriod: Number(start),
      Retries: Number(retries),
      Command: ['CMD-SHELL', command.replace('${PORT}', port)],
    });
    expect(one.properties.PortMappings).toMatchObject([{ ContainerPort: Number(port), Protocol: 'tcp' }]);
  });

  it.each(containers)('$workload cannot write to its image, and has no rights of its host', ({ properties }) => {
    expect(properties).toMatchObject({ ReadonlyRootFilesystem: true, Essential: true });
    expect(properties.Privileged ?? false).toBe(false);
    expect(properties.User ?? 'node').toBe('node');
  });

  it.each(containers)('$workload gets its passwords from Secrets Manager only', (one) => {
    const secret = (prefix: string, from: string) => ({
      [`${prefix}_USERNAME`]: `${from}LoginSecret username`,
      [`${prefix}_PASSWORD`]: `${from}LoginSecret password`,
    });
    const wanted: Readonly<Record<string, object>> = {
      time: secret('TIME', 'Time'),
      calc: secret('CALC', 'Calc'),
      portal: { ...secret('PORTAL', 'Portal'), ...secret('TIME', 'Time'), ...secret('CALC', 'Calc') },
    };

    expect(one.secrets).toEqual(wanted[one.service]);
    expect(Object.keys(one.environment).filter((name) => /USERNAME|PASSWORD/.test(name))).toEqual([]);
  });

  it('the passwords are made by Secrets Manager', () => {
    const made = ofType(template, 'AWS::SecretsManager::Secret').map(({ Properties }) => Properties);

    expect(made.map(({ SecretString }) => SecretString)).toEqual([undefined, undefined, undefined]);
    expect(made.map(({ GenerateSecretString }) => GenerateSecretString)).toEqual(
      ['portal', 'time', 'calc'].map((username) => ({
        SecretStringTemplate: JSON.stringify({ username }),
        GenerateStringKey: 'password',
        PasswordLength: 32,
        ExcludePunctuation: true,
      })),
    );
  });
});

describe('each service', () => {
  const services = ofType(template, 'AWS::ECS::Service');

  it.each(services)(
    '$id stays up while it is deployed, and is taken back when it does not come up',
    ({ Properties }) => {
      expect(Properties.DeploymentConfiguration).toMatchObject({
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MaximumPercent: 200,
        MinimumHealthyPercent: 100,
      });
    },
  );

  it.each(services.map((service) => ({ ...service, DependsOn: Reflect.get(service, 'DependsOn') })))(
    '$id starts after, and ends before, what it lives on',
    ({ DependsOn }) => {
      const lives = [
        only(template, 'AWS::ECS::ClusterCapacityProviderAssociations').id,
        ...ofType(template, 'AWS::EC2::Route').flatMap(({ id, Properties }) => (Properties.NatGatewayId ? [id] : [])),
      ];

      expect(DependsOn).toEqual(
        expect.arrayContaining([...lives, expect.stringMatching(/ExecutionRoleDefaultPolicy/)]),
      );
    },
  );
});

/** What the container's process is given, with passwords that say where they come from. */
const variablesOf = ({ environment: variables, secrets }: Container) => ({ ...variables, ...secrets });

it('the containers find each other, and know the passwords of each other', async () => {
  const target = `ip-127-0-0-1.ecs.${naming.zone}`;
  const sets = await Promise.all(
    published.map(async (container) => {
      const { port } = await startService(container.service, { environment: variablesOf(container) });
      const [declared] = readDeclarations(container.environment, undefined);
      const name = ownerNameOf(declared?.name ?? '', naming);
      return { name, value: `1 1 ${port} ${target}` };
    }),
  );
  const name = naming.zone.slice(0, -1);
  const zone = fixedZone(name);
  const recordSets = () => [
    ...zone.recordSets(),
    simpleSet(target, 'A', 5, '127.0.0.1'),
    ...[...Map.groupBy(sets, ({ name }) => name)].map(([name, values]) =>
      simpleSet(name, 'SRV', 5, ...values.map(({ value }) => value)),
    ),
  ];
  const dns = await startDnsServer({ port: 0, zones: () => [{ name, recordSets }] });
  onTestFinished(() => dns.close());
  const running = await startService('portal', {
    environment: { ...(portal && variablesOf(portal)), DNS_SERVER: `127.0.0.1:${dns.port}` },
  });
  const headers = basic('PortalLoginSecret username', 'PortalLoginSecret password');
  const ask = async (path: string) => {
    const response = await fetch(`${running.url}/api/${path}`, { headers });
    return { status: response.status, body: await response.json() };
  };

  const answers = [await ask('calc?formula=6*7'), await ask('time?layout=2006')];

  expect(answers).toMatchObject([
    { status: 200, body: { value: 42, tries: 1 } },
    { status: 200, body: { tries: 1 } },
  ]);
});
