/** Where everything of a local run stands: an account and a Region that no request leaves the machine for. */
export const PLACE = { region: 'eu-west-1', accountId: '123456789012' } as const;

/** Those of the account's administrator; each function has a key of its own. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/**
 * What Lambda gives each function besides its own environment and credentials, so that the unmodified SDK finds the
 * local endpoint; with the administrator's credentials for everybody else.
 */
export function awsVariables(endpointUrl: string): Readonly<Record<string, string>> {
  return {
    AWS_REGION: PLACE.region,
    AWS_DEFAULT_REGION: PLACE.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL: endpointUrl,
    // The machine's own AWS settings are none of a function's: in Lambda there are no such files.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
