import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { create, type Playground, remove, simple, stage, upsert } from './playground.ts';

const { playground } = stage();

const alias = ({ zoneId }: Pick<Playground, 'zoneId'>, name: string, target: string): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  AliasTarget: { HostedZoneId: zoneId, DNSName: target, EvaluateTargetHealth: false },
});

/** A playground with a name for an address set and one for its alias. */
function stands() {
  const own = playground();
  const [target, name] = [own.name('calc.below'), own.name('calc')];
  return { ...own, target, name, set: simple(target, 'A', '10.0.0.1'), pointer: alias(own, name, target) };
}

const notFound = ({ zoneId, target }: ReturnType<typeof stands>) =>
  `[Tried to create an alias that targets ${target}, type A in zone ${zoneId}, but that target was not found]`;

describe('an alias within the zone', () => {
  it('has no TTL and no values of its own, and is listed as it was sent', async () => {
    const { change, all, set, pointer } = stands();

    await change(create(set), create(pointer));

    expect(await all()).toEqual(expect.arrayContaining([set, pointer]));
  });

  it('needs its target, of its own type', async () => {
    const here = stands();
    const { change, refusal, target, pointer } = here;
    await change(create(simple(target, 'TXT', '"an address"')));

    const error = await refusal(create(pointer));

    expect(error).toMatchObject({ name: 'InvalidChangeBatch', message: notFound(here) });
  });

  it('comes behind its target in a batch', async () => {
    const here = stands();

    const error = await here.refusal(create(here.pointer), create(here.set));

    expect(error.message).toBe(notFound(here));
  });

  it.each(['DELETE and CREATE', 'UPSERT'])('comes behind a target that the batch changes by %s', async (how) => {
    const here = stands();
    const { change, refusal, target, pointer } = here;
    const [before, after] = [simple(target, 'A', '10.0.0.1'), simple(target, 'A', '10.0.0.2')];
    await change(create(before));
    const changes = how === 'UPSERT' ? [upsert(after)] : [remove(before), create(after)];

    const error = await refusal(create(pointer), ...changes);
    await change(...changes, create(pointer));

    expect(error.message).toBe(notFound(here));
  });

  it('stands while its target is exchanged', async () => {
    const { change, all, target, set, pointer } = stands();
    await change(create(set), create(pointer));

    await change(remove(set), create(simple(target, 'A', '10.0.0.2')));

    expect(await all()).toContainEqual(pointer);
  });

  it('goes with its target in one batch', async () => {
    const { change, all, set, pointer } = stands();
    await change(create(set), create(pointer));

    await change(remove(pointer), remove(set));

    expect(await all()).toEqual([]);
  });

  it('is deleted only with the very target that it has', async () => {
    const here = stands();
    const { change, refusal, name, set, pointer } = here;
    await change(create(set), create(pointer));

    const error = await refusal(remove(alias(here, name, here.zoneName)));

    expect(error.message).toContain('but the values provided do not match the current values');
  });

  it('lies in the zone that it names', async () => {
    const here = stands();

    const error = await here.refusal(create(alias(here, here.name, 'elsewhere.example.')));

    expect(error.message).toContain('but the alias target name does not lie within the target zone');
  });
});
