import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROWS, WIRED } from '../../functions/contracts/settings.ts';
import { build } from '../../infra/bundles.ts';
import { ENTRIES } from '../../infra/steps.ts';
import { DEPLOYED } from '../support/variables.ts';
import { discover, functionsOf, ofType } from './synthesized.ts';

const template = discover(() => ({ blueGreen: true })).synth();
const functions = [...functionsOf(template)];
/** The variables that any function knows. */
const ALL = new Set<string>([...Object.keys(WIRED), ...ROWS.flatMap(([, { variable }]) => variable ?? [])]);
/** The SDK clients of each function. Another one in a bundle costs every cold start of it. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  'read-trigger': ['S3', 'SQS'],
  'snapshot-zone': ['Route53', 'S3', 'STS'],
  'list-clusters': ['ECS', 'S3'],
  'collect-tasks': ['EC2', 'ECS', 'S3', 'SSM'],
  'load-batch': ['S3'],
  'check-health': [],
  'save-verdicts': ['S3'],
  'complete-reading': ['EC2', 'ECS', 'Route53', 'S3', 'STS'],
  'plan-changes': ['S3'],
  'apply-batch': ['Route53', 'S3', 'STS'],
  'verify-changes': ['EC2', 'ECS', 'Route53', 'S3', 'SQS', 'SSM', 'STS'],
  'publish-outcome': ['ECS', 'EventBridge', 'S3', 'SFN', 'SQS'],
  'start-run': ['ECS', 'SFN', 'SQS'],
  'shift-hook': ['ECS', 'Route53', 'S3', 'SFN', 'SQS', 'STS'],
};
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
const bundle = (name: string) => join(outdir, name, 'index.mjs');

beforeAll(() => {
  build(ENTRIES, outdir);
}, 120_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

interface Loaded {
  readonly handler?: string;
  readonly fault?: string;
  readonly message?: string;
  /** Names of the variables that were looked at. */
  readonly read: readonly string[];
  readonly answer?: unknown;
}

/** In a thread with a module graph and an environment of its own, as Lambda loads it. */
const LOADER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const read = new Set();
  process.env = new Proxy({ ...process.env }, {
    get: (target, name) => (read.add(String(name)), target[name]),
  });
  import(workerData.url).then(
    async ({ handler }) => {
      const answer = workerData.event && (await handler(workerData.event, { awsRequestId: 'r', functionName: 'f' }));
      parentPort.postMessage({ handler: typeof handler, read: [...read], answer });
    },
    (fault) => parentPort.postMessage({ fault: fault.name, message: fault.message, read: [...read] }),
  );
`;

function load(name: string, environment: Readonly<Record<string, string>>, event?: unknown): Promise<Loaded> {
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
  const worker = new Worker(LOADER, {
    eval: true,
    execArgv: [],
    env: { AWS_LAMBDA_FUNCTION_NAME: name, AWS_REGION: 'eu-west-1', ...environment },
    workerData: { url: pathToFileURL(bundle(name)).href, event },
    stdout: true,
  });
  worker.once('message', resolve).once('error', reject);
  return promise.finally(() => worker.terminate());
}

const environmentOf = (name: string) =>
  Object.fromEntries(
    Object.entries(functions.find(([one]) => one === name)?.[1].environment ?? {}).map(([variable, value]) => [
      variable,
      typeof value === 'string' ? value : (DEPLOYED[variable] ?? ''),
    ]),
  );
const ours = (names: readonly string[]) => names.filter((name) => !name.startsWith('POWERTOOLS_')).sort();

describe('each function as it is deployed', () => {
  it('is one of those that the template has', () => {
    expect(ENTRIES.map((entry) => basename(entry, '.ts')).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it('has its clients told here', () => {
    expect(Object.keys(CLIENTS).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it('knows the variables that functions may read', () => {
    expect([...ALL]).toEqual(
      expect.arrayContaining(functions.flatMap(([, one]) => ours(Object.keys(one.environment)))),
    );
  });

  it.each(functions)('%s loads with the environment of the template, and reads all of it', async (name) => {
    const environment = environmentOf(name);

    const { handler, message, read } = await load(name, environment);

    expect(message).toBeUndefined();
    expect(handler).toBe('function');
    expect(ours(read.filter((variable) => ALL.has(variable)))).toEqual(ours(Object.keys(environment)));
  });

  it.each(functions.filter(([name]) => name !== 'check-health'))(
    '%s refuses a bad environment at load',
    async (name) => {
      const { fault, message } = await load(name, {});

      expect(fault).toBe('InvalidConfigurationError');
      expect(message).toMatch(/^invalid environment: .*[A-Z_]+: got undefined/);
    },
  );

  it('answers: the checker probes nothing when it is asked nothing', async () => {
    const { answer } = await load('check-health', environmentOf('check-health'), { targets: [] });

    expect(answer).toEqual({ verdicts: [], spent: { calls: 0, transitions: 1 } });
  });

  it.each(Object.entries(CLIENTS))('%s carries the clients of what it asks for, and no others', (name, clients) => {
    expect(clientsIn(name)).toEqual(clients);
  });

  it.each(functions)('%s is small enough to start quickly', (name) => {
    expect(statSync(bundle(name)).size).toBeLessThan(800_000);
  });
});

describe('no permission without a use', () => {
  const permissions = ofType(template, 'AWS::IAM::Policy').flatMap(({ Properties }) => {
    const { Roles, PolicyDocument } = Properties as unknown as {
      Roles: readonly { Ref: string }[];
      PolicyDocument: { Statement: readonly { Effect: string; Action: string | readonly string[] }[] };
    };
    const [, name = ''] = /(?:Reconciler|Triggers)(\w+?)Role[0-9A-F]{8}$/.exec(Roles[0]?.Ref ?? '') ?? [];
    const file = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    return PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => functions.some(([one]) => one === file) && !needsNoCall(file, action))
      .map((action) => ({ file, action }));
  });

  it.each(permissions)('$file may $action, and has the call for it', ({ file, action }) => {
    const call = action.replace(/^\w+:/, '').replace(/^(DeleteMessage|ChangeMessageVisibility)$/, '$1Batch');

    expect(commandsIn(file)).toContain(call);
  });
});

/** Lambda writes the log and attaches the checker; S3 asks for ListBucket where an object is missing. */
const needsNoCall = (file: string, action: string) =>
  file === 'check-health' || action.startsWith('logs:') || action === 's3:ListBucket';

/** The SDK's classes keep their names. Those of credentials come with each client. */
const clientsIn = (name: string) =>
  [...new Set([...readFileSync(bundle(name), 'utf8').matchAll(/"([A-Z]\w+)Client"/g)].map(([, client = '']) => client))]
    .filter((client) => !/^(CustomizableSTS|SSO|SSOOIDC|Signin)$/.test(client))
    .sort();

/** The calls of AWS that a function carries: the SDK's commands keep their names. */
const commandsIn = (name: string) =>
  [...readFileSync(bundle(name), 'utf8').matchAll(/"(\w+)Command"/g)].map(([, command]) => command);
