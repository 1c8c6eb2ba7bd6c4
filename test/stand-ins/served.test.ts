import type { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { ec2StandIn } from './ec2.ts';
import { ecsStandIn } from './ecs.ts';
import { eventsStandIn } from './events.ts';
import { members, schemasOf } from './protocol/schemas.ts';
import { route53StandIn } from './route53.ts';
import { s3StandIn } from './s3.ts';
import { readServed, type ServedMembers, servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import { sqsStandIn } from './sqs.ts';
import { ssmStandIn } from './ssm.ts';
import { stepFunctionsStandIn } from './step-functions.ts';

const clock = virtualClock();
const place = { clock, now: clock.now, region: 'eu-west-1', accountId: '123456789012' };
const invoke = async () => undefined;

const services: readonly {
  readonly service: Service;
  readonly client: () => Promise<object>;
  readonly code: string;
}[] = [
  { service: ec2StandIn(place), client: () => import('@aws-sdk/client-ec2'), code: 'InvalidParameter' },
  { service: ecsStandIn(place), client: () => import('@aws-sdk/client-ecs'), code: 'InvalidParameterException' },
  {
    service: eventsStandIn({ ...place, invoke }),
    client: () => import('@aws-sdk/client-eventbridge'),
    code: 'ValidationException',
  },
  { service: route53StandIn(place), client: () => import('@aws-sdk/client-route-53'), code: 'InvalidInput' },
  { service: s3StandIn(place), client: () => import('@aws-sdk/client-s3'), code: 'NotImplemented' },
  { service: sqsStandIn(place), client: () => import('@aws-sdk/client-sqs'), code: 'UnsupportedOperation' },
  { service: ssmStandIn(place), client: () => import('@aws-sdk/client-ssm'), code: 'ValidationException' },
  {
    service: stepFunctionsStandIn({ ...place, invoke }),
    client: () => import('@aws-sdk/client-sfn'),
    code: 'ValidationException',
  },
];

/** A call with one member, the smallest that its schema allows. */
interface Probe {
  readonly member: string;
  readonly input: object;
}

describe.each(services)('$service.signingName', async ({ service, client, code }) => {
  const { operations } = schemasOf(await client());
  const probes = Object.entries(service.served ?? {}).flatMap(([operation, text]) => {
    const schema = operations.get(operation)?.input;
    return schema ? unservedOf(schema, readServed(text)).map((probe) => ({ operation, ...probe })) : [];
  });

  it('says of every operation what it serves', () => {
    expect(Object.keys(service.served ?? {}).sort()).toEqual(Object.keys(service.operations).sort());
  });

  it('claims no member that the model does not have', () => {
    const wrong = Object.entries(service.served ?? {}).flatMap(([operation, text]) => {
      const schema = operations.get(operation)?.input;
      return schema ? strangers(schema, readServed(text)).map((name) => `${operation} ${name}`) : [operation];
    });

    expect(wrong).toEqual([]);
  });

  // Sent as text, since whatever is refused is refused before its kind matters.
  it.each(probes)('refuses $member of $operation', async ({ operation, member, input }) => {
    const context = { region: 'eu-west-1', accountId: '123456789012', requestId: 'one' };

    const call = Promise.try(async () => service.operations[operation]?.(input as never, context));

    await expect(call).rejects.toThrow(`${operation}: ${member} `);
    await expect(call).rejects.toMatchObject({ name: code });
  });
});

describe('what a stand-in may not ignore', () => {
  it.each([
    ['s3', 'PutObject', 'ServerSideEncryption'],
    ['s3', 'PutObject', 'ChecksumSHA256'],
    ['s3', 'PutObject', 'WebsiteRedirectLocation'],
    ['s3', 'ListObjectsV2', 'FetchOwner'],
    ['s3', 'ListBuckets', 'Prefix'],
    ['ecs', 'CreateCluster', 'settings'],
    ['ecs', 'CreateCluster', 'tags'],
    ['ecs', 'CreateCluster', 'capacityProviders'],
    ['states', 'CreateStateMachine', 'publish'],
    ['route53', 'CreateHostedZone', 'DelegationSetId'],
    ['sqs', 'SendMessage', 'MessageSystemAttributes'],
    ['sqs', 'SendMessageBatch', 'Entries.MessageSystemAttributes'],
  ])('%s %s %s is among what is refused', async (signingName, operation, member) => {
    const { service, client } = services.find((one) => one.service.signingName === signingName) ?? raise(signingName);
    const schema = schemasOf(await client()).operations.get(operation)?.input ?? raise(operation);

    const refused = unservedOf(schema, readServed(service.served?.[operation] ?? ''));

    expect(refused.map((probe) => probe.member)).toContain(member);
  });
});

describe('servedOnly', () => {
  const refusal = (message: string) => new ServiceFault('No', message);
  const context = { region: 'eu-west-1', accountId: '123456789012', requestId: 'one' };
  const call = (served: string, input: object) => {
    const { Do } = servedOnly({ Do: () => ({ done: true }) }, { Do: served }, refusal);
    return Do?.(input as never, context);
  };

  it.each([
    { served: 'A', input: { A: 1 } },
    { served: 'A', input: {} },
    { served: '', input: { A: undefined } },
    { served: 'A{B}', input: { A: { B: { C: 1 } } } },
    { served: 'A{B}', input: { A: [{ B: 1 }, {}] } },
    { served: 'A*{B}', input: { A: { any: { B: 1 } } } },
    { served: 'A=false', input: { A: false } },
    { served: 'A=x,y B', input: { A: ['y', 'x'], B: 1 } },
  ])('lets $input through where "$served" is served', ({ served, input }) => {
    expect(call(served, input)).toEqual({ done: true });
  });

  it.each([
    { served: '', input: { A: 0 }, why: 'Do: A is not served here; served is nothing' },
    { served: 'A B', input: { C: [] }, why: 'Do: C is not served here; served is A, B' },
    { served: 'A{B}', input: { A: { C: 1 } }, why: 'Do: A.C is not served here; served of A is B' },
    { served: 'A{B}', input: { A: [{ B: 1 }, { C: 1 }] }, why: 'A.C is not served' },
    { served: 'A*{B}', input: { A: { any: { C: 1 } } }, why: 'A.C is not served' },
    { served: 'A=false', input: { A: true }, why: 'Do: A true is not served here; served is false' },
    { served: 'A=x,y', input: { A: ['x', 'z'] }, why: 'A z is not served' },
  ])('refuses $input where "$served" is served', ({ served, input, why }) => {
    expect(() => call(served, input)).toThrow(why);
  });

  it('needs every operation told', () => {
    expect(() => servedOnly({ Do: () => ({}) }, {}, refusal)).toThrow('Do must be among');
    expect(() => servedOnly({}, { Do: '' }, refusal)).toThrow('Do must be among');
  });
});

/** Each member that is not served, alone in a call. */
function unservedOf(schema: NormalizedSchema, served: ServedMembers, path = ''): readonly Probe[] {
  return members(schema).flatMap(([name, member]): readonly Probe[] => {
    const whole = path === '' ? name : `${path}.${name}`;
    const known = served.get(name);
    if (!known) return [{ member: whole, input: { [name]: 'any' } }];
    if (known.values) return [{ member: whole, input: { [name]: 'none of those' } }];
    if (!known.members) return [];
    const inner = structureOf(member);
    const wrap = (input: object): object =>
      member.isListSchema() ? [input] : member.isMapSchema() ? { key: input } : input;
    return unservedOf(inner, known.members, whole).map((probe) => ({
      member: probe.member,
      input: { [name]: wrap(probe.input) },
    }));
  });
}

/** What is called served and is not in the model, or is written as a structure where the model has a map. */
function strangers(schema: NormalizedSchema, served: ServedMembers): readonly string[] {
  const model = new Map(members(schema));
  return [...served].flatMap(([name, known]) => {
    const member = model.get(name);
    if (!member) return [name];
    if (!known.members) return [];
    if (known.isMap !== member.isMapSchema()) return [`${name} (written as ${known.isMap ? 'a map' : 'no map'})`];
    return strangers(structureOf(member), known.members).map((below) => `${name}.${below}`);
  });
}

function structureOf(member: NormalizedSchema): NormalizedSchema {
  return member.isListSchema() || member.isMapSchema() ? member.getValueSchema() : member;
}

function raise(what: string): never {
  throw new Error(`there is no ${what}`);
}
