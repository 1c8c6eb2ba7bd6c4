import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KeptPlanning } from '../../functions/domain/telling/replay.ts';
import { type Shop, shop } from './shop.ts';
import type { WorldOptions } from './world.ts';

/** A shop, and what each pass of its runs has read and planned, in order. */
export function watched(options: Pick<WorldOptions, 'environment' | 'before'> = {}) {
  const asked: { execution: string; pass: number }[] = [];
  const around: Shop = shop({
    ...options,
    beforeStep: (step, payload) => {
      if (step === 'PlanChanges') asked.push((payload as { run: (typeof asked)[number] }).run);
    },
  });
  const passes = (): readonly KeptPlanning[] =>
    asked.map(({ execution, pass }) => {
      const object = (kind: string) =>
        JSON.parse(around.bucket.get(`runs/${execution}/${pass}/${kind}.json`) ?? '{}').body;
      return { snapshot: object('snapshot'), reading: object('reading'), planned: object('plan') };
    });
  /** Writes the run bucket into a folder, as `aws s3 cp --recursive` does. */
  const keepIn = (folder: string): void => {
    for (const [key, text] of around.bucket) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    }
  };
  return { around, passes, keepIn };
}
