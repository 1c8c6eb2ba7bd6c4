import { it } from 'vitest';
import { type Endpoint, type Interceptor, startEndpoint } from '../stand-ins/protocol.ts';
import type { Service } from '../stand-ins/service.ts';

/**
 * Where the law suites point.
 *
 * - not set: each suite starts the stand-in itself, on a free port
 * - a URL: any endpoint that speaks the protocols
 * - `aws`: a real account, with the credentials and Region of the environment
 *
 * Besides, as the suites need them: LAWS_ZONE_ID (a private zone of no other use), LAWS_BUCKET, LAWS_CLUSTER.
 */
export const LAWS_ENDPOINT = process.env.LAWS_ENDPOINT;

/** Whether the suite runs against something that is not its own stand-in. */
export const foreign = LAWS_ENDPOINT !== undefined;

/** What every SDK client of a law suite is made with. */
export interface LawsClientConfig {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** A started or given endpoint. */
export interface LawsEndpoint {
  readonly clientConfig: LawsClientConfig;
  close(): Promise<void>;
}

/** The endpoint to test: the given services behind HTTP or, where LAWS_ENDPOINT says so, something else. */
export async function lawsEndpoint(services: readonly Service[], intercept?: Interceptor): Promise<LawsEndpoint> {
  if (LAWS_ENDPOINT !== undefined) {
    return { clientConfig: foreignConfig(LAWS_ENDPOINT), close: async () => undefined };
  }
  const endpoint = await startEndpoint({ services, ...(intercept && { intercept }) });
  return { clientConfig: standInConfig(endpoint), close: () => endpoint.close() };
}

/** The configuration of a client of a stand-in: any credentials will do; one attempt, so that a test sees each fault. */
export function standInConfig({ url }: Pick<Endpoint, 'url'>): LawsClientConfig {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
}

function foreignConfig(endpoint: string): LawsClientConfig {
  const { AWS_REGION: region = 'us-east-1', AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env;
  // Others use the account too: throttles and changes in progress are waited out.
  const common = { region, maxAttempts: 10 };
  if (endpoint === 'aws') return common;
  const anonymous = AWS_ACCESS_KEY_ID === undefined && AWS_PROFILE === undefined;
  return {
    ...common,
    endpoint,
    ...(anonymous && { credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }),
  };
}

/** A variable that a suite needs to run against a foreign endpoint. */
export function foreignSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`with LAWS_ENDPOINT=${LAWS_ENDPOINT} the suite needs ${name}, got nothing`);
  return value;
}

/**
 * Declares a test that only the stand-in can be asked.
 *
 * @param reason why, shown with the skipped test
 */
export function standInOnly(reason: string): (name: string, test: () => Promise<void>) => void {
  return (name, test) => {
    if (foreign) it.skip(`${name} (not asked of ${LAWS_ENDPOINT}: ${reason})`, test);
    else it(name, test);
  };
}
