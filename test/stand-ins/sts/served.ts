/** What of STS is served (`Served`): no session policies, tags, MFA and source identities. */
export const STS_SERVED = {
  AssumeRole: 'RoleArn RoleSessionName DurationSeconds ExternalId',
  GetCallerIdentity: '',
} as const;
