import type { DescribeTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { failure, scripted, served } from './served.ts';

/** A service that knows every definition; how often each was asked for. */
async function servedDefinitions() {
  const asked = new Map<string, number>();
  const endpoint = await served(
    scripted('ecs', {
      DescribeTaskDefinition: ({ taskDefinition = '' }: DescribeTaskDefinitionCommandInput) => {
        asked.set(taskDefinition, (asked.get(taskDefinition) ?? 0) + 1);
        return {
          taskDefinition: { taskDefinitionArn: taskDefinition, containerDefinitions: [{ name: taskDefinition }] },
        };
      },
    }),
  );
  return { ...endpoint, asked };
}

const revisions = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `calc:${from + index}`);

it('reads what discovery needs of a definition', async () => {
  const ecs = ecsStandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' });
  const arn = ecs.admin.registerTaskDefinition({
    family: 'calc',
    networkMode: 'awsvpc',
    containerDefinitions: [
      {
        name: 'app',
        image: 'calc',
        environment: [
          { name: 'SERVICE_8080_NAME', value: '_calc._tcp' },
          { name: 'SERVICE_8080_WEIGHT' },
          { name: 'SERVICE_8080_PASSWORD', value: 'secret' },
          { name: 'PASSWORD', value: 'secret' },
        ],
        dockerLabels: { SERVICE_8080_WEIGHT: '5', owner: 'secret' },
        secrets: [
          { name: 'SERVICE_8081_NAME', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/name' },
          { name: 'PASSWORD', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/password' },
        ],
        portMappings: [{ containerPort: 8080 }, { containerPortRange: '9000-9004', protocol: 'udp' }],
        healthCheck: { command: ['CMD', 'true'], interval: 10, retries: 2, startPeriod: 30 },
      },
      { name: 'plain', image: 'plain' },
    ],
  });
  await served(ecs);

  const { definitions } = await definitionReader().describe([arn]);

  expect([...definitions]).toEqual([
    [
      arn,
      {
        arn,
        networkMode: 'awsvpc',
        containers: [
          {
            name: 'app',
            environment: { SERVICE_8080_NAME: '_calc._tcp', SERVICE_8080_WEIGHT: '', SERVICE_8080_PASSWORD: '' },
            labels: { SERVICE_8080_WEIGHT: '5' },
            secrets: ['SERVICE_8081_NAME'],
            portMappings: [
              { containerPort: 8080, hostPort: 8080, protocol: 'tcp' },
              { containerPortRange: '9000-9004', protocol: 'udp' },
            ],
            healthCheck: { interval: 10, retries: 2, startPeriod: 30 },
          },
          { name: 'plain', environment: {}, labels: {}, portMappings: [] },
        ],
      },
    ],
  ]);
});

it("fills in ECS's defaults: bridge, TCP, and those of a health check", async () => {
  const containerDefinitions = [
    { name: 'app', portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } },
  ];
  await served(scripted('ecs', { DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions } }) }));

  const { definitions } = await definitionReader().describe(['calc:1']);

  expect(definitions.get('calc:1')).toMatchObject({
    networkMode: 'bridge',
    containers: [
      {
        portMappings: [{ containerPort: 80, protocol: 'tcp' }],
        healthCheck: { interval: 30, retries: 3, startPeriod: 0 },
      },
    ],
  });
});

it('asks for each revision once, however often it is wanted', async () => {
  const { asked } = await servedDefinitions();
  const reader = definitionReader();

  await reader.describe(['calc:1', 'calc:1', 'calc:2']);
  const { definitions: again } = await reader.describe(['calc:2', 'calc:1', 'calc:3']);

  expect(asked).toEqual(new Map([...again.keys()].map((arn) => [arn, 1])));
  expect([...again.keys()].toSorted()).toEqual(['calc:1', 'calc:2', 'calc:3']);
});

it('asks once for what several want at the same time', async () => {
  const { asked } = await servedDefinitions();
  const reader = definitionReader();

  const answers = await Promise.all([reader.describe(['calc:1', 'calc:2']), reader.describe(['calc:2', 'calc:1'])]);

  expect(asked).toEqual(
    new Map([
      ['calc:1', 1],
      ['calc:2', 1],
    ]),
  );
  for (const { definitions } of answers) expect([...definitions.keys()].toSorted()).toEqual(['calc:1', 'calc:2']);
});

it('answers in full however many it is asked for, and remembers so many', async () => {
  const { asked } = await servedDefinitions();
  const reader = definitionReader(undefined, 20);
  const wanted = revisions(25);

  const { definitions: answer } = await reader.describe(wanted);
  await reader.describe(wanted.slice(5));
  const { definitions: oldest } = await reader.describe(wanted.slice(0, 3));

  expect([...answer.keys()]).toEqual(wanted);
  expect([...oldest.keys()]).toEqual(wanted.slice(0, 3));
  expect(wanted.map((arn) => asked.get(arn))).toEqual([2, 2, 2, ...Array(22).fill(1)]);
});

it('gives what it has begun to give, whatever another call makes it forget meanwhile', async () => {
  const { inject, asked } = await servedDefinitions();
  const reader = definitionReader(undefined, 5);
  await reader.describe(['calc:old']);
  const others = Promise.withResolvers<unknown>();
  inject('DescribeTaskDefinition', async (_, { input }) => {
    if ((input as DescribeTaskDefinitionCommandInput).taskDefinition === 'calc:slow') await others.promise;
    return undefined;
  });

  const slow = reader.describe(['calc:old', 'calc:slow']);
  others.resolve(reader.describe(revisions(10)));
  const { definitions: answer } = await slow;

  expect([...answer.keys()]).toEqual(['calc:old', 'calc:slow']);
  expect(asked.get('calc:old')).toBe(1);
});

it('asks again for what failed, and only for that', async () => {
  const { inject, asked } = await servedDefinitions();
  const reader = definitionReader();
  const refused = new ServiceFault('ClientException', 'Something else is wrong.');
  inject('DescribeTaskDefinition', (_, { input }) =>
    (input as DescribeTaskDefinitionCommandInput).taskDefinition === 'calc:9' ? refused : undefined,
  );

  const fault = await failure(reader.describe(revisions(10)));
  inject('DescribeTaskDefinition', refused, 0);
  const { definitions: answer } = await reader.describe(revisions(10));

  expect(fault.message).toBe('Something else is wrong.');
  expect([...answer.keys()]).toEqual(revisions(10));
  expect([...asked.values()]).toEqual(Array(10).fill(1));
});

it.each([
  ['nothing', '{}'],
  ['no body at all', ''],
  ['a definition without containers', '{"taskDefinition":{}}'],
  ['half a body', '{"taskDefinition":{"containerDefinitions":[{"name":"a'],
])('does not take %s for a definition that declares nothing, nor remember it', async (_, body) => {
  const { inject } = await servedDefinitions();
  const reader = definitionReader();
  inject('DescribeTaskDefinition', { status: 200, body }, 1);

  const fault = await failure(reader.describe(['calc:1']));
  const { definitions: answer } = await reader.describe(['calc:1']);

  expect(fault.message).not.toBe('the call was answered');
  expect(answer.get('calc:1')?.containers).toHaveLength(1);
});

it('takes an answer without containers for none, and asks again', async () => {
  const hollow = new Set(['calc:1']);
  await served(
    scripted('ecs', {
      DescribeTaskDefinition: ({ taskDefinition = '' }: DescribeTaskDefinitionCommandInput) => ({
        taskDefinition: { containerDefinitions: hollow.delete(taskDefinition) ? [] : [{ name: 'app' }] },
      }),
    }),
  );
  const reader = definitionReader();

  const first = await failure(reader.describe(['calc:1']));
  const { definitions } = await reader.describe(['calc:1']);

  expect(first.message).toContain('without containerDefinitions');
  expect(definitions.get('calc:1')?.containers).toMatchObject([{ name: 'app' }]);
});

it('tells those that ECS does not know from the others, and asks for them again: they may only be late', async () => {
  const ecs = ecsStandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' });
  const register = () =>
    ecs.admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc' }] });
  const known = register();
  const late = known.replace(/1$/, '2');
  const { inputs } = await served(ecs);
  const reader = definitionReader();

  const first = await reader.describe([late, known]);
  register();
  const second = await reader.describe([late, known]);

  expect(first.unknown).toEqual([late]);
  expect([...first.definitions.keys()]).toEqual([known]);
  expect(second.unknown).toEqual([]);
  expect([...second.definitions.keys()]).toEqual([late, known]);
  expect(inputs('DescribeTaskDefinition')).toHaveLength(3);
});
