export { HostedZoneRole, type HostedZoneRoleProps } from './hosted-zone-role.ts';
export { InvalidPropsError } from './invalid-props.ts';
export { METRICS_NAMESPACE, type MetricName } from './metrics.ts';
export type { AddressFamily, BeyondCapacity, Routing, ServiceDiscoveryProps } from './props.ts';
export { ServiceDiscovery } from './service-discovery.ts';
export type { BlueGreenOptions } from './shifts.ts';
