import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endpointLine } from '../../../cli/view/endpoint.ts';
import { configuredEndpoints, SERVICES } from '../../../functions/adapters/aws/endpoints.ts';

/** Which endpoint a command names at its beginning: what the SDK itself finds, in variables and in the profile. */

const folder = mkdtempSync(join(tmpdir(), 'ecssd-endpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
});

const line = async () => endpointLine(await configuredEndpoints(), SERVICES.length);
const LOCAL = 'http://127.0.0.1:4600';

it.each([
  { variables: {}, says: undefined },
  { variables: { AWS_ENDPOINT_URL: LOCAL }, says: `at ${LOCAL}, which is not AWS's` },
  { variables: { AWS_ENDPOINT_URL: 'https://states.eu-west-1.amazonaws.com' }, says: undefined },
  { variables: { AWS_ENDPOINT_URL_ROUTE_53: LOCAL }, says: `at ${LOCAL} (ROUTE_53), which is not AWS's` },
  {
    variables: { AWS_ENDPOINT_URL: LOCAL, AWS_ENDPOINT_URL_S3: 'http://minio.test' },
    says: `at ${LOCAL} (SFN, ROUTE_53, ECS) and http://minio.test (S3), which are not AWS's`,
  },
  { variables: { AWS_ENDPOINT_URL: LOCAL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, says: undefined },
])('of $variables', async ({ variables, says }) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);

  expect(await line()).toBe(says);
});

it.each([
  { row: 'the profile', file: ['[profile x]', `endpoint_url = ${LOCAL}`], says: `at ${LOCAL}, which is not AWS's` },
  {
    row: 'its services',
    file: ['[profile x]', 'services = mine', '[services mine]', 'sfn =', `  endpoint_url = ${LOCAL}`],
    says: `at ${LOCAL} (SFN), which is not AWS's`,
  },
  {
    row: 'a profile whose endpoints do not count',
    file: ['[profile x]', `endpoint_url = ${LOCAL}`, 'ignore_configured_endpoint_urls = true'],
    says: undefined,
  },
  { row: 'another profile', file: ['[profile x]', '[profile y]', `endpoint_url = ${LOCAL}`], says: undefined },
  { row: 'services that are missing', file: ['[profile x]', 'services = none'], says: undefined },
])('of $row', async ({ row, file, says }) => {
  const path = join(folder, row.replaceAll(' ', '-'));
  writeFileSync(path, `${file.join('\n')}\n`);
  vi.stubEnv('AWS_CONFIG_FILE', path);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_PROFILE', 'x');

  expect(await line()).toBe(says);
});
