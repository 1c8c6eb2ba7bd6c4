/**
 * Keys that calls carry here, in lower case: keys know no case. A policy that asks for another one is refused.
 *
 * Service Authorization Reference of each service, and the global keys of the IAM user guide.
 */
export const CONDITION_KEYS: ReadonlySet<string> = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'ecs:cluster',
    'events:detail-type',
    'events:source',
    'lambda:SourceFunctionArn',
    'route53:ChangeResourceRecordSetsActions',
    'route53:ChangeResourceRecordSetsNormalizedRecordNames',
    'route53:ChangeResourceRecordSetsRecordTypes',
    's3:prefix',
    's3:TlsVersion',
    'sts:ExternalId',
    'sts:RoleSessionName',
  ].map((key) => key.toLowerCase()),
);
