import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Environment } from '../../functions/contracts/environment.ts';
import { wire } from '../../functions/wiring/wire.ts';

const contract = { input: z.object({}), output: z.object({ with: z.array(z.unknown()) }) };
const bucket = ({ RUN_BUCKET }: Environment<'RUN_BUCKET'>) => `bucket ${RUN_BUCKET}`;
type OfZone = Environment<'HOSTED_ZONE_ID' | 'HOSTED_ZONE_ROLE' | 'HOSTED_ZONE_EXTERNAL_ID'>;
const zone = ({ HOSTED_ZONE_ID }: OfZone) => `zone ${HOSTED_ZONE_ID}`;
const clock = () => 'a clock';
const CONTEXT = { awsRequestId: 'r', functionName: 'f' };

afterEach(() => vi.unstubAllEnvs());

it('makes the ports that a function names, each of its own variables, and hands on the variables of its row', async () => {
  vi.stubEnv('RUN_BUCKET', 'runs');
  vi.stubEnv('CLUSTERS', '');
  vi.stubEnv('REQUEST_SHARE', '0.5');
  type Made = Readonly<Record<'bucket' | 'clock', string>>;
  const work =
    (made: Made, { CLUSTERS }: Environment<'CLUSTERS'>) =>
    async () => ({
      with: [made.bucket, made.clock, CLUSTERS ?? 'every cluster'],
    });
  const handler = wire('ListClusters', { contract, ports: { bucket, clock }, work });

  const answer = await handler({}, CONTEXT as never);

  expect(answer).toEqual({ with: ['bucket runs', 'a clock', 'every cluster'] });
});

it('reads its environment when it is loaded in Lambda', () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'load-batch');
  vi.stubEnv('RUN_BUCKET', undefined);

  expect(() => wire('LoadBatch', { contract, ports: { bucket }, work: () => async () => ({ with: [] }) })).toThrow(
    'invalid environment: RUN_BUCKET: got undefined',
  );
});

it('does not compile with a variable too many or too few', () => {
  const work = () => async () => ({ with: [] });
  const reads = (_: unknown, __: Environment<'CLUSTERS'>) => work();

  const made = [
    wire('ApplyBatch', { contract, ports: { bucket, zone }, work }),
    // @ts-expect-error nobody reads HOSTED_ZONE_ID
    wire('ApplyBatch', { contract, ports: { bucket }, work }),
    // @ts-expect-error its row has no HOSTED_ZONE_ID, which a port needs
    wire('LoadBatch', { contract, ports: { bucket, zone }, work }),
    // @ts-expect-error its row has no CLUSTERS, which the work reads
    wire('LoadBatch', { contract, ports: { bucket }, work: reads }),
  ];

  expect(made).toHaveLength(4);
});
