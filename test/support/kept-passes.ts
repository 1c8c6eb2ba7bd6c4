import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Payload } from '../../functions/contracts/crossing.ts';
import type { KeptPlanning } from '../../functions/domain/telling/replay.ts';
import { type Shop, shop } from './shop.ts';
import type { WorldOptions } from './world.ts';

/** A shop, and what each pass of its runs has read and planned, in order. */
export function watched(options: Pick<WorldOptions, 'environment' | 'before'> = {}) {
  const asked: { run: { execution: string; pass: number }; snapshot: Payload; reading: Payload }[] = [];
  const around: Shop = shop({
    ...options,
    beforeStep: (step, payload) => {
      if (step === 'PlanChanges') asked.push(payload as (typeof asked)[number]);
    },
  });
  const object = (key: string) => JSON.parse(around.bucket.get(key) ?? '{}').body;
  const load = (one: Payload) => ('key' in one ? object(one.key) : (one.inline as { body: unknown }).body);
  const passes = (): readonly KeptPlanning[] =>
    asked.map(({ run: { execution, pass }, snapshot, reading }) => ({
      snapshot: load(snapshot),
      reading: load(reading),
      planned: object(`runs/${execution}/${pass}/plan.json`),
    }));
  /** Writes the run bucket into a folder, as `aws s3 cp --recursive` does. */
  const keepIn = (folder: string): void => {
    const read = asked.flatMap(({ run: { execution, pass }, snapshot, reading }) =>
      Object.entries({ snapshot, reading }).map(
        ([kind, one]) => [`runs/${execution}/${pass}/${kind}.json`, JSON.stringify({ kind, body: load(one) })] as const,
      ),
    );
    for (const [key, text] of new Map([...read, ...around.bucket])) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    }
  };
  return { around, passes, keepIn };
}
