import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables } from '../../examples/local/cloud/place.ts';
import { soon } from '../examples/local/ecs/world.ts';
import { ecssd } from './terminal.ts';

const PAGE = readFileSync('docs/operate.md', 'utf8');
const installed = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'aws')));
/** A hash that no run has named. */
const HASH = '0123456789abcdef';

/** What the page has in backticks and begins so, once each. */
const inline = (start: string) =>
  new Set(
    [...PAGE.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].flatMap(([, text = '']) => (text.startsWith(start) ? text : [])),
  );

let run: LocalRun;
beforeAll(async () => {
  run = await boot({ schedule: 'never' });
  for (const [name, value] of Object.entries(awsVariables(run.cloud.endpointUrl))) vi.stubEnv(name, value);
  run.cluster.scheduler.put(run.services.calc);
  await soon(() => expect(zone().filter(({ Type }) => Type === 'SRV')).toHaveLength(1), 120_000);
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await run.close();
});

const zone = () => run.cloud.route53.recordSets(run.zone.id);

/** Starts an execution as a person does in the console, and waits for its end. */
async function ended(input: string) {
  const { stepFunctions } = run.cloud.clients;
  const stateMachineArn = run.deployment.stateMachine.arn;
  const { executionArn } = await stepFunctions.startExecution({ stateMachineArn, input });
  return soon(async () => {
    const execution = await stepFunctions.describeExecution({ executionArn });
    expect(execution.status).not.toBe('RUNNING');
    return execution;
  }, 60_000);
}

describe('the page about operation', { timeout: 120_000 }, () => {
  it.each([
    [{ code: 0 }, 'ecssd reconcile'],
    [{ code: 0 }, 'ecssd status'],
    [{ code: 0 }, 'ecssd history'],
    [{ code: 0 }, 'ecssd history <name>'],
    [{ code: 0 }, 'ecssd explain <name>'],
    [{ code: 0 }, 'ecssd resume'],
    [{ code: 1, told: expect.arrayContaining([expect.stringContaining(HASH)]) }, 'ecssd approve <hash>'],
  ])('has a command that ends with %j: %s', async (answer, command) => {
    const words = command.replace('<name>', '_calc._tcp').replace('<hash>', HASH).split(' ').slice(1);

    expect([...inline('ecssd ')]).toContain(command);
    expect(await ecssd([...words, ...(command.includes('approve') ? ['--yes'] : [])])).toMatchObject(answer);
  });

  it('has no command beside these', () => expect(inline('ecssd ').size).toBe(7));

  it.each([
    ['{}', 'SUCCEEDED', undefined],
    ['{"dryRun": true}', 'SUCCEEDED', undefined],
    ['{"clusters": ["shop"]}', 'SUCCEEDED', undefined],
    ['{"approve": "<hash>"}', 'FAILED', 'InvalidConfigurationError'],
  ])('has the input %s of a run by hand', async (input, status, error) => {
    const before = zone();

    const execution = await ended(input.replace('shop', run.cluster.name).replace('<hash>', HASH));

    expect([...inline('{')]).toContain(input);
    expect([execution.status, execution.error]).toEqual([status, error]);
    expect(zone()).toEqual(before);
  });

  it('has no input beside these, and says what becomes of another one', async () => {
    const { error, cause } = await ended('{"dryrun": true}');

    expect(PAGE.match(/^\| `\{.*?\}` \|/gm)).toHaveLength(4);
    expect(PAGE).toContain(`Anything else is refused with \`${error}\``);
    expect(cause).toContain('dryRun');
  });

  it.skipIf(!installed)('reads a kept outcome by the AWS CLI', async () => {
    const [command = ''] = inline('aws s3 cp ');
    const bucket = run.deployment.buckets.find((one) => outcomesOf(one).length > 0) ?? '';
    const [, day = '', execution = ''] = /^outcomes\/(.+)\/(.+)\.json$/.exec(outcomesOf(bucket)[0] ?? '') ?? [];
    const line = command
      .replace('aws ', `aws --endpoint-url ${run.cloud.endpointUrl} `)
      .replace('<bucket>', bucket)
      .replace('<day>', day)
      .replace('<execution>', execution);

    const { stdout, stderr } = await shell(line);
    const plain = await shell(line.replace(' | gunzip', ''));

    expect(`${stdout}${stderr}`).toContain('not in gzip format');
    expect(JSON.parse(plain.stdout)).toMatchObject({ body: { execution } });
  });
});

const outcomesOf = (bucket: string) => run.cloud.s3.keys(bucket).filter((key) => key.startsWith('outcomes/'));

const shell = (line: string) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    execFile('sh', ['-c', line], (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
