/** What of Route 53 is served (`Served`): no traffic policies, no reusable delegation sets. */
export const ROUTE53_SERVED = {
  CreateHostedZone: 'Name CallerReference VPC HostedZoneConfig',
  GetHostedZone: 'Id',
  ListHostedZones: 'Marker MaxItems',
  ListHostedZonesByName: 'DNSName HostedZoneId MaxItems',
  DeleteHostedZone: 'Id',
  GetHostedZoneLimit: 'Type HostedZoneId',
  ListResourceRecordSets: 'HostedZoneId StartRecordName StartRecordType StartRecordIdentifier MaxItems',
  ChangeResourceRecordSets:
    'HostedZoneId ChangeBatch{Comment Changes{Action ResourceRecordSet{Name Type SetIdentifier Weight Region ' +
    'GeoLocation Failover MultiValueAnswer TTL ResourceRecords AliasTarget HealthCheckId CidrRoutingConfig ' +
    'GeoProximityLocation}}}',
  GetChange: 'Id',
  CreateResourceRecordSetProtections: 'HostedZoneId Protections',
  DeleteResourceRecordSetProtections: 'HostedZoneId Protections',
  ListResourceRecordSetProtections: 'HostedZoneId StartRecordName StartRecordType MaxResults NextToken',
} as const;
