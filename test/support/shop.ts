import { define, host } from './fleet.ts';
import { OWNER, type StillWorld, type World, type WorldOptions, world, ZONE, ZONE_ID } from './world.ts';

export const CALC = '_calc._tcp';
/** The SRV target of an address, and the value that publishes it with a port. */
export const target = (address: string) => `ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;
export const value = (address: string, port: number) => `1 1 ${port} ${target(address)}`;

export interface Shop extends StillWorld {
  readonly definition: string;
  readonly home: string;
  task(port: number, where?: { home?: string; definition?: string; cluster?: string; service?: string }): string;
}

/** One cluster with one host at 10.0.1.23 and a definition of calc, bridge mode with dynamic ports. */
export function shop(options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const around = world(options);
  around.aws.ecs.admin.createCluster('shop');
  const definition = define(around, 'calc', {
    names: { 8081: CALC },
    environment: { SERVICE_8081_CHECK_HTTP: '/health' },
  });
  const home = host(around, 'shop', '10.0.1.23');
  return {
    ...around,
    definition,
    home,
    task: (port, where = {}) =>
      around.aws.ecs.admin.putTask({
        cluster: where.cluster ?? 'shop',
        taskDefinition: where.definition ?? definition,
        containerInstance: where.home ?? home,
        hostPorts: { 8081: port },
        ...(where.service !== undefined && { service: where.service }),
      }),
  };
}

/** A change of somebody else's, past all of our code. */
export async function edit({ aws }: World, changes: readonly object[]) {
  const { ChangeResourceRecordSets } = aws.route53.operations;
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: changes } };
  await ChangeResourceRecordSets?.(input as never, { region: 'us-east-1', accountId: '1', requestId: 'r' });
}

/** An SRV record set as Route 53 stores it. */
export const srv = (name: string, values: readonly string[], TTL = 60) => ({
  Name: `${name}.${ZONE}`,
  Type: 'SRV',
  TTL,
  ResourceRecords: values.map((Value) => ({ Value })),
});
