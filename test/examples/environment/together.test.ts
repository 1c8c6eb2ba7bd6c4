import { expect, it, onTestFinished } from 'vitest';
import { ownerNameOf } from '../../../functions/domain/dns/naming.ts';
import { readDeclarations } from '../../../functions/domain/ecs/declaration.ts';
import { environment } from '../../infra/templates.ts';
import { fixedZone, simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../../stand-ins/dns-server.ts';
import { basic, startService } from '../running-service.ts';
import { type Container, containersOf } from './containers.ts';

const ZONE = 'servicediscovery.internal';
const TARGET = `ip-127-0-0-1.ecs.${ZONE}.`;

/** What the container's process is given, with passwords that say where they come from. */
const variablesOf = ({ environment: variables, secrets }: Container) => ({ ...variables, ...secrets });

it('the containers find each other, and know the passwords of each other', async () => {
  const containers = containersOf(environment());
  const published = containers.filter(({ service }) => service !== 'portal');
  const [portalContainer] = containers.filter(({ service }) => service === 'portal');

  const sets = await Promise.all(
    published.map(async (container) => {
      const { port } = await startService(container.service, { environment: variablesOf(container) });
      const [declared] = readDeclarations(container.environment, undefined);
      const name = ownerNameOf(declared?.name ?? '', { zone: `${ZONE}.`, owner: 'ecs' });
      return { name, value: `1 1 ${port} ${TARGET}` };
    }),
  );
  const zone = fixedZone(ZONE);
  const recordSets = () => [
    ...zone.recordSets(),
    simpleSet(TARGET, 'A', 5, '127.0.0.1'),
    ...[...Map.groupBy(sets, ({ name }) => name)].map(([name, values]) =>
      simpleSet(name, 'SRV', 5, ...values.map(({ value }) => value)),
    ),
  ];
  const dns = await startDnsServer({ port: 0, zones: () => [{ name: ZONE, recordSets }] });
  onTestFinished(() => dns.close());
  const portal = await startService('portal', {
    environment: { ...(portalContainer && variablesOf(portalContainer)), DNS_SERVER: `127.0.0.1:${dns.port}` },
  });
  const headers = basic('PortalLoginSecret username', 'PortalLoginSecret password');
  const ask = async (path: string) => {
    const response = await fetch(`${portal.url}/api/${path}`, { headers });
    return { status: response.status, body: await response.json() };
  };

  const answers = [await ask('calc?formula=6*7'), await ask('time?layout=2006')];

  expect(answers).toMatchObject([
    { status: 200, body: { value: 42, tries: 1 } },
    { status: 200, body: { tries: 1 } },
  ]);
});
