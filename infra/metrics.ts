/** CloudWatch namespace of what the functions count, in the embedded metric format. */
export const METRICS_NAMESPACE = 'EcsServiceDiscoveryDns';
