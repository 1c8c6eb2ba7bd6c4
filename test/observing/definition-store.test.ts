import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { Objects } from '../../functions/contracts/envelope.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { definitionsIn } from '../../functions/observing/definition-store.ts';
import { clusterKey } from '../../functions/observing/digest.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';
import { CLUSTER, OTHER_CLUSTER } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { contested } from '../support/wire/contested.ts';

const AT = objectAt('definitions', clusterKey(CLUSTER));
const revisions = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `calc:${from + index}`);

/** An ECS that knows the definitions, and a function's life before it: what it was asked for, and how it may refuse. */
function ecs(refuse: (arn: string, asked: readonly string[]) => Error | undefined = () => undefined) {
  const asked: string[] = [];
  const send = async ({ input: { taskDefinition: arn } }: { input: { taskDefinition: string } }) => {
    const fault = refuse(arn, asked);
    if (fault) throw fault;
    asked.push(arn);
    return {
      taskDefinition: {
        containerDefinitions: [
          { name: 'app', environment: [{ name: 'PASSWORD', value: 'secret' }], dockerLabels: { token: 'secret' } },
        ],
      },
    };
  };
  return { asked, reader: () => definitionReader({ send } as never) };
}

const keptIn = (objects: Objects) => impatientObjects(payloadsIn(objects).lasting);
const arnsIn = async (objects: Objects) => ((await keptIn(objects).read(AT)) ?? []).map(({ arn }) => arn);

const named = (name: string, message = name) => Object.assign(new Error(message), { name });

describe('definitions of a cluster', () => {
  it('are asked for once in the lives of all functions, and never again for those that are kept', async () => {
    const bucket = new Map<string, string>();
    const { asked, reader } = ecs();
    const once = async (count: number) =>
      definitionsIn({ definitions: reader(), kept: keptIn(mapped(bucket)) }, CLUSTER, revisions(count));

    const first = await once(3);
    const second = await once(4);

    expect(second.definitions.get('calc:0')).toEqual(first.definitions.get('calc:0'));
    expect([...second.definitions.keys()]).toEqual(revisions(4));
    expect(asked).toEqual(revisions(4));
  });

  it('cost no request where the function remembers them, and no write where all are kept', async () => {
    const requests: string[] = [];
    const bucket = new Map<string, string>();
    const inner = mapped(bucket);
    const objects: Objects = {
      ...inner,
      get: (key) => inner.get(key).finally(() => requests.push('get')),
      revise: (key, change) => inner.revise(key, change).finally(() => requests.push('revise')),
    };
    const { reader } = ecs();
    const warm = reader();

    await definitionsIn({ definitions: warm, kept: keptIn(objects) }, CLUSTER, revisions(3));
    await definitionsIn({ definitions: warm, kept: keptIn(objects) }, CLUSTER, revisions(3));
    await definitionsIn({ definitions: reader(), kept: keptIn(objects) }, CLUSTER, revisions(3));

    expect(requests).toEqual(['get', 'revise', 'get']);
  });

  it('stand in an object of the cluster, without anything that may be secret', async () => {
    const bucket = new Map<string, string>();
    const { reader } = ecs();

    for (const cluster of [CLUSTER, OTHER_CLUSTER])
      await definitionsIn({ definitions: reader(), kept: keptIn(mapped(bucket)) }, cluster, revisions(2));

    expect([...bucket.keys()].sort()).toEqual(
      [CLUSTER, OTHER_CLUSTER].map((cluster) => `definitions/${clusterKey(cluster)}.json`).sort(),
    );
    for (const text of bucket.values()) expect(text).not.toMatch(/secret|PASSWORD|token/);
  });

  it('that ECS does not know are asked for each time, and never kept', async () => {
    const bucket = new Map<string, string>();
    const unknown = named('ClientException', 'Unable to describe task definition.');
    let late = true;
    const { asked, reader } = ecs((arn) => (late && arn === 'calc:1' ? unknown : undefined));
    const once = () => definitionsIn({ definitions: reader(), kept: keptIn(mapped(bucket)) }, CLUSTER, revisions(3));

    const before = await once();
    const then = await arnsIn(mapped(bucket));
    late = false;
    const after = await once();

    expect(before.unknown).toEqual(['calc:1']);
    expect(then).toEqual(['calc:0', 'calc:2']);
    expect(after.unknown).toEqual([]);
    expect(asked).toEqual(['calc:0', 'calc:2', 'calc:1']);
  });

  it('that were read before ECS throttles are kept: each try asks only for the rest', async () => {
    const bucket = new Map<string, string>();
    let tokens = 0;
    const { asked, reader } = ecs(() => {
      tokens -= 1;
      return tokens < 0 ? named('ThrottlingException', 'Rate exceeded') : undefined;
    });
    const faults: unknown[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      tokens = 10;
      const kept = keptIn(mapped(bucket));
      await definitionsIn({ definitions: reader(), kept }, CLUSTER, revisions(25)).catch((fault: Error) =>
        faults.push(fault.name),
      );
    }

    expect(faults).toEqual(['ThrottledError', 'ThrottledError']);
    expect(asked.toSorted()).toEqual(revisions(25).toSorted());
    expect((await arnsIn(mapped(bucket))).toSorted()).toEqual(revisions(25).toSorted());
  });

  it('that several functions read at the same time are all kept', async () => {
    const parts = fc.array(fc.uniqueArray(fc.constantFrom(...revisions(6)), { minLength: 1 }), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), parts, async (scheduler, all) => {
        const { objects } = contested(() => scheduler.schedule(Promise.resolve()));
        const { reader } = ecs();
        const one = (arns: readonly string[]) =>
          definitionsIn({ definitions: reader(), kept: keptIn(objects) }, CLUSTER, arns);

        const found = await scheduler.waitFor(Promise.all(all.map(one)).then(() => arnsIn(objects)));

        expect(found.toSorted()).toEqual([...new Set(all.flat())].sort());
      }),
      { numRuns: 100 },
    );
  });
});

describe('an object that is lost costs calls and nothing else', () => {
  const text = (version: number, body: unknown) => JSON.stringify({ kind: 'definitions', version, body });

  it.each([
    { row: 'garbage', there: '{"kind":', anew: true },
    { row: 'another shape', there: text(1, [{ arn: 'calc:0', networkMode: 'bridge', containers: [{}] }]), anew: true },
    { row: 'another kind', there: JSON.stringify({ kind: 'quarantine', version: 1, body: [] }), anew: true },
    { row: 'a later version', there: text(2, []), anew: false },
  ])('$row: told, and written anew: $anew', async ({ there, anew }) => {
    const bucket = new Map([[AT.key, there]]);
    const kept = keptIn(mapped(bucket));

    const { definitions } = await definitionsIn({ definitions: ecs().reader(), kept }, CLUSTER, revisions(2));

    expect([...definitions.keys()]).toEqual(revisions(2));
    expect(kept.lost()).toContainEqual(expect.objectContaining({ key: AT.key, access: 'read' }));
    expect(bucket.get(AT.key) === there).toBe(!anew);
    if (anew) expect(await arnsIn(mapped(bucket))).toEqual(revisions(2));
  });

  it.each(['get', 'revise'] as const)('S3 fails with %s: told', async (what) => {
    const broken = async () => {
      throw named('AccessDenied', 'Access Denied');
    };
    const kept = keptIn({ ...mapped(new Map()), [what]: broken });

    const { definitions } = await definitionsIn({ definitions: ecs().reader(), kept }, CLUSTER, revisions(2));

    expect([...definitions.keys()]).toEqual(revisions(2));
    expect(kept.lost()).toEqual([
      { key: AT.key, access: what === 'get' ? 'read' : 'write', why: 'AccessDenied: Access Denied' },
    ]);
  });
});
