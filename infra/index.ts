export { ServiceDiscovery, type ServiceDiscoveryProps } from './service-discovery.ts';
